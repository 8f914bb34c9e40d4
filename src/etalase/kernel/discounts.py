"""The one order in which discounts apply, who pays each, and how one is split over lines. No I/O.

1. *Flash deal*: a unit's price is another for a while. It is fixed when units are held.
2. *Bundle*: several units cost less together, or one of them nothing.
3. *Voucher*: an amount or a share off what the goods come to after 1 and 2; one voucher an order.
4. *Shipping*: an amount off the way, and never off goods. From which sum on, is asked of the goods after 1
   and 2: a voucher never makes the way dearer.

Each takes off what those before it have left, and never more. Of one kind, the shop's come before the
creator's, and those before the platform's: who offers more pays the first part of it. What a discount takes
off is paid by its payer; sums of lines agree to the rupiah, whatever is split.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from etalase.kernel.money import Money


class DiscountKind(StrEnum):
    """Why something costs less, in the order in which they apply."""

    FLASH_DEAL = "flash_deal"
    BUNDLE = "bundle"
    VOUCHER = "voucher"
    SHIPPING = "shipping"


class Payer(StrEnum):
    """Who goes without the money."""

    SHOP = "shop"
    CREATOR = "creator"
    PLATFORM = "platform"


KINDS = tuple(DiscountKind)
PAYERS = tuple(Payer)


@dataclass(frozen=True, slots=True)
class Discount:
    """So much less, and whose loss it is; `reference` is the deal or voucher that gave it."""

    kind: DiscountKind
    payer: Payer
    amount: Money
    reference: UUID | None = None


@dataclass(frozen=True, slots=True)
class ShippingDiscount:
    """What a shop takes off the way for goods of at least `min_spend`: at most `amount`, or all of it."""

    min_spend: Money
    amount: Money | None = None

    def off(self, shipping: Money, goods: Money) -> Money:
        """Return what it takes off shipping that costs so much, for goods that come to so much."""
        if goods < self.min_spend:
            return Money.zero(shipping.currency)
        return shipping if self.amount is None else min(self.amount, shipping)

    def missing(self, goods: Money) -> Money:
        """Return how much more the goods must come to; nothing where it applies."""
        return max(self.min_spend - goods, Money.zero(goods.currency))


def apply_discounts(price: Money, offered: Iterable[Discount]) -> tuple[Discount, ...]:
    """Return what each discount really takes off, in their order; those that take nothing fall away.

    Their sum is never above the price. A negative offer is a ValueError.
    """
    left, applied = price, []
    for discount in sorted(offered, key=lambda one: (KINDS.index(one.kind), PAYERS.index(one.payer))):
        if discount.amount.minor < 0:
            raise ValueError("a discount takes off; it never adds")
        amount = min(discount.amount, left)
        if amount:
            applied.append(replace(discount, amount=amount))
            left -= amount
    return tuple(applied)


def sum_of(discounts: Iterable[Discount]) -> Money:
    """Return what they take off together."""
    return sum((one.amount for one in discounts), Money(0))


def taken_off(discounts: Iterable[Discount]) -> Money:
    """Return what a line costs less than its units at their price: a deal's discount is in that price."""
    return sum_of(one for one in discounts if one.kind is not DiscountKind.FLASH_DEAL)


def discounts_of_line(
    list_price: Money, unit_price: Money, quantity: int, deal_id: UUID | None
) -> tuple[Discount, ...]:
    """Return what so many units, held at this price, cost less than in the shop's list: the shop pays it."""
    if deal_id is None:
        return ()
    saved = Discount(DiscountKind.FLASH_DEAL, Payer.SHOP, (list_price - unit_price) * quantity, deal_id)
    return apply_discounts(list_price * quantity, [saved])


def split(amount: Money, weights: Sequence[Money]) -> tuple[Money, ...]:
    """Split an amount in proportion to the weights; the parts sum to it exactly.

    What division leaves over goes, a rupiah each, to the parts that lost most of one, the first of equals
    first. No part is above its weight while the amount is not above their sum. Weights that are all zero take
    nothing: then the amount must be zero. Raises ValueError for that, and for what is negative.
    """
    total = sum(weight.minor for weight in weights)
    if amount.minor < 0 or any(weight.minor < 0 for weight in weights) or (amount and not total):
        raise ValueError("only what is there can be split")
    if not amount:
        return tuple(Money.zero(weight.currency) for weight in weights)
    parts = [divmod(amount.minor * weight.minor, total) for weight in weights]
    over = amount.minor - sum(whole for whole, _ in parts)
    first = sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))[:over]
    return tuple(Money(whole + (place in first), amount.currency) for place, (whole, _) in enumerate(parts))
