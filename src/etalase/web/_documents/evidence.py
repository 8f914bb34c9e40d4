"""The paper of an order's evidence: what the files say, for people."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from etalase.commerce.evidence import DiscountFact, Dossier, HoldFact, MadeFor, Scene, ShowFact
from etalase.commerce.payments import Method, PaymentState
from etalase.kernel.discounts import DiscountKind
from etalase.kernel.money import Money
from etalase.platform.i18n import Lazy, format_datetime, format_money, lazy
from etalase.platform.i18n import gettext as _
from etalase.web._documents.sheet import MARGIN, MM, WIDTH, Paper
from etalase.web._order_words import reason_words
from etalase.web._payment_words import METHODS, STATES

AMOUNT_WIDTH = 24 * MM
TEXT_WIDTH = WIDTH - 2 * MARGIN - AMOUNT_WIDTH
ROOM_FOR_A_PART = 14 * MM
SMALL = 7.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

EVENTS: dict[str, Lazy] = {
    "order_placed": lazy("Ordered"),
    "order_confirmed": lazy("Confirmed"),
    "order_paid": lazy("Paid"),
    "order_packed": lazy("Packed"),
    "order_shipped": lazy("Shipped"),
    "order_delivered": lazy("Delivered"),
    "order_completed": lazy("Completed"),
    "order_cancelled": lazy("Cancelled"),
    "order_refund_promised": lazy("Refund promised"),
    "order_refunded": lazy("Refund sent"),
    "order_part_refund_promised": lazy("Refund of a part promised"),
    "order_part_refunded": lazy("Refund of a part sent"),
}
MOVED: dict[str, Lazy] = {
    "held": lazy("held"),
    "released": lazy("given back"),
    "expired": lazy("time ran out"),
    "sold": lazy("sold"),
    "returned": lazy("came back"),
}
DISCOUNTS: dict[str, Lazy] = {
    DiscountKind.FLASH_DEAL: lazy("Flash deal"),
    DiscountKind.BUNDLE: lazy("Bundle"),
    DiscountKind.VOUCHER: lazy("Voucher"),
    DiscountKind.SHIPPING: lazy("Shipping discount"),
}
DOORS: dict[str, Lazy] = {
    "button": lazy("by the button"),
    "comment": lazy("by a line of the chat"),
    "host": lazy("entered by the host"),
}
PAYERS: dict[str, Lazy] = {
    "shop": lazy("paid by the shop"),
    "creator": lazy("paid by the creator"),
    "platform": lazy("paid by the platform"),
}
WITHOUT_CLIP: dict[str, Lazy] = {
    "none": lazy("There is no recording of this show, so there is no clip."),
    "joining": lazy(
        "The recording is still being put together: download the evidence again later for its clip."
    ),
    "ready": lazy("The recording does not show this moment, so there is no clip."),
}


def render_evidence(dossier: Dossier, keys_url: str) -> bytes:
    """Return the paper; the same dossier and language make the same bytes."""
    paper = Paper(_("Evidence of order %(number)s", number=dossier.number), made_at=dossier.placed_at)
    for write in (write_head, write_goods, write_shows, write_payments, write_way, write_letters):
        write(paper, dossier)
    write_foot(paper, dossier, keys_url)
    return paper.finish()


def write_head(paper: Paper, dossier: Dossier) -> None:
    """Write whose order it is, and where it goes."""
    paper.text(_("Evidence of an order"), size=SMALL)
    paper.text(dossier.number, size=13, bold=True)
    paper.text(_("at %(shop)s", shop=dossier.shop.name), bold=True)
    paper.text(_("Ordered %(when)s", when=exactly(dossier.placed_at)), size=SMALL)
    made_for = _("Made for the buyer") if dossier.made_for is MadeFor.BUYER else _("Made for the seller")
    paper.text(made_for, size=SMALL)
    paper.rule()
    paper.text(f"{dossier.recipient} · {dossier.contact_phone}")
    paper.text(dossier.contact_email, size=SMALL)
    paper.text(", ".join(dossier.address), size=SMALL)
    if dossier.note:
        paper.text(_("Note: %(note)s", note=dossier.note), size=SMALL)


def write_goods(paper: Paper, dossier: Dossier) -> None:
    """Write the lines with what was taken off them and who pays that, when they were held, and the sums."""
    head(paper, _("Goods"))
    money = in_currency(dossier)
    for place, line in enumerate(dossier.lines):
        beside(paper, f"{line.quantity} x {line.title}", money(line.amount), bold=True)
        paper.text(
            " · ".join(filter(None, (line.code, line.label, line.sku, money(line.unit_price)))), size=SMALL
        )
        write_discounts(paper, dossier, line.discounts)
        if line.paid_back_units:
            paper.text(_("%(units)s paid back", units=line.paid_back_units), size=SMALL)
        for hold in (one for one in dossier.holds if one.line == place):
            for step in hold.steps:
                paper.text(f"{step.units} {MOVED.get(step.kind, step.kind)}: {exactly(step.at)}", size=SMALL)
            write_claim(paper, hold)
        paper.gap(1 * MM)
    paper.rule()
    beside(paper, _("Goods"), money(dossier.goods))
    beside(paper, f"{_('Shipping')}, {dossier.service}", money(dossier.shipping))
    write_discounts(paper, dossier, dossier.shipping_discounts)
    beside(paper, _("Total"), money(dossier.total), bold=True)
    if dossier.paid_back:
        beside(paper, _("Paid back"), money(dossier.paid_back))


def write_claim(paper: Paper, hold: HoldFact) -> None:
    """Write by which claim the units were won, with its link of the show's chain, or after which wait."""
    if hold.waited is not None:
        paper.text(
            _("The buyer's turn in the line, waiting since %(when)s", when=exactly(hold.waited.since)),
            size=SMALL,
        )
    if (claim := hold.claim) is None:
        return
    words = _(
        "Claim %(number)s of show %(show)s, %(door)s, reached the till %(when)s and won; "
        "%(available)s were free when its turn came.",
        number=claim.number,
        show=claim.show,
        door=DOORS[claim.door],
        when=exactly(EPOCH + timedelta(microseconds=claim.asked_us)),
        available=claim.available,
    )
    paper.text(words, size=SMALL)
    paper.text(_("Its link of the show's chain: %(link)s", link=claim.link), size=SMALL)


