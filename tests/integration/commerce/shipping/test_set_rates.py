from uuid import uuid4

import pytest

from etalase.commerce import shipping
from etalase.commerce.shipping import Area, Rate
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money
from etalase.platform.db import Tx

TABLE = [
    Rate("Reguler", Area.EVERYWHERE, None, Money(0), Money(30_000), 2, 5),
    Rate("Reguler", Area.CITY, "3276", Money(9_000), Money(0), 1, 2),
]


async def test_a_table_is_kept_in_its_order_and_replaced_as_a_whole(commerce_tx: Tx) -> None:
    shop, other = uuid4(), uuid4()
    await shipping.set_rates(commerce_tx, shop, TABLE)
    await shipping.set_rates(commerce_tx, other, TABLE[:1])
    assert await shipping.list_rates(commerce_tx, shop) == TABLE
    await shipping.set_rates(commerce_tx, shop, TABLE[1:])
    assert await shipping.list_rates(commerce_tx, shop) == TABLE[1:]
    assert await shipping.list_rates(commerce_tx, other) == TABLE[:1]


async def test_a_shop_without_a_table_asks_the_usual_rate(commerce_tx: Tx) -> None:
    (place,) = shipping.gazetteer().search("beji depok")
    (quote,) = await shipping.quote(commerce_tx, uuid4(), place, 1_200)
    assert (quote.service, quote.amount) == ("Reguler", Money(30_000))


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        (Rate("", Area.EVERYWHERE, None, Money(0), Money(1)), "service-2", "required"),
        (Rate("X" * 41, Area.EVERYWHERE, None, Money(0), Money(1)), "service-2", "too_long"),
        (Rate("Kilat", Area.CITY, "9999", Money(0), Money(1)), "area-2", "unknown"),
        (Rate("reguler", Area.CITY, "3276", Money(0), Money(1)), "area-2", "taken"),
        (Rate("Kilat", Area.EVERYWHERE, None, Money(-1), Money(1)), "flat-2", "too_low"),
        (Rate("Kilat", Area.EVERYWHERE, None, Money(0), Money(10_000_001)), "per_kilo-2", "too_high"),
        (Rate("Kilat", Area.EVERYWHERE, None, Money(0), Money(1), 5, 2), "days-2", "out_of_range"),
    ],
)
async def test_a_wrong_line_is_named_and_nothing_changes(
    commerce_tx: Tx, wrong: Rate, field: str, code: str
) -> None:
    shop = uuid4()
    await shipping.set_rates(commerce_tx, shop, TABLE)
    with pytest.raises(Invalid) as refused:
        await shipping.set_rates(commerce_tx, shop, [*TABLE, wrong])
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [(field, code)]
    assert await shipping.list_rates(commerce_tx, shop) == TABLE
