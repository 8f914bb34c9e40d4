"""What the API takes and tells about carts and orders."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from etalase.api._money import Currency, Minor
from etalase.commerce.inventory import Hold
from etalase.commerce.orders import Order
from etalase.commerce.payments import Payment
from etalase.kernel.discounts import Discount, DiscountKind, Payer, discounts_of_line
from etalase.kernel.sources import Venue

EXAMPLE_ID = "01994b2e-5c1a-7cc0-9d7e-3f0c6a1b2c3d"

Id = Annotated[UUID, msgspec.Meta(examples=[EXAMPLE_ID])]
Quantity = Annotated[int, msgspec.Meta(ge=1, le=1000, examples=[1])]
Short = Annotated[str, msgspec.Meta(max_length=200)]
PlaceCode = Annotated[
    str, msgspec.Meta(max_length=6, description="From /api/v1/places.", examples=["327606"])
]
MethodName = Annotated[
    str,
    msgspec.Meta(
        max_length=40,
        description="qris_static, bank_transfer, cod, or such as qris:<provider>, as the shop offers.",
        examples=["bank_transfer"],
    ),
]
OrderNumber = Annotated[str, msgspec.Meta(examples=["K7M2QX9P"])]


class HoldBody(msgspec.Struct, frozen=True):
    """Units to be held; `referral` is the token that a show gave on the way here (`ref` of its link).

    One that is forged, too old or somebody else's is left aside. `venue` is `room` where the buyer holds them
    inside a show: some laws want that at the shop's site only. Nothing is held that costs more than
    `price_minor` for a unit: say what your buyer was shown.
    """

    variant_id: Id
    quantity: Quantity = 1
    referral: Annotated[str, msgspec.Meta(examples=["eyJhbGciOiJIUzI1NiJ9.…"])] | None = None
    venue: Venue = Venue.SHOP
    price_minor: Annotated[int, msgspec.Meta(ge=0, le=10**13, examples=[69_000])] | None = None


class ShrinkBody(msgspec.Struct, frozen=True):
    """How many of the held units to keep; all of them are given back by releasing the hold."""

    quantity: Quantity


class DiscountItem(msgspec.Struct, frozen=True):
    """What all units cost less than in the shop's list, why, and who goes without that money.

    A deal is in `unit_price_minor`; a bundle's and a voucher's part are taken off all units.
    """

    kind: DiscountKind
    payer: Payer
    amount_minor: Minor
    deal_id: UUID | None
    voucher_id: UUID | None = None
    bundle_id: UUID | None = None


class HoldItem(msgspec.Struct, frozen=True):
    """Units that are held until a moment, each at this price whatever comes."""

    id: Id
    variant_id: UUID
    quantity: Quantity
    expires_at: datetime
    unit_price_minor: Minor
    discounts: list[DiscountItem]


class WaitlistItem(msgspec.Struct, frozen=True):
    """A place in the line of a variant of which no unit is free; `hold` instead, where one was after all.

    `number` counts from 1, and no further than 1,001. The units are held for so many seconds when it is the
    account's turn; then the next in line gets them.
    """

    variant_id: UUID
    quantity: Quantity
    number: Annotated[int, msgspec.Meta(examples=[3])]
    hold_seconds: Annotated[int, msgspec.Meta(examples=[600])]


class JoinAnswer(msgspec.Struct, frozen=True):
    """One of the two: a place in line, or units that were free after all and are held."""

    place: WaitlistItem | None = None
    hold: HoldItem | None = None


class WaitlistBody(msgspec.Struct, frozen=True):
    """Where the account waits, the oldest place first."""

    items: list[WaitlistItem]


class ChoiceBody(msgspec.Struct, frozen=True):
    """How one shop's order is sent and paid, and by which voucher; without a service the cheapest.

    A code that takes nothing off is refused, with the total without it as `total_minor`.
    """

    shop_id: Id
    method: MethodName
    service: Short = ""
    voucher_code: Annotated[str, msgspec.Meta(max_length=40, examples=["HEMAT20"])] = ""


class OrderBody(msgspec.Struct, frozen=True):
    """An order of all that is held. `expected_total_minor` refuses any other total than what you saw.

    `venue` is `room` where the buyer pays inside a show: some laws want that at the shop's site only.
    """

    email: Annotated[Short, msgspec.Meta(examples=["dewi@example.com"])]
    recipient: Annotated[Short, msgspec.Meta(examples=["Dewi Lestari"])]
    phone: Annotated[Short, msgspec.Meta(examples=["0812-9876-5432"])]
    street: Annotated[Short, msgspec.Meta(examples=["Jl. Margonda Raya 100"])]
    place_code: PlaceCode
    postcode: Annotated[
        str, msgspec.Meta(max_length=5, description="One of the place's.", examples=["16421"])
    ]
    choices: Annotated[list[ChoiceBody], msgspec.Meta(max_length=30)]
    note: Annotated[str, msgspec.Meta(max_length=300)] = ""
    locale: Annotated[str, msgspec.Meta(pattern="^(id|en)$", examples=["id"])] = "id"
    expected_total_minor: Minor | None = None
    venue: Venue = Venue.SHOP


class PayBody(msgspec.Struct, frozen=True):
    """Another way to pay."""

    method: MethodName
    venue: Venue = Venue.SHOP


class ReasonBody(msgspec.Struct, frozen=True):
    """Why; the other side is told."""

    reason: Annotated[Short, msgspec.Meta(examples=["Kancingnya lepas"])]


class UnitsBack(msgspec.Struct, frozen=True):
    """Units of one line of an order; `line` counts from 0 in its `lines`."""

    line: Annotated[int, msgspec.Meta(ge=0, examples=[0])]
    quantity: Quantity


class RefundBody(msgspec.Struct, frozen=True):
    """Why money goes back, and whether the goods can be sold again.

    With `units` or `amount_minor` only that much goes back (units at their price, and the amount besides),
    and the order goes on; without, all that is left.
    """

    reason: Annotated[Short, msgspec.Meta(examples=["Salah ukuran"])]
    goods_returned: bool = False
    units: Annotated[list[UnitsBack], msgspec.Meta(max_length=100)] = msgspec.field(default_factory=list)
    amount_minor: Minor = 0


class ShipBody(msgspec.Struct, frozen=True):
    """Who carries the parcel, and under which number."""

    carrier: Annotated[str, msgspec.Meta(max_length=40, examples=["JNE"])]
    tracking_number: Annotated[str, msgspec.Meta(max_length=60, examples=["JP1234567890"])] = ""


class LineItem(msgspec.Struct, frozen=True):
    """A line of an order, as it was called when it was placed and priced when it was held."""

    variant_id: Id
    title: Annotated[str, msgspec.Meta(examples=["Gaun Bunga Matahari"])]
    label: str
    code: str
    sku: str
    unit_price_minor: Minor
    discounts: list[DiscountItem]
    quantity: Quantity
    refunded: int
    """How many of the units were paid back while the order went on."""


class AddressItem(msgspec.Struct, frozen=True):
    """Where an order goes."""

    recipient: str
    phone: Annotated[str, msgspec.Meta(examples=["+6281298765432"])]
    street: str
    district: str
    city: str
    province: str
    postcode: str


class OrderPaymentItem(msgspec.Struct, frozen=True):
    """How an order is paid: send exactly `due_minor`. `qr` is the text of a QR code."""

    method: MethodName
    state: Annotated[str, msgspec.Meta(examples=["pending"])]
    due_minor: Minor
    qr: str | None
    bank: str | None
    number: str | None
    holder: str | None
    expires_at: datetime | None


class OrderItem(msgspec.Struct, frozen=True):
    """An order. `link` is the buyer's page of it on the commerce plane: a secret, told to its buyer only."""

    id: Id
    number: OrderNumber
    shop_id: UUID
    state: Annotated[str, msgspec.Meta(examples=["awaiting_payment"])]
    refund: Annotated[str, msgspec.Meta(examples=["none"], description="none, part, due or done")]
    refunded_minor: Minor
    placed_at: datetime
    goods_minor: Minor
    shipping_minor: Minor
    shipping_discounts: list[DiscountItem]
    """What is taken off `shipping_minor` already."""
    total_minor: Minor
    currency: Currency
    service: str
    lines: list[LineItem]
    address: AddressItem
    note: str
    carrier: str
    tracking_number: str
    reason: str
    show: str | None
    payment: OrderPaymentItem | None = None
    link: str | None = None


