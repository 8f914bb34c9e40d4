"""What has happened to an order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.kernel.events import Event
from etalase.kernel.money import Money


@dataclass(frozen=True, slots=True)
class LineSold:
    """So many units of one variant in an order."""

    product_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True)
class OrderPlaced(Event):
    """A buyer has ordered. `pays_on_delivery`: the sale stands now, the money comes with the parcel."""

    name = "orders.order_placed"
    order_id: UUID
    shop_id: UUID
    number: str
    show_code: str | None
    lines: tuple[LineSold, ...]
    goods: Money
    total: Money
    pays_on_delivery: bool
    placed_at: datetime


@dataclass(frozen=True)
class OrderPaid(Event):
    """The money of an order is in, and its units are sold."""

    name = "orders.order_paid"
    order_id: UUID
    shop_id: UUID
    number: str
    show_code: str | None
    lines: tuple[LineSold, ...]
    goods: Money
    total: Money
    paid_at: datetime


@dataclass(frozen=True)
class OrderCancelled(Event):
    """An order will not be sent. `by` is buyer, seller or house; `was_sale`: it counted as a sale before."""

    name = "orders.order_cancelled"
    order_id: UUID
    shop_id: UUID
    show_code: str | None
    by: str
    reason: str
    was_sale: bool


@dataclass(frozen=True)
class OrderPacked(Event):
    """An order lies packed."""

    name = "orders.order_packed"
    order_id: UUID
    shop_id: UUID
    show_code: str | None


@dataclass(frozen=True)
class OrderShipped(Event):
    """An order is with the carrier; told again when its tracking number was corrected."""

    name = "orders.order_shipped"
    order_id: UUID
    shop_id: UUID
    show_code: str | None
    carrier: str
    tracking_number: str


@dataclass(frozen=True)
class OrderDelivered(Event):
    """An order has arrived."""

    name = "orders.order_delivered"
    order_id: UUID
    shop_id: UUID
    show_code: str | None
    delivered_at: datetime


@dataclass(frozen=True)
class OrderCompleted(Event):
    """An order is delivered, paid, and past complaint."""

    name = "orders.order_completed"
    order_id: UUID
    shop_id: UUID
    show_code: str | None


@dataclass(frozen=True)
class OrderRefundPromised(Event):
    """Money of an order is to go back to its buyer."""

    name = "orders.order_refund_promised"
    order_id: UUID
    shop_id: UUID
    show_code: str | None
    amount: Money
    reason: str


@dataclass(frozen=True)
class OrderRefunded(Event):
    """The promised money of an order has gone back."""

    name = "orders.order_refunded"
    order_id: UUID
    shop_id: UUID
    show_code: str | None
    amount: Money
    reason: str


@dataclass(frozen=True)
class OrderPartRefundPromised(Event):
    """Some money of an order is to go back to its buyer; the order goes on."""

    name = "orders.order_part_refund_promised"
    order_id: UUID
    shop_id: UUID
    show_code: str | None
    amount: Money
    reason: str


@dataclass(frozen=True)
class OrderPartRefunded(Event):
    """The promised part of an order's money has gone back."""

    name = "orders.order_part_refunded"
    order_id: UUID
    shop_id: UUID
    show_code: str | None
    amount: Money


@dataclass(frozen=True)
class OrderStepUndone(Event):
    """The seller took a step back: a parcel is unpacked, or was not sent after all."""

    name = "orders.order_step_undone"
    order_id: UUID
    shop_id: UUID
    show_code: str | None
    state: str
