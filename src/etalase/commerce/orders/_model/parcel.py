"""Several orders of one buyer and shop in one show, sent as one parcel. No I/O.

The second order pays the difference in weight only: what shipping of everything together costs, less what the
parcel's orders pay already, never less than nothing. So the buyer pays what one large order would have cost,
and the shop is never out of pocket. Only orders whose sale stands (paid, or paid on delivery) carry a parcel,
and their buyer cannot give them up from under those that they carry: else one could order twice, pay the
second order only, and have it sent for nothing.

What the shop takes off the way, it takes off that of one large order: the goods of all together decide, and
what the parcel's orders were given before is part of it. Nobody pays later for what was taken off earlier.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from etalase.commerce.orders._model.lifecycle import ENDED, TO_PACK, Change, promise
from etalase.commerce.orders._model.order import NOTHING, DeliveryAddress, Order, OrderState, RefundState
from etalase.kernel.discounts import Discount, DiscountKind, Payer, ShippingDiscount
from etalase.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ParcelCandidate:
    """What an order that may join a parcel has in common with those in it."""

    show_code: str | None
    address: DeliveryAddress
    place_code: str
    service: str


def open_parcel(
    orders: Sequence[Order], newcomer: ParcelCandidate, now: datetime, window: timedelta
) -> tuple[Order, ...]:
    """Return the orders that carry the parcel which the newcomer joins, from the buyer's orders at the shop.

    A parcel is open from its first order on for the length of the window, while none of it is packed.
    """
    if newcomer.show_code is None:
        return ()
    fitting = [order for order in orders if fits(order, newcomer) and now - order.placed_at < window]
    for first in fitting:
        mates = [order for order in orders if order.parcel_id == first.parcel_id and order.state not in ENDED]
        if all(order.packed_at is None for order in mates):
            return tuple(order for order in fitting if order.parcel_id == first.parcel_id)
    return ()


def fits(order: Order, newcomer: ParcelCandidate) -> bool:
    """Tell whether the order's sale stands and it goes the same way to the same person."""
    same = (order.show_code, order.address, order.place_code, order.service) == (
        newcomer.show_code,
        newcomer.address,
        newcomer.place_code,
        newcomer.service,
    )
    return same and order.state in TO_PACK and order.goes_on


def carries_others(order: Order, mates: Sequence[Order]) -> bool:
    """Tell whether later orders, which still go or may yet be paid, pay less because of this unpaid one."""
    moment = order.placed_at, order.id
    later = (mate for mate in mates if (mate.placed_at, mate.id) > moment)
    return order.state is OrderState.CONFIRMED and any(goes(mate) for mate in later)


def goes(order: Order) -> bool:
    """Tell whether the order has neither ended nor is it being refunded."""
    return order.state not in ENDED and order.goes_on


def extra_shipping(whole: Money, carriers: Sequence[Order], *, kept: Money = NOTHING) -> Money:
    """Return what shipping the newcomer costs before discounts: `whole` is for the weight of all together.

    `kept` is what the parcel has of orders that were given up.
    """
    paid = sum((order.list_shipping for order in carriers), kept)
    return max(whole - paid, Money(0))


def shipping_discounts(
    offered: ShippingDiscount | None,
    shipping: Money,
    goods: Money,
    *,
    whole: Money,
    carriers: Sequence[Order] = (),
) -> tuple[Discount, ...]:
    """Return what is taken off the newcomer's shipping: never more than it is.

    `goods` and `shipping` are the newcomer's, before vouchers and before discounts; `whole` is as in
    `extra_shipping`, and without carriers the same as `shipping`.
    """
    if offered is None:
        return ()
    together = goods + sum((line.kept_before_voucher for order in carriers for line in order.lines), NOTHING)
    given = sum((order.shipping_saving for order in carriers), NOTHING)
    amount = min(max(offered.off(whole, together) - given, NOTHING), shipping)
    return (Discount(DiscountKind.SHIPPING, Payer.SHOP, amount),) if amount else ()


def refundable(order: Order, mates: Sequence[Order]) -> Money:
    """Return what goes back when the order is given up, besides what went back in parts before.

    Its shipping stays with a parcel that still goes.
    """
    carried = any(goes(mate) for mate in mates if mate.id != order.id)
    whole = order.goods if carried else order.total
    return max(whole - order.refunded, Money(0))


def kept_shipping(parcel: Sequence[Order]) -> Money:
    """Return what of the shipping of orders that were given up the parcel has kept."""
    return sum((kept_of(order) for order in parcel if not goes(order)), NOTHING)


def kept_of(order: Order) -> Money:
    """Return what of an ended order's money neither went back nor is promised."""
    promised = NOTHING if order.refund is RefundState.NONE else order.refund_amount
    return order.rest - promised if order.paid else NOTHING


def give_up_shipping(parcel: Sequence[Order], reason: str) -> list[Change]:
    """Owe the shipping that was kept, once none of the parcel's orders goes any more.

    One refund of an order at a time: where an earlier one is under way, this is to be asked again after it.
    """
    if any(goes(order) for order in parcel):
        return []
    return [
        promise(replace(order, refunded=order.refunded + order.refund_amount), kept_of(order), reason)
        for order in parcel
        if kept_of(order) and order.refund is not RefundState.DUE
    ]
