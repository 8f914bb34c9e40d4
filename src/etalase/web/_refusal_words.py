"""The words of refusals: one table of status and sentences by code, in a block for each context."""

from dataclasses import dataclass

from etalase.platform.i18n import Lazy, lazy


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """How one code is told: the status, a heading, and a sentence that may name facts as `%(fact)s`."""

    status: int
    title: Lazy
    detail: Lazy


REFUSALS: dict[
    str, RefusalWords
] = {  # append-only, a block for each context: the code of a Refusal -> how it is told
    # kernel and platform
    "invalid_input": RefusalWords(
        422,
        lazy("Some fields need another look"),
        lazy("Please look at the marked fields and send them again."),
    ),
    "unstorable": RefusalWords(
        400,
        lazy("This can't be read"),
        lazy("It holds a character or a number that can't be stored. Please take it out and send it again."),
    ),
    "too_many_tries": RefusalWords(
        429, lazy("A moment, please"), lazy("Too many tries. Please wait %(retry_after_seconds)s seconds.")
    ),
    "too_busy": RefusalWords(
        503, lazy("Very busy just now"), lazy("Please try again in %(retry_after_seconds)s seconds.")
    ),
    "evidence_busy": RefusalWords(
        503,
        lazy("A moment, please"),
        lazy("Much evidence is being put together. Please try again in %(retry_after_seconds)s seconds."),
    ),
    # the law
    "refused_by_law": RefusalWords(
        451, lazy("The law doesn't allow this here"), lazy("%(clause)s (%(article)s)")
    ),
    "no_law_in_force": RefusalWords(
        451,
        lazy("No rule allows this now"),
        lazy("No rulebook in force says anything about this, so it can't happen. The operator knows."),
    ),
    "fact_unknown": RefusalWords(
        451,
        lazy("The law asks for something that is not known"),
        lazy("%(clause)s (%(article)s) Not known: %(unknown)s."),
    ),
    # pictures, shops, catalog and inventory
    "unreadable_image": RefusalWords(
        422,
        lazy("This picture can't be taken"),
        lazy("Please send a photo as JPEG, PNG or WebP, up to 12 MB and 50 megapixels."),
    ),
    "not_your_shop": RefusalWords(404, lazy("Not found"), lazy("There is no such shop of yours.")),
    "shop_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no shop at this address.")),
    "last_owner": RefusalWords(
        409, lazy("A shop needs an owner"), lazy("Please make somebody else an owner first.")
    ),
    "staff_unknown": RefusalWords(404, lazy("Not found"), lazy("Nobody of this account works in the shop.")),
    "invitation_unusable": RefusalWords(
        410,
        lazy("This invitation is no longer valid"),
        lazy("It was used or withdrawn, or is too old. Please ask the shop for a new one."),
    ),
    "product_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such product.")),
    "variant_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such variant.")),
    "photo_unknown": RefusalWords(404, lazy("Not found"), lazy("The product has no such photo.")),
    "too_many_photos": RefusalWords(
        409, lazy("Enough photos"), lazy("A product has at most %(limit)s photos. Please remove one first.")
    ),
    "unreadable_spreadsheet": RefusalWords(
        422, lazy("This file can't be read"), lazy("Please send a CSV file with the columns of our template.")
    ),
    "import_refused": RefusalWords(
        409, lazy("Nothing was imported"), lazy("A row is wrong, or the shop has changed meanwhile.")
    ),
    "import_unknown": RefusalWords(
        404, lazy("Not found"), lazy("There is no such import. A file is kept for a week.")
    ),
    "sold_out": RefusalWords(409, lazy("Sold out"), lazy("There are %(available)s left.")),
    "stock_frozen": RefusalWords(
        409,
        lazy("Stopped for a check"),
        lazy("The stock of this article does not add up. Nobody can hold it until that is clear."),
    ),
    "claims_closed": RefusalWords(
        409, lazy("No more claims"), lazy("The host of the show takes no more claims for this.")
    ),
    "by_comment_only": RefusalWords(
        409,
        lazy("By comment only"),
        lazy("In this show it goes by comment: write “keep”, its code and the size in the chat."),
    ),
    "by_button_only": RefusalWords(
        409, lazy("By button only"), lazy("In this show it goes by button: tap “Buy” beside the offer.")
    ),
    "stock_still_wrong": RefusalWords(
        409, lazy("It still does not add up"), lazy("What was found: %(found)s")
    ),
    "not_for_sale": RefusalWords(
        410, lazy("No longer for sale"), lazy("The shop doesn't offer this any more.")
    ),
    "hold_limit_reached": RefusalWords(
        409, lazy("You hold enough"), lazy("You hold as many as one buyer may hold at a time.")
    ),
    "nobody_behind": RefusalWords(
        409,
        lazy("Nobody is behind you"),
        lazy("Nobody else waits for this, so there is no one to let go first. It stays held for you."),
    ),
    "price_changed": RefusalWords(
        409, lazy("The price has changed"), lazy("It costs %(price)s now. Please look again.")
    ),
    "deal_sold_out": RefusalWords(
        409, lazy("The deal is sold out"), lazy("Without the deal it costs %(price)s.")
    ),
    "deal_limit_reached": RefusalWords(
        409, lazy("You have your share of the deal"), lazy("It is %(units)s for each buyer.")
    ),
    "deals_overlap": RefusalWords(
        409, lazy("There is a deal already"), lazy("Please stop that one first, or start later.")
    ),
    "deal_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such deal.")),
    "bundle_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such bundle.")),
    "voucher_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such voucher.")),
    "voucher_code_unknown": RefusalWords(
        409, lazy("The voucher doesn't apply"), lazy("The shop has no voucher with this code.")
    ),
    "voucher_not_yet": RefusalWords(
        409, lazy("The voucher doesn't apply"), lazy("This voucher can't be used yet.")
    ),
    "voucher_over": RefusalWords(409, lazy("The voucher doesn't apply"), lazy("This voucher is over.")),
    "voucher_not_for_these": RefusalWords(
        409,
        lazy("The voucher doesn't apply"),
        lazy("This voucher is for what is held in one show, and you hold nothing from it."),
    ),
    "voucher_minimum_not_reached": RefusalWords(
        409,
        lazy("The voucher doesn't apply"),
        lazy("%(price)s more of goods, and you can use it."),
    ),
    "voucher_used_up": RefusalWords(
        409,
        lazy("The voucher doesn't apply"),
        lazy("This voucher is used up. The total is without it now."),
    ),
    "voucher_already_used": RefusalWords(
        409, lazy("The voucher doesn't apply"), lazy("You have used this voucher already.")
    ),
    "deal_over": RefusalWords(409, lazy("The deal is over"), lazy("Please start another one.")),
    "deal_too_long": RefusalWords(
        409, lazy("The deal can't last longer"), lazy("A deal lasts an hour in all at most.")
    ),
    "hold_ended": RefusalWords(
        409, lazy("The time is over"), lazy("These units are no longer held for you. Please take them again.")
    ),
    "idempotency_key_reused": RefusalWords(
        409, lazy("This key was used"), lazy("Another request came with the same Idempotency-Key.")
    ),
    "network_holds_too_much": RefusalWords(
        429,
        lazy("Your network holds a lot"),
        lazy(
            "Guests in your network hold a lot already. Please sign in to hold more, or try again in "
            "%(retry_after_seconds)s seconds."
        ),
    ),
    "hold_queue_full": RefusalWords(
        503, lazy("Very busy just now"), lazy("Many are buying just now. Please try again.")
    ),
    "order_queue_full": RefusalWords(
        503, lazy("Very busy just now"), lazy("Many are buying just now. Please try again.")
    ),
    "stock_too_low": RefusalWords(
        409,
        lazy("Not enough in stock"),
        lazy("%(held)s units are held for buyers, of %(on_hand)s there."),
    ),
    # accounts
    "not_signed_in": RefusalWords(401, lazy("Please sign in"), lazy("This needs you to be signed in.")),
    "wrong_credentials": RefusalWords(403, lazy("This didn't work"), lazy("E-mail or password is wrong.")),
    "wrong_code": RefusalWords(
        403, lazy("This code is not right"), lazy("Please look again. %(tries_left)s more tries.")
    ),
    "code_expired": RefusalWords(
        403,
        lazy("This code is no longer valid"),
        lazy("It was used, or is too old. Please ask for a new one."),
    ),
    "link_expired": RefusalWords(
        410,
        lazy("This link is no longer valid"),
        lazy("It was used, or is too old. Please ask for a new one."),
    ),
    "session_not_found": RefusalWords(404, lazy("Not found"), lazy("This session is over already.")),
    "token_not_found": RefusalWords(404, lazy("Not found"), lazy("There is no such API token.")),
    "too_many_tokens": RefusalWords(
        409, lazy("Enough tokens"), lazy("You have %(limit)s API tokens. Please revoke one first.")
    ),
    # bridge
    "host_pass_unusable": RefusalWords(
        403,
        lazy("This pass is no longer valid"),
        lazy("It was used, or is too old. Go to the studio from your shop's desk once more."),
    ),
    "bridge_signature_wrong": RefusalWords(
        403, lazy("Not from the other side"), lazy("The message is not signed as it should be.")
    ),
    # payments
    "payment_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such payment.")),
    "payment_method_not_offered": RefusalWords(
        409, lazy("Please pay another way"), lazy("The shop doesn't take money this way.")
    ),
    "order_already_paid": RefusalWords(
        409, lazy("Paid already"), lazy("The money for this order has come in.")
    ),
    "payment_under_way": RefusalWords(
        409, lazy("One payment is open"), lazy("Cancel the open payment first, then choose another way.")
    ),
    "payment_not_open": RefusalWords(
        409, lazy("This payment is over"), lazy("It was paid, cancelled, or its time ran out.")
    ),
    "payment_confirmed_by_gateway": RefusalWords(
        409, lazy("The payment service does this"), lazy("It will tell us by itself; nothing to do here.")
    ),
    "payment_amount_differs": RefusalWords(
        409,
        lazy("Not this amount"),
        lazy("The buyer was asked for exactly %(due_minor)s. Please look at your account again."),
    ),
    "payment_nothing_to_refund": RefusalWords(
        409, lazy("Nothing to give back"), lazy("So much money did not come in, or it went back already.")
    ),
    "payment_refund_under_way": RefusalWords(
        409, lazy("One refund is on its way"), lazy("The next can follow when it has arrived.")
    ),
    "payment_no_free_amount": RefusalWords(
        503, lazy("Too many orders are waiting"), lazy("Please choose another way to pay, or try again soon.")
    ),
    "payment_payout_differs": RefusalWords(
        409, lazy("Recorded already"), lazy("Another payout was recorded by this form. Please open it anew.")
    ),
    "payment_payout_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such payout.")),
    "payment_bad_signature": RefusalWords(
        403, lazy("Not allowed"), lazy("The call is not signed as agreed.")
    ),
    # ledger: a caller of ours did wrong, and the entry was not written
    "ledger_unbalanced": RefusalWords(
        500, lazy("That was our fault"), lazy("Something failed here. We have a note of it.")
    ),
    "ledger_mixed_currencies": RefusalWords(
        500, lazy("That was our fault"), lazy("Something failed here. We have a note of it.")
    ),
    "ledger_source_reused": RefusalWords(
        500, lazy("That was our fault"), lazy("Something failed here. We have a note of it.")
    ),
    # video
    "wrong_stream_key": RefusalWords(401, lazy("Not allowed"), lazy("This is not the show's stream key.")),
    "show_not_on_air": RefusalWords(409, lazy("Not on air"), lazy("The show takes no video now.")),
    "already_broadcasting": RefusalWords(
        409,
        lazy("Already on air"),
        lazy("Another encoder broadcasts with this stream key. Stop it, or wait a minute."),
    ),
    "too_many_streams": RefusalWords(
        503, lazy("Very busy just now"), lazy("No more shows can be on air at once. Try again later.")
    ),
    "not_webrtc": RefusalWords(
        400, lazy("Unknown format"), lazy("The offer is no session description of WebRTC.")
    ),
    "unusable_offer": RefusalWords(
        422,
        lazy("This video can't be taken"),
        lazy("Send one picture as H.264 (Baseline, Main or High) or VP8, and sound as Opus."),
    ),
    "unknown_container": RefusalWords(
        415, lazy("Unknown format"), lazy("The video is neither webm nor mp4.")
    ),
    "video_too_fast": RefusalWords(429, lazy("Too large"), lazy("More video comes than this place takes.")),
    "chunk_too_large": RefusalWords(413, lazy("Too large"), lazy("What was sent is larger than we take.")),
    "overloaded": RefusalWords(
        503, lazy("Very busy just now"), lazy("The video comes faster than it can be taken in.")
    ),
    "recording_not_found": RefusalWords(
        404, lazy("Not found"), lazy("There is no recording of this show, or not yet.")
    ),
    # people and rooms
    "not_a_host_of_shop": RefusalWords(
        404, lazy("Not found"), lazy("No shop of this name has vouched for you as a host.")
    ),
    "no_such_show": RefusalWords(404, lazy("Not found"), lazy("There is no show at this address.")),
    "show_not_planned": RefusalWords(
        409, lazy("Too late for this"), lazy("This can be done only before the show begins.")
    ),
    "show_not_live": RefusalWords(
        409, lazy("Not on air"), lazy("This can be done only while the show is live.")
    ),
    "show_ended": RefusalWords(
        409, lazy("The show is over"), lazy("The show is over. You can watch it again.")
    ),
    "not_a_host": RefusalWords(403, lazy("Not allowed"), lazy("Only the hosts of this show can do this.")),
    "muted": RefusalWords(403, lazy("You are muted"), lazy("You can't write just now. You can still watch.")),
    "blocked": RefusalWords(403, lazy("Not allowed"), lazy("You can't write in this shop's rooms.")),
    "too_fast": RefusalWords(
        429, lazy("A moment, please"), lazy("Too fast. Please wait %(retry_after_seconds)s seconds.")
    ),
    "room_busy": RefusalWords(
        429, lazy("Very busy just now"), lazy("Many are writing. Please send it once more.")
    ),
    "name_needed": RefusalWords(422, lazy("Your name, please"), lazy("Say how you want to be called here.")),
    "name_not_free": RefusalWords(
        409, lazy("Another name, please"), lazy("Only the shop's own hosts may use this name.")
    ),
    "offer_not_in_tray": RefusalWords(404, lazy("Not found"), lazy("This offer is not in the show's tray.")),
    "offer_not_pinned": RefusalWords(409, lazy("Nothing is pinned"), lazy("No offer is pinned.")),
    "no_next_offer": RefusalWords(
        409, lazy("That was the last one"), lazy("No offer comes after the one on show.")
    ),
    "no_such_line": RefusalWords(404, lazy("Not found"), lazy("This message is gone already.")),
    "log_unavailable": RefusalWords(
        503,
        lazy("Back in a moment"),
        lazy("Messages can't be sent just now. The show goes on; try again soon."),
    ),
    "till_away": RefusalWords(
        503, lazy("Back in a moment"), lazy("The shop's till can't be asked just now. Please try again.")
    ),
    "no_such_command": RefusalWords(
        400, lazy("This can't be read"), lazy("The room doesn't know this command.")
    ),
    # orders
    "too_much_unpaid": RefusalWords(
        429,
        lazy("Please pay first"),
        lazy(
            "Orders with this contact or from your network still wait for their payment. Please pay one of "
            "them, or try again in %(minutes)s minutes."
        ),
    ),
    "must_pay_first": RefusalWords(409, lazy("Please pay first"), lazy("Please choose another way to pay.")),
    "nothing_to_appeal": RefusalWords(409, lazy("Nothing to ask for"), lazy("Nothing to ask this shop.")),
    "appeal_open": RefusalWords(409, lazy("You have asked already"), lazy("The shop has not answered yet.")),
    "appeal_too_soon": RefusalWords(
        409, lazy("The shop has answered"), lazy("You can ask again %(days)s days after its answer.")
    ),
    "appeal_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such question to your shop.")),
    "order_unknown": RefusalWords(404, lazy("Not found"), lazy("There is no such order.")),
    "cart_empty": RefusalWords(
        409, lazy("Nothing is held for you"), lazy("Put something into the cart first, then order it.")
    ),
    "hold_ran_out": RefusalWords(
        409, lazy("The time ran out"), lazy("What was held for you is free again. Please hold it once more.")
    ),
    "not_shipped_there": RefusalWords(
        409, lazy("Not shipped there"), lazy("%(shop)s does not ship to %(place)s.")
    ),
    "total_changed": RefusalWords(
        409,
        lazy("Please check the total"),
        lazy("It has changed, or shipping is in it now. Look at it, then place the order."),
    ),
    "order_not_cancellable": RefusalWords(
        409, lazy("Too late to cancel"), lazy("The order has gone too far. Please write to the shop.")
    ),
    "order_carries_others": RefusalWords(
        409,
        lazy("Another order goes with it"),
        lazy("It pays less shipping because of this one. Cancel the later order first."),
    ),
    "order_step_refused": RefusalWords(
        409, lazy("Not possible now"), lazy("The order has moved on. Please look at it again.")
    ),
    "order_not_refundable": RefusalWords(
        409, lazy("Nothing to give back"), lazy("No money is held for this order, or it goes back already.")
    ),
    "order_not_sendable": RefusalWords(
        409,
        lazy("Nothing to send"),
        lazy("The order is not paid yet, or it has ended. Papers can be printed when it is to be packed."),
    ),
    "method_only_while_ordering": RefusalWords(
        409,
        lazy("Please pay another way"),
        lazy("Cash on delivery is chosen while ordering. Choose another way, or order anew."),
    ),
    "order_not_payable": RefusalWords(
        409, lazy("Not to be paid"), lazy("The order is not waiting for a payment any more.")
    ),
}
