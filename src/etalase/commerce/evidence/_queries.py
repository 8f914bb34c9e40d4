"""What commerce itself knows of an order, for its evidence; the shows are asked afterwards."""

from collections.abc import Sequence
from typing import IO, Protocol, runtime_checkable

import msgspec

from etalase.commerce import inventory, ledger, orders, payments, shops
from etalase.commerce.evidence._model import (
    CameFrom,
    Dossier,
    Kept,
    LedgerFact,
    LetterSent,
    MadeFor,
    Moment,
    PaymentFact,
    PriceLine,
    RefundFact,
    ShopFact,
    ShowQuestion,
    StepFact,
    StockStep,
)
from etalase.commerce.evidence._model.dossier import ClaimFact, DiscountFact, HoldFact, WaitFact
from etalase.commerce.inventory import ClaimOfHold, MovementKind, MovementView, WaitlistPlace
from etalase.commerce.orders import Order, OrderLine
from etalase.kernel.discounts import Discount
from etalase.platform.db import Tx
from etalase.policy import Law


@runtime_checkable
class EvidenceMaker(Protocol):
    """What makes evidence: it draws the paper, so it stands where papers are drawn."""

    async def make(self, order: Order, made_for: MadeFor) -> IO[bytes]:
        """Return the signed archive, open for reading; it is gone once it is closed.

        Raises EvidenceBusy, TooManyTries, and Away where the show's plane can't be asked.
        """
        ...


async def gather(tx: Tx, order: Order, made_for: MadeFor, law: Law) -> Dossier:
    """Return all that commerce knows of the order and may say to whom it is made for."""
    shop = await shops.get_shop(tx, shops.ShopId(order.shop_id))
    attempts = await payments.list_of_orders(tx, [order.id])
    refunds = [refund for one in attempts for refund in await payments.list_refunds(tx, one.id)]
    address = order.address
    return Dossier(
        made_for=made_for,
        number=order.number,
        state=order.state,
        placed_at=order.placed_at,
        currency=order.total.currency,
        shop=ShopFact(shop.name, shop.slug, shop.contact_email, shop.contact_phone),
        recipient=address.recipient,
        contact_phone=address.phone,
        contact_email=order.email,
        address=(address.street, address.district, address.city, address.province, address.postcode),
        service=order.service,
        note=order.note,
        lines=tuple(map(_price_line, order.lines)),
        goods=order.goods.minor,
        shipping=order.shipping.minor,
        total=order.total.minor,
        paid_back=order.given_back.minor,
        holds=await _holds(tx, order),
        payments=tuple(map(_payment, attempts)),
        refunds=tuple(RefundFact(r.amount.minor, r.reason, r.requested_at, r.sent_at) for r in refunds),
        carrier=order.carrier,
        tracking_number=order.tracking_number,
        pay_until=order.pay_by,
        ended_by=order.ended_by,
        reason=order.reason,
        steps=tuple(StepFact(s.event, s.state, s.taken_at) for s in await orders.list_steps(tx, order.id)),
        letters=await _letters(tx, order, made_for),
        ledger=await _ledger(tx, order) if made_for is MadeFor.SELLER else (),
        kept=_kept(law, order, tx),
        shipping_discounts=_discounts(order.shipping_discounts),
    )


def questions_of(dossier: Dossier, order: Order) -> tuple[ShowQuestion, ...]:
    """Return what the shows are asked from which the order's units were held, each once."""
    shows = sorted({hold.came_from.show for hold in dossier.holds if hold.came_from is not None})
    return tuple(
        ShowQuestion(
            order.shop_id,
            show,
            tuple(
                Moment(order.lines[hold.line].product_id, order.lines[hold.line].variant_id, hold.held_at)
                for hold in dossier.lines_of(show)
                if hold.held_at is not None
            ),
        )
        for show in shows
    )


