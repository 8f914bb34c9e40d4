"""An allotment: units of a product that are set aside at prices of their own, for a while. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from etalase.commerce.inventory._errors import SoldOut
from etalase.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Allotment:
    """So many units at these prices by variant, from `starts_at` to before `ends_at`.

    Held and sold units are `taken`; what a hold gives back can be taken again. A buyer takes at most
    `per_buyer` of them.
    """

    id: UUID
    shop_id: UUID
    product_id: UUID
    prices: Mapping[UUID, Money]
    quantity: int
    per_buyer: int | None
    starts_at: datetime
    ends_at: datetime
    taken: int = 0

    @property
    def left(self) -> int:
        """How many units can still be taken."""
        return self.quantity - self.taken

    def is_over(self, now: datetime) -> bool:
        """Tell whether nobody can take anything from it any more."""
        return self.ends_at <= now

    def is_lower(self, variant_id: UUID, list_price: Money) -> bool:
        """Tell whether it makes this variant cheaper than by the shop's list."""
        return variant_id in self.prices and self.prices[variant_id].minor < list_price.minor

    def overlaps(self, other: "Allotment") -> bool:
        """Tell whether both would price one variant at one moment."""
        return (
            self.id != other.id
            and not self.prices.keys().isdisjoint(other.prices)
            and max(self.starts_at, other.starts_at) < min(self.ends_at, other.ends_at)
        )

    def after(self, change: int) -> "Allotment":
        """Return it with so many units more taken. Raises SoldOut where fewer are left."""
        if change > self.left:
            raise SoldOut(available=self.left)
        return replace(self, taken=self.taken + change)


def stands_in_way(one: Allotment, others: Iterable[Allotment]) -> bool:
    """Tell whether one of the others is in its way."""
    return any(one.overlaps(other) for other in others)
