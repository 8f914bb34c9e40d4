"""Discounts apply in one order, never below zero, and no rupiah is lost in a split."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.kernel.discounts import (
    Discount,
    DiscountKind,
    Payer,
    apply_discounts,
    discounts_of_line,
    split,
)
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money

amounts = st.integers(0, 10**10).map(Money)
discounts = st.builds(Discount, st.sampled_from(DiscountKind), st.sampled_from(Payer), amounts)


@given(price=amounts, offered=st.lists(discounts, max_size=8))
def test_what_is_left_is_never_below_zero(price: Money, offered: list[Discount]) -> None:
    applied = apply_discounts(price, offered)
    total = sum((one.amount.minor for one in applied), 0)
    assert total == min(price.minor, sum(one.amount.minor for one in offered))
    assert all(one.amount for one in applied)


@given(price=amounts, offered=st.lists(discounts, max_size=8), seed=st.randoms())
def test_the_order_in_which_discounts_were_offered_does_not_matter(
    price: Money, offered: list[Discount], seed: Random
) -> None:
    shuffled = list(offered)
    seed.shuffle(shuffled)

    def by_reason(applied: tuple[Discount, ...]) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for one in applied:
            found[one.kind, one.payer] = found.get((one.kind, one.payer), 0) + one.amount.minor
        return found

    assert by_reason(apply_discounts(price, offered)) == by_reason(apply_discounts(price, shuffled))


def test_the_deal_comes_before_the_voucher_and_the_shop_before_the_platform() -> None:
    deal = Discount(DiscountKind.FLASH_DEAL, Payer.SHOP, Money(30))
    platform = Discount(DiscountKind.VOUCHER, Payer.PLATFORM, Money(50))
    shop = Discount(DiscountKind.VOUCHER, Payer.SHOP, Money(40))
    applied = apply_discounts(Money(100), [platform, shop, deal])
    assert [(one.payer, one.amount.minor) for one in applied] == [
        (Payer.SHOP, 30),
        (Payer.SHOP, 40),
        (Payer.PLATFORM, 30),
    ]


def test_an_offer_that_would_add_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a discount takes off; it never adds$"):
        apply_discounts(Money(100), [Discount(DiscountKind.VOUCHER, Payer.SHOP, Money(-1))])
    nothing = Discount(DiscountKind.VOUCHER, Payer.SHOP, Money(0))
    assert apply_discounts(Money(100), [nothing]) == ()


def test_units_held_at_a_deals_price_say_whose_loss_it_is() -> None:
    deal_id = new_id()
    assert discounts_of_line(Money(89), Money(69), 3, deal_id) == (
        Discount(DiscountKind.FLASH_DEAL, Payer.SHOP, Money(60), deal_id),
    )
    assert discounts_of_line(Money(89), Money(89), 3, None) == ()


@given(amount=amounts, weights=st.lists(amounts, min_size=1, max_size=12))
def test_the_parts_of_a_split_sum_to_it(amount: Money, weights: list[Money]) -> None:
    total = sum(weight.minor for weight in weights)
    if amount and not total:
        with pytest.raises(ValueError, match="can be split"):
            split(amount, weights)
        return
    parts = split(amount, weights)
    assert sum(part.minor for part in parts) == amount.minor
    for part, weight in zip(parts, weights, strict=True):
        assert part.minor >= 0
        assert abs(part.minor * total - amount.minor * weight.minor) < max(total, 1)
        if amount.minor <= total:
            assert part.minor <= weight.minor


@pytest.mark.parametrize(
    ("amount", "weights"), [(-1, [5, 5]), (4, [5, -1]), (0, [5, -1]), (-1, [5, -1]), (1, []), (1, [0, 0])]
)
def test_what_is_negative_or_not_there_is_not_split(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^only what is there can be split$"):
        split(Money(amount), [Money(weight) for weight in weights])


def test_the_parts_are_of_the_currency_that_is_split() -> None:
    weights = [Money(3, "SGD"), Money(1, "SGD")]
    assert split(Money(2, "SGD"), weights) == (Money(2, "SGD"), Money(0, "SGD"))
    assert split(Money(0, "SGD"), weights) == (Money(0, "SGD"), Money(0, "SGD"))


def test_what_is_left_over_goes_to_who_lost_most_and_to_the_first_of_equals() -> None:
    def parts(amount: int, *weights: int) -> list[int]:
        return [part.minor for part in split(Money(amount), [Money(weight) for weight in weights])]

    assert parts(5, 10, 20, 40) == [1, 1, 3]
    assert parts(1, 1, 3) == [0, 1]
    assert parts(100, 1, 1, 1) == [34, 33, 33]
