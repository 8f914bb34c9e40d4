"""Whatever a shop takes off the way: never more than the way costs, and in steps never more than at once."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce.orders import Order, OrderState
from etalase.commerce.orders._model import extra_shipping, shipping_discounts
from etalase.kernel.discounts import Discount, DiscountKind, Payer, ShippingDiscount, sum_of
from etalase.kernel.money import Money
from tests.make.orders import line, order

money = st.integers(0, 10**7).map(Money)
terms = st.builds(ShippingDiscount, money, st.none() | st.integers(1, 10**7).map(Money))
steps = st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 10**6)), min_size=1, max_size=6)


@given(offered=terms, shipping=money, goods=money)
def test_it_takes_off_what_was_promised_and_never_more_than_there_is(
    offered: ShippingDiscount, shipping: Money, goods: Money
) -> None:
    found = shipping_discounts(offered, shipping, goods, whole=shipping)
    wanted = min(offered.amount.minor, shipping.minor) if offered.amount else shipping.minor
    assert sum_of(found).minor == (wanted if goods.minor >= offered.min_spend.minor else 0)
    assert all((one.kind, one.payer) == (DiscountKind.SHIPPING, Payer.SHOP) and one.amount for one in found)
    missing = offered.missing(goods)
    assert (goods < offered.min_spend) == bool(missing)
    assert shipping_discounts(offered, shipping, goods + missing, whole=shipping) == shipping_discounts(
        offered, shipping, max(goods, offered.min_spend), whole=shipping
    )


def paid_order(goods: int, shipping: Money, off: tuple[Discount, ...]) -> Order:
    return order(
        OrderState.CONFIRMED,
        lines=(line(unit_price=Money(goods), quantity=1),),
        shipping=shipping,
        shipping_discounts=off,
    )


@given(offered=st.none() | terms, wanted=steps)
def test_a_parcel_in_steps_costs_no_less_than_one_large_order(
    offered: ShippingDiscount | None, wanted: list[tuple[int, int]]
) -> None:
    wholes = list(accumulate(dearer for _, dearer in wanted))
    parcel: list[Order] = []
    for (goods, _), whole in zip(wanted, wholes, strict=True):
        gross = extra_shipping(Money(whole), parcel)
        off = shipping_discounts(offered, gross, Money(goods), whole=Money(whole), carriers=parcel)
        assert 0 <= sum_of(off).minor <= gross.minor
        parcel.append(paid_order(goods, gross - sum_of(off), off))
    together = Money(sum(goods for goods, _ in wanted))
    at_once = Money(wholes[-1]) - (offered.off(Money(wholes[-1]), together) if offered else Money(0))
    assert sum(one.list_shipping.minor for one in parcel) == wholes[-1]
    assert sum(one.shipping.minor for one in parcel) >= at_once.minor


@given(first=terms, then=st.none() | terms, wanted=steps)
def test_nobody_pays_later_for_what_was_taken_off_before(
    first: ShippingDiscount, then: ShippingDiscount | None, wanted: list[tuple[int, int]]
) -> None:
    """The shop takes less off by the second order: that one costs no more than its own part of the way."""
    (goods, whole), (more, dearer) = wanted[0], wanted[-1]
    off = shipping_discounts(first, Money(whole), Money(goods), whole=Money(whole))
    carrier = paid_order(goods, Money(whole) - sum_of(off), off)
    both = Money(whole + dearer)
    gross = extra_shipping(both, [carrier])
    later = shipping_discounts(then, gross, Money(more), whole=both, carriers=[carrier])
    assert gross.minor == dearer
    assert sum_of(later).minor <= gross.minor
