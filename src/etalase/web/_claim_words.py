"""What the writer of a line that asks to buy is told, and nobody else."""

from collections.abc import Iterable
from uuid import UUID

from etalase.platform.i18n import Lazy, lazy
from etalase.platform.i18n import gettext as _
from etalase.social.rooms import (
    ClaimAnswer,
    ClaimDoubt,
    ClaimOutcome,
    ClaimVerdict,
    EntryDraft,
    OfferCard,
    RoomState,
    UnclearClaim,
)
from etalase.web._frames import ClaimEntered, ClaimSaid

CHOICES_SHOWN = 6

DOUBTS: dict[ClaimDoubt, Lazy] = {
    ClaimDoubt.WHICH_OFFER: lazy("What would you like? Write its code, for example: %(example)s"),
    ClaimDoubt.WHICH_VARIANT: lazy("Which one? %(choices)s"),
    ClaimDoubt.NO_SUCH_OFFER: lazy("Nothing here has this code. For example, write: %(example)s"),
    ClaimDoubt.NO_SUCH_VARIANT: lazy("There is no such one. There is: %(choices)s"),
    ClaimDoubt.HOW_MANY: lazy("How many? Write it like this: %(example)s x2"),
    ClaimDoubt.ONE_AT_A_TIME: lazy("One at a time, please: each in a line of its own."),
    ClaimDoubt.NOT_UNDERSTOOD: lazy("Would you like to have it? Then write: %(example)s"),
}
REFUSED: dict[ClaimVerdict, Lazy] = {
    ClaimVerdict.SOLD_OUT: lazy("%(title)s: sold out."),
    ClaimVerdict.OVER_LIMIT: lazy("You hold as many as one buyer may hold at a time."),
    ClaimVerdict.NOT_FOR_SALE: lazy("The shop doesn't offer this any more."),
    ClaimVerdict.FROZEN: lazy("%(title)s: the shop is checking its stock. Please try again a little later."),
    ClaimVerdict.CLAIMS_CLOSED: lazy("%(title)s: the host takes no more claims for it."),
    ClaimVerdict.BY_BUTTON_ONLY: lazy("%(title)s goes by button: tap “Buy” beside the offer."),
    ClaimVerdict.BUYER_NEEDED: lazy("This browser has no cart yet. Please send it once more."),
    ClaimVerdict.CLOSED: lazy("Nothing may be bought in this room. The link leads to the shop's own site."),
    ClaimVerdict.BUSY: lazy("This could not be held just now. Please try again in a moment."),
}

VERDICTS: dict[str, Lazy] = {
    "held": lazy("Won"),
    "sold_out": lazy("Too late"),
    "over_limit": lazy("Over the limit"),
    "frozen": lazy("Being checked"),
    "not_for_sale": lazy("Not for sale"),
    "closed": lazy("After the close"),
    "door_closed": lazy("By the wrong door"),
    "price_changed": lazy("Price has changed"),
    "allotment_gone": lazy("Deal is gone"),
    "allotment_limit": lazy("Over the deal's limit"),
}
"""A claim's verdict in the log, for the hosts of its show."""
STANDINGS: dict[str, Lazy] = {
    "held": lazy("held for them"),
    "ordered": lazy("ordered, not paid yet"),
    "sold": lazy("sold"),
    "lapsed": lazy("time is over"),
    "released": lazy("let go"),
    "waiting": lazy("in line"),
    "left": lazy("has left the line"),
}
DOORS: dict[str, Lazy] = {
    "button": lazy("By button"),
    "comment": lazy("By comment"),
    "host": lazy("By the host"),
}
"""Who claimed, where the room knows no name."""


def say_claim(outcome: ClaimOutcome, state: RoomState) -> ClaimSaid:
    """Return the answer in the words of whoever is spoken to."""
    reading = outcome.reading
    card = next((card for card in state.tray if card.product_id == reading.product_id), None)
    if isinstance(reading, UnclearClaim) or outcome.answer is None:
        doubt = reading.doubt if isinstance(reading, UnclearClaim) else ClaimDoubt.NOT_UNDERSTOOD
        choices = _labels(card, reading.choices if isinstance(reading, UnclearClaim) else ())
        words = str(DOUBTS[doubt]) % {"choices": choices, "example": _example(card, state)}
        return ClaimSaid(doubt, words)
    title = _title(card, reading.variant_id)
    return _say_answer(outcome.answer, f"{reading.quantity} \u00d7 {title}", title)


