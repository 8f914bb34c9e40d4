from collections.abc import Callable

import pytest

from etalase.kernel.money import RUPIAH, CurrencyMismatch, Money, minor_of


def test_amounts_of_one_currency_are_counted_and_keep_it() -> None:
    two, five = Money(2, "SGD"), Money(5, "SGD")
    assert two + five == Money(7, "SGD")
    assert two - five == -Money(3, "SGD")
    assert two * 3 == Money(6, "SGD")
    assert two < five
    assert (bool(two), bool(two - two)) == (True, False)
    assert Money.zero("SGD") == Money(0, "SGD")
    assert Money.zero() == Money(0) == Money(0, RUPIAH)


@pytest.mark.parametrize(
    "meet", [lambda one, other: one + other, lambda one, other: one - other, lambda one, other: one < other]
)
def test_two_currencies_never_meet(meet: Callable[[Money, Money], object]) -> None:
    with pytest.raises(CurrencyMismatch, match=r"^SGD and IDR$"):
        meet(Money(2, "SGD"), Money(5))


def test_an_amount_that_is_missing_has_no_units() -> None:
    assert (minor_of(Money(7)), minor_of(Money(0)), minor_of(None)) == (7, 0, None)
