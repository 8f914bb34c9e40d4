import pytest

from etalase.commerce.shops import ShippingDiscountDraft
from etalase.commerce.shops._model import check_shipping_discount
from etalase.kernel.discounts import ShippingDiscount
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money


def test_a_sum_and_how_much_at_most_are_read_as_people_type_them() -> None:
    assert check_shipping_discount(ShippingDiscountDraft("100.000", "Rp 20.000")) == ShippingDiscount(
        Money(100_000), Money(20_000)
    )
    assert check_shipping_discount(ShippingDiscountDraft(" 0 ", " ")) == ShippingDiscount(Money(0), None)
    assert check_shipping_discount(ShippingDiscountDraft(0, 100)) == ShippingDiscount(Money(0), Money(100))


def test_without_a_sum_there_is_none() -> None:
    assert check_shipping_discount(ShippingDiscountDraft()) is None
    assert check_shipping_discount(ShippingDiscountDraft(" ", "")) is None


@pytest.mark.parametrize(
    ("min_spend", "amount", "wrong"),
    [
        ("", "20.000", {"min_spend": "required"}),
        ("many", "50", {"min_spend": "unclear_amount", "amount": "too_low"}),
        (-1, None, {"min_spend": "too_low"}),
        (10**12 + 1, 10**7 + 1, {"min_spend": "too_high", "amount": "too_high"}),
    ],
)
def test_all_that_is_wrong_is_said_at_once(
    min_spend: str | int, amount: str | int | None, wrong: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        check_shipping_discount(ShippingDiscountDraft(min_spend, amount))
    assert {one.field: one.code for one in refusal.value.problems} == wrong