def write_discounts(paper: Paper, dossier: Dossier, discounts: Sequence[DiscountFact]) -> None:
    """Write what is taken off already, and who pays that."""
    for discount in discounts:
        beside(
            paper,
            f"{DISCOUNTS.get(discount.name, discount.name)}, {PAYERS[discount.paid_by]}",
            f"-{in_currency(dossier)(discount.amount)}",
        )


def write_shows(paper: Paper, dossier: Dossier) -> None:
    """Write what the shows showed when the units were held."""
    if not dossier.shows:
        head(paper, _("The show"))
        paper.text(_("Nothing of this order was held from a show."), size=SMALL)
    for show in dossier.shows:
        head(paper, _("The show %(title)s", title=show.title or show.code))
        if not show.known:
            paper.text(_("The show's own side has no record of it."), size=SMALL)
        for scene in show.scenes:
            write_scene(paper, dossier, show, scene)


def write_scene(paper: Paper, dossier: Dossier, show: ShowFact, scene: Scene) -> None:
    """Write what was shown at one moment, and where the recording has it."""
    then, line = scene.then, dossier.lines[scene.line]
    paper.new_page_unless(ROOM_FOR_A_PART)
    paper.text(line.title, bold=True)
    paper.text(_("Held %(when)s", when=exactly(then.at)), size=SMALL)
    if then.pinned_since is None:
        paper.text(_("Nothing was pinned then."), size=SMALL)
    else:
        title = then.pinned_title or _("an offer that is not in the tray any more")
        paper.text(
            _("Pinned then: %(title)s, since %(when)s", title=title, when=exactly(then.pinned_since)),
            size=SMALL,
        )
    if then.price_minor is None:
        paper.text(_("The show had no price for this article then."), size=SMALL)
    else:
        price = in_currency(dossier)(then.price_minor)
        paper.text(_("Price that the show showed: %(price)s", price=price), size=SMALL)
    if scene.clip is None:
        paper.text(str(WITHOUT_CLIP[show.recording]), size=SMALL)
    else:
        where = _(
            "Recording: second %(second)s, picture %(frame)s; in %(file)s at second %(inside)s",
            second=f"{scene.frame_recording_seconds:.3f}",
            frame=scene.frame,
            file=scene.clip,
            inside=f"{scene.frame_clip_seconds:.3f}",
        )
        paper.text(where, size=SMALL)
    paper.gap(1 * MM)


