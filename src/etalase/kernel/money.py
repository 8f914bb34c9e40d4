"""Money as whole minor units of one currency. It refuses fractions and sums of two currencies."""

from dataclasses import dataclass
from functools import total_ordering
from typing import Self

RUPIAH = "IDR"


class CurrencyMismatch(TypeError):
    """Two amounts of different currencies met in one sum or comparison."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units of an ISO 4217 currency.

    For the rupiah the unit is the rupiah itself: the sen that ISO 4217 lists is out of use, and no
    Indonesian gateway takes it.
    """

    minor: int
    currency: str = RUPIAH

    @classmethod
    def zero(cls, currency: str = RUPIAH) -> Self:
        """Nothing, in the given currency."""
        return cls(0, currency)

    def __add__(self, other: Self) -> Self:
        self._require_same(other)
        return type(self)(self.minor + other.minor, self.currency)

    def __sub__(self, other: Self) -> Self:
        self._require_same(other)
        return type(self)(self.minor - other.minor, self.currency)

    def __mul__(self, quantity: int) -> Self:
        return type(self)(self.minor * quantity, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __lt__(self, other: Self) -> bool:
        self._require_same(other)
        return self.minor < other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def _require_same(self, other: Self) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")


def minor_of(amount: Money | None) -> int | None:
    """Return the minor units of an amount that may be missing."""
    return None if amount is None else amount.minor
