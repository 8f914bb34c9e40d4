"""What an order is: who ordered what from whom, where it goes, and how far it has come. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from etalase.commerce.orders._events import LineSold
from etalase.kernel.discounts import Discount, DiscountKind, sum_of, taken_off
from etalase.kernel.money import Money

NOTHING = Money(0)


class OrderState(StrEnum):
    """How far an order has come."""

    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    """Stands without money: it is paid on delivery."""
    PAID = "paid"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Actor(StrEnum):
    """Who took a step: the house is time, or a payment that came or did not."""

    BUYER = "buyer"
    SELLER = "seller"
    HOUSE = "house"


class OrderStock(StrEnum):
    """What became of an order's units: held for it, sold, or given back."""

    HELD = "held"
    SOLD = "sold"
    RETURNED = "returned"


class RefundState(StrEnum):
    """Whether money of an order goes back."""

    NONE = "none"
    PART = "part"
    """Some of it goes back, and the order goes on."""
    DUE = "due"
    """All that is left of it goes back, and the order ends."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DeliveryAddress:
    """Where a parcel goes, and whom to call there; the phone number is international (E.164)."""

    recipient: str
    phone: str
    street: str
    district: str
    city: str
    province: str
    postcode: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So many units of one variant, as they were called when the order was placed and priced when held.

    `discounts` is what the line costs less than by the shop's list, and who pays that. `unit_price` is of the
    moment of the hold, after a deal; a voucher's part is taken off the line as a whole.
    `refunded` of the units were paid back without the rest of the order: they are not sent, or came back.
    """

    variant_id: UUID
    product_id: UUID
    hold_id: UUID
    title: str
    label: str
    code: str
    sku: str
    unit_price: Money
    quantity: int
    weight_grams: int
    photo_key: str | None
    refunded: int = 0
    discounts: tuple[Discount, ...] = ()

    @property
    def list_amount(self) -> Money:
        """What all units of the line would cost without any discount."""
        return self.amount + sum_of(self.discounts)

    @property
    def kept_before_voucher(self) -> Money:
        """What the units that were not paid back would cost without a voucher."""
        voucher = sum_of(one for one in self.discounts if one.kind is DiscountKind.VOUCHER)
        return Money((self.amount + voucher).minor * self.kept // self.quantity, self.amount.currency)

    @property
    def kept(self) -> int:
        """The units that were not paid back."""
        return self.quantity - self.refunded

    @property
    def amount(self) -> Money:
        """What all units of the line cost."""
        return self.unit_price * self.quantity - taken_off(self.discounts)

    @property
    def kept_amount(self) -> Money:
        """What the units cost that were not paid back."""
        return self.amount - self.amount_of(self.refunded)

    def amount_of(self, units: int) -> Money:
        """Return what the first so many units cost; those of all units sum to the amount in any steps."""
        return Money(self.amount.minor * units // self.quantity, self.amount.currency)


@dataclass(frozen=True, slots=True)
class Order:
    """One buyer's order at one shop. `token` opens the buyer's page: whoever has it may look and cancel.

    `shipping` is what the buyer pays for the way, after `shipping_discounts`.
    """

    id: UUID
    number: str
    token: str
    shop_id: UUID
    holder: str
    account_id: UUID | None
    checkout_key: str
    email: str
    locale: str
    state: OrderState
    method: str
    payment_id: UUID | None
    show_code: str | None
    parcel_id: UUID
    address: DeliveryAddress
    place_code: str
    service: str
    shipping: Money
    note: str
    lines: tuple[OrderLine, ...]
    placed_at: datetime
    pay_by: datetime | None
    shipping_discounts: tuple[Discount, ...] = ()
    stock: OrderStock = OrderStock.HELD
    refund: RefundState = RefundState.NONE
    refund_amount: Money = NOTHING
    """What is promised, or was sent as the last."""
    refunded: Money = NOTHING
    """What has gone back in parts before."""
    carrier: str = ""
    tracking_number: str = ""
    reason: str = ""
    ended_by: Actor | None = None
    paid_at: datetime | None = None
    packed_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    refunded_at: datetime | None = None

    @property
    def goods(self) -> Money:
        """The price of all lines."""
        return sum((line.amount for line in self.lines), Money(0))

    @property
    def voucher_saving(self) -> tuple[UUID, Money] | None:
        """Which voucher the order uses, and what it takes off all lines; None where it uses none."""
        found = [one for line in self.lines for one in line.discounts if one.kind is DiscountKind.VOUCHER]
        if not found or found[0].reference is None:
            return None
        return found[0].reference, sum_of(found)

    @property
    def shipping_saving(self) -> Money:
        """What the way costs less."""
        return sum_of(self.shipping_discounts)

    @property
    def list_shipping(self) -> Money:
        """What the way would cost without any discount."""
        return self.shipping + self.shipping_saving

    @property
    def total(self) -> Money:
        """What the buyer owes: goods and shipping."""
        return self.goods + self.shipping

    @property
    def rest(self) -> Money:
        """What of the total has not gone back in parts."""
        return self.total - self.refunded

    @property
    def given_back(self) -> Money:
        """What has gone back to the buyer."""
        return self.refunded + (self.refund_amount if self.refund is RefundState.DONE else NOTHING)

    @property
    def part_due(self) -> Money:
        """What is promised back while the order goes on."""
        return self.refund_amount if self.refund is RefundState.PART else NOTHING

    @property
    def goes_on(self) -> bool:
        """Whether no refund ends the order; that of a part does not."""
        return self.refund in {RefundState.NONE, RefundState.PART}

    @property
    def sendable(self) -> bool:
        """Whether it goes into a parcel, or has gone: paid or to be paid on delivery, and not ended."""
        return self.state not in {OrderState.AWAITING_PAYMENT, OrderState.CANCELLED, OrderState.REFUNDED}

    @property
    def weight_grams(self) -> int:
        """The weight of all lines, without what was paid back."""
        return sum(line.weight_grams * line.kept for line in self.lines)

    @property
    def hold_ids(self) -> tuple[UUID, ...]:
        """The holds that the order took over."""
        return tuple(line.hold_id for line in self.lines)

    @property
    def paid(self) -> bool:
        """Whether the money came in, also if it went back later."""
        return self.paid_at is not None

    @property
    def units(self) -> tuple[LineSold, ...]:
        """What the order's events say of its lines."""
        return tuple(LineSold(line.product_id, line.variant_id, line.quantity) for line in self.lines)
