"""Several orders of one buyer and shop in one show, sent as one parcel. No I/O.

The second order pays the difference in weight only: what shipping of everything together costs, less what the
parcel's orders pay already, never less than nothing. So the buyer pays what one large order would have cost,
and the shop is never out of pocket. Only orders whose sale stands (paid, or paid on delivery) carry a parcel:
else one could order twice, pay the second order only, and have it sent for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from etalase.commerce.orders._model.lifecycle import ENDED, TO_PACK
from etalase.commerce.orders._model.order import Address, Order
from etalase.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What an order that may join a parcel has in common with those in it."""

    show_code: str | None
    address: Address
    place_code: str
    service: str


def open_parcel(
    orders: Sequence[Order], newcomer: Newcomer, now: datetime, window: timedelta
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


def fits(order: Order, newcomer: Newcomer) -> bool:
    """Tell whether the order's sale stands and it goes the same way to the same person."""
    same = (order.show_code, order.address, order.place_code, order.service) == (
        newcomer.show_code,
        newcomer.address,
        newcomer.place_code,
        newcomer.service,
    )
    return same and order.state in TO_PACK and order.goes_on


def extra_shipping(whole: Money, carriers: Sequence[Order]) -> Money:
    """Return what shipping the newcomer costs: `whole` is the quote for the weight of all together."""
    paid = sum((order.shipping for order in carriers), Money(0))
    return max(whole - paid, Money(0))


def refundable(order: Order, mates: Sequence[Order]) -> Money:
    """Return what goes back when the order is given up, besides what went back in parts before.

    Its shipping stays with a parcel that still goes.
    """
    carried = [mate for mate in mates if mate.id != order.id and mate.state not in ENDED]
    whole = order.goods if carried else order.total
    return max(whole - order.refunded, Money(0))