def show_discounts(found: Iterable[Discount]) -> list[DiscountItem]:
    """Return discounts as the API tells them."""
    return [
        DiscountItem(
            one.kind,
            one.payer,
            one.amount.minor,
            deal_id=one.reference if one.kind is DiscountKind.FLASH_DEAL else None,
            voucher_id=one.reference if one.kind is DiscountKind.VOUCHER else None,
            bundle_id=one.reference if one.kind is DiscountKind.BUNDLE else None,
        )
        for one in found
    ]


def show_hold(held: Hold) -> HoldItem:
    """Return a hold as the API tells it."""
    saved = discounts_of_line(held.list_price, held.unit_price, held.quantity, held.allotment_id)
    return HoldItem(
        held.id, held.variant_id, held.quantity, held.expires_at, held.unit_price.minor, show_discounts(saved)
    )


def show_payment(payment: Payment) -> OrderPaymentItem:
    """Return a payment as the API tells it."""
    how = payment.instructions
    return OrderPaymentItem(
        method=str(payment.method),
        state=payment.state.value,
        due_minor=payment.due.minor,
        qr=how.qr,
        bank=how.bank,
        number=how.number,
        holder=how.holder,
        expires_at=payment.expires_at,
    )


def show_order(order: Order, payment: Payment | None = None, *, to_buyer: bool = False) -> OrderItem:
    """Return an order as the API tells it; only its buyer gets the secret link."""
    address = order.address
    return OrderItem(
        id=order.id,
        number=order.number,
        shop_id=order.shop_id,
        state=order.state.value,
        refund=order.refund.value,
        refunded_minor=order.given_back.minor,
        placed_at=order.placed_at,
        goods_minor=order.goods.minor,
        shipping_minor=order.shipping.minor,
        shipping_discounts=show_discounts(order.shipping_discounts),
        total_minor=order.total.minor,
        currency=order.total.currency,
        service=order.service,
        lines=[
            LineItem(
                line.variant_id,
                line.title,
                line.label,
                line.code,
                line.sku,
                line.unit_price.minor,
                show_discounts(line.discounts),
                line.quantity,
                line.refunded,
            )
            for line in order.lines
        ],
        address=AddressItem(
            address.recipient,
            address.phone,
            address.street,
            address.district,
            address.city,
            address.province,
            address.postcode,
        ),
        note=order.note,
        carrier=order.carrier,
        tracking_number=order.tracking_number,
        reason=order.reason,
        show=order.show_code,
        payment=show_payment(payment) if payment else None,
        link=f"/order/{order.token}" if to_buyer else None,
    )
