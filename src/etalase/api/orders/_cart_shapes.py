"""What the API tells about a cart."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from etalase.api._money import Currency, Minor
from etalase.api.orders._shapes import DiscountItem, Id, MethodName, Quantity, show_discounts
from etalase.commerce.orders import PayFirstReason, PayFirstTerms, Priced, cart_of
from etalase.kernel.money import Money


class CartLineItem(msgspec.Struct, frozen=True):
    """A line of the cart, at the price of the moment when it was held."""

    hold_id: Id
    variant_id: UUID
    title: Annotated[str, msgspec.Meta(examples=["Gaun Bunga Matahari"])]
    label: str
    quantity: Quantity
    unit_price_minor: Minor
    discounts: list[DiscountItem]
    expires_at: datetime


class ServiceItem(msgspec.Struct, frozen=True):
    """A way to send a shop's part of the cart to the place that was asked about."""

    service: Annotated[str, msgspec.Meta(examples=["Reguler"])]
    amount_minor: Minor
    discount_minor: Minor
    """What the shop takes off that."""
    min_days: int
    max_days: int


class PayFirstItem(msgspec.Struct, frozen=True):
    """The account pays first at this shop: not on delivery, and within so many minutes of ordering."""

    reason: PayFirstReason
    minutes: Annotated[int, msgspec.Meta(examples=[60])]


class ShopCartItem(msgspec.Struct, frozen=True):
    """What is held at one shop: it becomes one order. `services` is empty until a place is given."""

    shop_id: Id
    shop_slug: str
    shop_name: str
    lines: list[CartLineItem]
    goods_minor: Minor
    services: list[ServiceItem]
    methods: list[MethodName]
    voucher_minor: Minor
    """What a voucher takes off the goods: the one that was asked about, or the best that needs no code."""
    voucher_id: UUID | None
    voucher_refused: Annotated[str, msgspec.Meta(examples=["voucher_used_up"])] | None
    """Why the code that was asked about takes nothing off."""
    shipping_discount_missing_minor: Minor | None
    """How much more the goods must come to for cheaper shipping; null where the shop has none."""
    pay_first: PayFirstItem | None
    """Whether and why the account pays first here; nobody else is told of it."""


class Cart(msgspec.Struct, frozen=True):
    """Everything that is held for the account."""

    shops: list[ShopCartItem]
    goods_minor: Minor
    currency: Currency


def show_cart(
    priced: list[Priced], methods: dict[UUID, list[str]], pay_first: dict[UUID, PayFirstTerms]
) -> Cart:
    """Return the cart as the API tells it."""
    goods = cart_of(priced).goods
    return Cart(
        [
            ShopCartItem(
                shop_id=part.cart.shop_id,
                shop_slug=part.cart.shop_slug,
                shop_name=part.cart.shop_name,
                lines=[
                    CartLineItem(
                        held.hold_id,
                        held.line.variant_id,
                        held.line.title,
                        held.line.label,
                        held.line.quantity,
                        held.line.unit_price.minor,
                        show_discounts(held.line.discounts),
                        held.expires_at,
                    )
                    for held in part.cart.lines
                ],
                goods_minor=part.cart.goods.minor,
                services=[
                    ServiceItem(
                        quote.service,
                        quote.amount.minor,
                        part.cart.off_shipping(quote.amount).minor,
                        quote.min_days,
                        quote.max_days,
                    )
                    for quote in part.quotes
                ],
                methods=methods[part.cart.shop_id],
                voucher_minor=part.total.discount.minor,
                voucher_id=part.chosen.saving.voucher.id if part.chosen.saving else None,
                voucher_refused=part.chosen.refusal.code if part.chosen.refusal else None,
                shipping_discount_missing_minor=_minor(part.cart.shipping_missing),
                pay_first=_pay_first(pay_first.get(part.cart.shop_id)),
            )
            for part in priced
        ],
        goods.minor,
        goods.currency,
    )


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor


def _pay_first(terms: PayFirstTerms | None) -> PayFirstItem | None:
    return PayFirstItem(terms.reason, terms.minutes) if terms else None