def write_payments(paper: Paper, dossier: Dossier) -> None:
    """Write each attempt to pay, and money that goes back."""
    head(paper, _("Payment"))
    money = in_currency(dossier)
    for one in dossier.payments:
        state = STATES[PaymentState(one.state)][0]
        beside(paper, f"{METHODS[Method.read(one.method).means]}: {state}", money(one.due), bold=True)
        moments = [
            (_("begun"), one.begun_at),
            (_("to be paid by"), one.pay_until),
            (_("paid"), one.captured_at),
        ]
        paper.text(moments_of(moments), size=SMALL)
        if one.stray:
            paper.text(_("Came late or not as asked, and did not pay the order."), size=SMALL)
    for refund in dossier.refunds:
        beside(paper, _("Money back"), money(refund.amount), bold=True)
        moments = [(_("promised"), refund.promised_at), (_("sent"), refund.sent_at)]
        paper.text(f"{reason_words(refund.reason)} · {moments_of(moments)}", size=SMALL)


def write_way(paper: Paper, dossier: Dossier) -> None:
    """Write what happened to the order, and the parcel's number."""
    head(paper, _("What happened"))
    for step in dossier.steps:
        words = EVENTS.get(step.event)
        paper.text(f"{words or step.event}: {exactly(step.at)}", size=SMALL)
    if dossier.carrier or dossier.tracking_number:
        parcel = " · ".join(filter(None, (dossier.carrier, dossier.tracking_number)))
        paper.text(_("Parcel: %(parcel)s", parcel=parcel), size=SMALL)
    if dossier.reason:
        paper.text(_("Reason: %(reason)s", reason=reason_words(dossier.reason)), size=SMALL)


def write_letters(paper: Paper, dossier: Dossier) -> None:
    """Write which letters left to whom it is made for."""
    head(paper, _("Letters"))
    if not dossier.letters:
        paper.text(_("None so far."), size=SMALL)
    for letter in dossier.letters:
        paper.text(f"{exactly(letter.at)}: {letter.subject}", size=SMALL)
        paper.text(letter.to, size=SMALL)


def write_foot(paper: Paper, dossier: Dossier, keys_url: str) -> None:
    """Write how long the records are kept, and how anybody checks that nothing was changed."""
    head(paper, _("How to check this"))
    paper.text(
        _(
            "manifest.json has the SHA-256 of each file, and manifest.sig is its Ed25519 signature. "
            "The keys are published at %(url)s.",
            url=keys_url,
        ),
        size=SMALL,
    )
    paper.text(f"etalase evidence verify FILE --key {keys_url}", size=SMALL, bold=True)
    if dossier.kept:
        kept = _(
            "The records behind this are kept until %(until)s: %(article)s.",
            until=format_datetime(dossier.kept.until),
            article=dossier.kept.article,
        )
        paper.text(kept, size=SMALL)


def head(paper: Paper, words: str) -> None:
    """Begin a part."""
    paper.new_page_unless(ROOM_FOR_A_PART)
    paper.rule()
    paper.text(words, size=9, bold=True)


def beside(paper: Paper, words: str, amount: str, *, bold: bool = False) -> None:
    """Write words, and an amount at their right."""
    paper.new_page_unless(4 * MM)
    paper.right(amount, width=AMOUNT_WIDTH, bold=bold)
    paper.text(words, width=TEXT_WIDTH, bold=bold)


def moments_of(moments: Iterable[tuple[str, datetime | None]]) -> str:
    """Return those moments that there were."""
    return " · ".join(f"{words} {exactly(at)}" for words, at in moments if at is not None)


def exactly(moment: datetime) -> str:
    """Return the moment to the millisecond: who was first is told by less than a second."""
    return f"{format_datetime(moment)} ({moment:%H:%M:%S}.{moment.microsecond // 1000:03d} UTC)"


def in_currency(dossier: Dossier) -> Callable[[int], str]:
    """Return what writes an amount of the order."""
    return lambda minor: format_money(Money(minor, dossier.currency))