def say_entered(answer: ClaimAnswer, draft: EntryDraft, state: RoomState, shop_url: str) -> ClaimEntered:
    """Return to a host what a claim has come to that they entered, with the link for whoever called."""
    of_card = (card for card in state.tray if draft.variant_id in {one.variant_id for one in card.variants})
    title = _title(next(of_card, None), draft.variant_id)
    if answer.verdict is ClaimVerdict.HELD:
        words = _("Held for %(name)s: %(units)s.", name=draft.name, units=f"{draft.quantity} \u00d7 {title}")
        words = _numbered(words, answer)
    elif answer.verdict is ClaimVerdict.WAITLISTED:
        words = _(
            "%(title)s: none is free. %(name)s is number %(place)s in line.",
            title=title,
            name=draft.name,
            place=answer.place,
        )
        words = _numbered(words, answer)
    else:
        words = _say_answer(answer, "", title).detail
    return ClaimEntered(answer.verdict, words, entered_link(answer.link, shop_url), answer.number)


def entered_link(path: str, shop_url: str) -> str:
    """Return the whole address of what is held for a claim that a host has entered."""
    return f"{shop_url.rstrip('/')}{path}" if path else ""


def _say_answer(answer: ClaimAnswer, units: str, title: str) -> ClaimSaid:
    if answer.verdict is ClaimVerdict.HELD:
        words = _("Held for you: %(units)s.", units=units)
        return ClaimSaid(answer.verdict, _numbered(words, answer), "/cart", answer.expires_at)
    if answer.verdict is ClaimVerdict.WAITLISTED:
        words = _("%(title)s: none is free.", title=title) + " "
        words += _("You are number %(place)s in line", place=answer.place)
        if answer.late_ms:
            words += _(", %(late_ms)s ms after the last unit", late_ms=answer.late_ms)
        return ClaimSaid(answer.verdict, _numbered(f"{words}.", answer), "/cart")
    if answer.verdict is ClaimVerdict.SOLD_OUT and answer.available:
        words = _("%(title)s: only %(available)s left.", title=title, available=answer.available)
        return ClaimSaid(answer.verdict, _numbered(words, answer))
    words = str(REFUSED[answer.verdict]) % {"title": title}
    if answer.place:
        words += " " + _(
            "You are number %(place)s after the last unit, %(late_ms)s ms late.",
            place=answer.place,
            late_ms=answer.late_ms,
        )
    return ClaimSaid(answer.verdict, _numbered(words, answer))


def _numbered(words: str, answer: ClaimAnswer) -> str:
    """Add the claim's number, by which it is found in the show's log."""
    return words if answer.number is None else f"{words} " + _("Claim %(number)s.", number=answer.number)


def _title(card: OfferCard | None, variant_id: UUID) -> str:
    if card is None:
        return ""
    label = next((one.label for one in card.variants if one.variant_id == variant_id), "")
    return ", ".join(filter(None, (card.title, label)))


def _labels(card: OfferCard | None, chosen: Iterable[UUID]) -> str:
    """Return the names of what there is to choose, not all of very many."""
    wanted = set(chosen)
    labels = [one.label for one in card.variants if one.variant_id in wanted] if card else []
    more = "\u2026" if len(labels) > CHOICES_SHOWN else ""
    return "; ".join(labels[:CHOICES_SHOWN]) + more


def _example(card: OfferCard | None, state: RoomState) -> str:
    """Return a line that would be understood."""
    shown = card or next((one for one in state.tray if one.code and one.variants), None)
    if shown is None or not shown.variants:
        return "A1"
    return " ".join(filter(None, ("keep", shown.code, shown.variants[0].label)))
