"""What buyers who have paid nothing at a shop yet may keep there: so much, and not for long. No I/O.

A stranger could else order a whole stock in ten names and never pay. Whoever has paid once is no stranger,
and nothing here concerns them. The first order of a buyer is never refused for its size.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from etalase.commerce.orders._errors import TooMuchUnpaid
from etalase.commerce.orders._model.order import Order
from etalase.commerce.orders._model.settings import WHOLE, OrderSettings

LATER = timedelta(hours=1)
"""When to try again where nobody knows: what is paid on delivery."""


@dataclass(frozen=True, slots=True)
class NewBuyer:
    """A buyer who has paid nothing at the shop yet; a guest also by an e-mail and a phone, unproven."""

    shop_id: UUID
    holders: tuple[str, ...]
    network: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A variant's units in an open order, and who keeps them."""

    order_id: UUID
    shop_id: UUID
    holder: str
    email: str
    phone: str
    network: str
    pay_by: datetime | None
    variant_id: UUID
    quantity: int

    def is_of(self, who: NewBuyer) -> bool:
        """Tell whether it is the buyer's, or of somebody with the same unproven contact."""
        if self.shop_id != who.shop_id:
            return False
        is_contact = bool(who.email) and (self.email == who.email or self.phone == who.phone)
        return self.holder in who.holders or is_contact

    def is_around(self, who: NewBuyer) -> bool:
        """Tell whether it is theirs, or of somebody behind the same address."""
        is_near = self.shop_id == who.shop_id and bool(who.network) and self.network == who.network
        return is_near or self.is_of(who)


def require_bounds(
    who: NewBuyer,
    order: Order,
    unpaid: Sequence[Unpaid],
    on_hand: Mapping[UUID, int],
    settings: OrderSettings,
    now: datetime,
) -> None:
    """Refuse an order that would keep more at the shop than newcomers may. Raises TooMuchUnpaid.

    `unpaid` has at least all that is of the buyer or around them; `on_hand` the stock of each variant.
    """
    near = [one for one in unpaid if one.is_around(who)]
    theirs = {one.order_id for one in near if one.is_of(who)}
    if len(theirs) >= settings.max_unpaid_orders_per_contact:
        raise _refusal(near, now)
    if who.network and len({one.order_id for one in near}) >= settings.max_unpaid_orders_per_network:
        raise _refusal(near, now)
    if settings.max_unpaid_share_percent == WHOLE:
        return
    kept, wanted = Counter[UUID](), Counter[UUID]()
    for one in near:
        kept[one.variant_id] += one.quantity
    for line in order.lines:
        wanted[line.variant_id] += line.quantity
    for variant_id, units in wanted.items():
        share = on_hand.get(variant_id, 0) * settings.max_unpaid_share_percent / WHOLE
        maximum = max(share, settings.unpaid_units_in_any_case)
        if kept[variant_id] and kept[variant_id] + units > maximum:
            raise _refusal(near, now)


def unpaid_lines(order: Order, network: str) -> list[Unpaid]:
    """Return what a new order keeps."""
    return [
        Unpaid(
            order_id=order.id,
            shop_id=order.shop_id,
            holder=order.holder,
            email=order.email,
            phone=order.address.phone,
            network=network,
            pay_by=order.pay_by,
            variant_id=line.variant_id,
            quantity=line.quantity,
        )
        for line in order.lines
    ]


def _refusal(near: Sequence[Unpaid], now: datetime) -> TooMuchUnpaid:
    """Say when the first of these orders gives its units back."""
    ends = min((one.pay_by for one in near if one.pay_by is not None), default=now + LATER)
    seconds = max(60, round((ends - now).total_seconds()))
    return TooMuchUnpaid(retry_after_seconds=seconds, minutes=-(-seconds // 60))