async def _holds(tx: Tx, order: Order) -> tuple[HoldFact, ...]:
    found = await inventory.get_holds(tx, order.hold_ids)
    moved = await inventory.list_movements_of_holds(
        tx, {line.hold_id: line.variant_id for line in order.lines}
    )
    shows = {hold.source.show for hold in found.values() if hold.source is not None}
    claims = await inventory.list_claims_of_holds(tx, shows, order.hold_ids)
    turns = await inventory.list_places_of_holds(tx, order.hold_ids)
    return tuple(
        msgspec.structs.replace(
            _hold(place, found[line.hold_id], moved[line.hold_id]),
            claim=_claim(claims.get(line.hold_id)),
            waited=_waited(turns.get(line.hold_id)),
        )
        for place, line in enumerate(order.lines)
        if line.hold_id in found
    )


def _hold(place: int, hold: inventory.Hold, moved: Sequence[MovementView]) -> HoldFact:
    source = hold.source
    return HoldFact(
        line=place,
        asked=hold.requested or hold.quantity,
        units=hold.quantity,
        held_at=next((one.happened_at for one in moved if one.kind is MovementKind.HELD), None),
        held_until=hold.expires_at,
        state=hold.state,
        came_from=CameFrom(source.show, source.venue, source.product_id, source.issued_at)
        if source
        else None,
        steps=tuple(
            StockStep(one.kind, abs(one.held_change or one.on_hand_change), one.happened_at) for one in moved
        ),
    )


def _claim(found: ClaimOfHold | None) -> ClaimFact | None:
    if found is None:
        return None
    claim = found.claim
    return ClaimFact(
        show=found.show,
        number=claim.number,
        asked_us=claim.asked_us,
        variant_id=claim.variant_id,
        quantity=claim.quantity,
        buyer=claim.buyer,
        door=claim.door,
        line=claim.line,
        verdict=claim.verdict,
        available=claim.available,
        link_before=found.before,
        link=claim.head,
    )


def _waited(place: WaitlistPlace | None) -> WaitFact | None:
    return WaitFact(place.joined_at, place.quantity) if place else None


def _price_line(line: OrderLine) -> PriceLine:
    return PriceLine(
        title=line.title,
        label=line.label,
        code=line.code,
        sku=line.sku,
        unit_price=line.unit_price.minor,
        quantity=line.quantity,
        amount=line.amount.minor,
        paid_back_units=line.refunded,
        discounts=_discounts(line.discounts),
    )


def _discounts(found: Sequence[Discount]) -> tuple[DiscountFact, ...]:
    return tuple(DiscountFact(one.kind, one.amount.minor, one.payer) for one in found)


def _payment(one: payments.Payment) -> PaymentFact:
    return PaymentFact(
        method=str(one.method),
        state=one.state,
        amount=one.amount.minor,
        due=one.due.minor,
        received=one.received.minor,
        refunded=one.refunded.minor,
        stray=one.stray,
        begun_at=one.created_at,
        pay_until=one.expires_at,
        captured_at=one.captured_at,
    )


async def _letters(tx: Tx, order: Order, made_for: MadeFor) -> tuple[LetterSent, ...]:
    """Return the letters to this side: what the other one was written is its own."""
    return tuple(
        LetterSent(letter.event, letter.address, letter.subject, letter.sent_at)
        for letter in await orders.list_letters(tx, order.id)
        if letter.to_seller is (made_for is MadeFor.SELLER)
    )


async def _ledger(tx: Tx, order: Order) -> tuple[LedgerFact, ...]:
    return tuple(
        LedgerFact(entry.number, entry.kind, posting.account, posting.amount.minor, entry.posted_at)
        for entry in await ledger.trail(tx, order.id)
        for posting in entry.postings
    )


def _kept(law: Law, order: Order, tx: Tx) -> Kept | None:
    kept = law.keeps_order_until(order.placed_at, tx.clock.now())
    return Kept(kept.until, kept.rulebook, kept.clause.article, kept.clause.source) if kept else None
