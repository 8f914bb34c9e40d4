"""What a buyer holds, by shop, and what a checkout makes of it. No I/O."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from etalase.commerce.orders._errors import TotalChanged
from etalase.commerce.orders._model.order import NOTHING, OrderLine
from etalase.kernel.discounts import Discount, ShippingDiscount, sum_of
from etalase.kernel.money import Money
from etalase.kernel.sources import Source


@dataclass(frozen=True, slots=True)
class CartLine:
    """Units that are held for the buyer until `expires_at`, at the price of the moment of the hold."""

    line: OrderLine
    expires_at: datetime
    source: Source | None

    @property
    def show_code(self) -> str | None:
        """The show in which the units were held."""
        return self.source.show if self.source else None

    @property
    def hold_id(self) -> UUID:
        """The hold that keeps the units."""
        return self.line.hold_id


@dataclass(frozen=True, slots=True)
class ShopCart:
    """What is held at one shop: it becomes one order."""

    shop_id: UUID
    shop_slug: str
    shop_name: str
    lines: tuple[CartLine, ...]
    offers_vouchers: bool = False
    shipping_discount: ShippingDiscount | None = None
    offers_bundles: bool = False

    def with_discounts(self, found: Sequence[tuple[Discount, ...]]) -> "ShopCart":
        """Return the same with these taken off each line besides what was taken off before."""
        lines = tuple(
            replace(held, line=replace(held.line, discounts=held.line.discounts + more)) if more else held
            for held, more in zip(self.lines, found, strict=True)
        )
        return replace(self, lines=lines)

    @property
    def goods(self) -> Money:
        """The price of all lines."""
        return sum((held.line.amount for held in self.lines), Money(0))

    @property
    def shipping_missing(self) -> Money | None:
        """How much more the goods must come to for cheaper shipping; None where that is not to be had."""
        return self.shipping_discount.missing(self.goods) if self.shipping_discount else None

    def off_shipping(self, shipping: Money) -> Money:
        """Return what the shop takes off shipping that costs so much, where no parcel is joined."""
        return self.shipping_discount.off(shipping, self.goods) if self.shipping_discount else NOTHING

    @property
    def weight_grams(self) -> int:
        """The weight of all lines."""
        return sum(held.line.weight_grams * held.line.quantity for held in self.lines)

    @property
    def show_code(self) -> str | None:
        """The show in which the lines were held, if it was one and the same for all."""
        codes = {held.show_code for held in self.lines}
        return codes.pop() if len(codes) == 1 else None


@dataclass(frozen=True, slots=True)
class CartView:
    """Everything that is held for a buyer."""

    shops: tuple[ShopCart, ...]

    @property
    def goods(self) -> Money:
        """The price of everything."""
        return sum((cart.goods for cart in self.shops), Money(0))

    @property
    def lines(self) -> tuple[CartLine, ...]:
        """All lines of all shops."""
        return tuple(held for cart in self.shops for held in cart.lines)

    @property
    def count(self) -> int:
        """The number of units."""
        return sum(held.line.quantity for held in self.lines)

    @property
    def expires_at(self) -> datetime | None:
        """When the first hold ends."""
        return min((held.expires_at for held in self.lines), default=None)


@dataclass(frozen=True, slots=True)
class SeenLine:
    """What the buyer saw in the cart when the checkout was opened."""

    hold_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Choice:
    """How one shop's order is to be sent and paid."""

    shop_id: UUID
    service: str
    method: str
    voucher_code: str = ""
    """As it was typed; nothing where none was."""


@dataclass(frozen=True, slots=True)
class ShopTotal:
    """What one shop's order comes to. `shipping` is None while the place or service is not known.

    `discount` is what a voucher takes off the goods; `shipping_discounts` are taken off `shipping` already.
    """

    shop_id: UUID
    goods: Money
    shipping: Money | None
    joins_parcel: bool = False
    discount: Money = NOTHING
    shipping_discounts: tuple[Discount, ...] = ()

    @property
    def shipping_saving(self) -> Money:
        """What the way costs less."""
        return sum_of(self.shipping_discounts)

    @property
    def total(self) -> Money:
        """Goods without what a voucher takes off and, as far as known, shipping."""
        return self.goods - self.discount + (self.shipping or Money(0))


def holder_of_account(account_id: UUID) -> str:
    """Return the name under which units are held for whoever is signed in."""
    return f"account:{account_id}"


def is_guest(holder: str) -> bool:
    """Tell whether it is the name of somebody without an account."""
    return not holder.startswith("account:")


def account_of_holder(holder: str) -> UUID | None:
    """Return whose account this name under which units are held is; None for a guest's."""
    kind, _, account_id = holder.partition(":")
    return UUID(account_id) if kind == "account" else None


def fingerprint(totals: Sequence[ShopTotal]) -> str:
    """Sum up what the buyer was shown, so that an order is never placed at a total that nobody saw.

    It is compared with, and never read as, an amount.
    """
    shown = ";".join(
        f"{total.shop_id}={total.goods.minor}-{total.discount.minor}+{total.shipping}" for total in totals
    )
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def total_of(totals: Sequence[ShopTotal]) -> Money:
    """Return what all shops' orders come to together."""
    return sum((one.total for one in totals), Money(0))


def require_seen_total(totals: Sequence[ShopTotal], seen: str | None, expected_minor: int | None) -> None:
    """Refuse any other total than the one that the buyer saw, whichever way they say what that was.

    `seen` is the fingerprint that a page carried, `expected_minor` the sum that a program expects; None of
    either asks nothing. Raises TotalChanged with the total of now.
    """
    total = total_of(totals)
    is_as_shown = seen is None or seen == fingerprint(totals)
    if not is_as_shown or expected_minor not in {None, total.minor}:
        raise TotalChanged(total_minor=total.minor)
