from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce.shipping import Area, Place, Quote, Rate, billed_kilos
from etalase.commerce.shipping._model import check_rates, quote_rates
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money

DEPOK = Place("327606", "Beji", "Kota Depok", "Jawa Barat", ("16421",))
BOGOR = Place("320101", "Cibinong", "Kabupaten Bogor", "Jawa Barat", ("16911",))
MEDAN = Place("127101", "Medan Kota", "Kota Medan", "Sumatera Utara", ("20211",))

TABLE = [
    Rate("Reguler", Area.EVERYWHERE, None, Money(0), Money(30_000)),
    Rate("Reguler", Area.PROVINCE, "32", Money(2_000), Money(10_000)),
    Rate("Reguler", Area.CITY, "3276", Money(9_000), Money(0)),
    Rate("Kilat", Area.CITY, "3276", Money(20_000), Money(5_000), 0, 0),
]


@pytest.mark.parametrize("table", [TABLE, TABLE[::-1], TABLE[1:] + TABLE[:1]])
def test_the_smallest_area_that_fits_decides_wherever_it_stands(table: list[Rate]) -> None:
    assert [quote.amount.minor for quote in quote_rates(table, DEPOK, 900)] == [9_000, 25_000]
    assert [quote.amount.minor for quote in quote_rates(table, BOGOR, 900)] == [12_000]
    assert [quote.amount.minor for quote in quote_rates(table, MEDAN, 900)] == [30_000]


@pytest.mark.parametrize(
    ("spoilt", "field", "code"),
    [
        ({"service": ""}, "service-1", "required"),
        ({"flat": Money(-1)}, "flat-1", "too_low"),
        ({"per_kilo": Money(-1)}, "per_kilo-1", "too_low"),
        ({"min_days": -1}, "days-1", "out_of_range"),
        ({"min_days": 8}, "days-1", "out_of_range"),
        ({"max_days": 1_000}, "days-1", "out_of_range"),
        ({"service": "REGULER", "region_code": None}, "area-1", "taken"),
    ],
)
def test_a_line_out_of_bounds_is_named(spoilt: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_rates([TABLE[0], replace(TABLE[1], **spoilt), TABLE[2]])
    assert [(one.field, one.code) for one in refused.value.problems] == [(field, code)]


def test_a_table_is_kept_as_it_is_but_for_tidy_names() -> None:
    free = replace(TABLE[0], flat=Money(0), per_kilo=Money(0), min_days=0, max_days=0)
    assert check_rates([*TABLE[1:], replace(free, service=" Reguler ")]) == [*TABLE[1:], free]


def test_a_weight_is_rounded_up_to_whole_kilos_and_is_at_least_one() -> None:
    assert [billed_kilos(grams) for grams in (0, 1, 999, 1000, 1001, 2000, 2001)] == [1, 1, 1, 1, 2, 2, 3]
    assert quote_rates(TABLE, BOGOR, 2001) == [Quote("Reguler", Money(32_000), 1, 7)]


def test_a_service_that_does_not_go_there_is_not_offered() -> None:
    only_city = [rate for rate in TABLE if rate.area is Area.CITY]
    assert quote_rates(only_city, MEDAN, 500) == []


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_heavier_parcel_never_costs_less(one: int, other: int) -> None:
    light, heavy = sorted((one, other))
    for place in (DEPOK, BOGOR, MEDAN):
        before, after = quote_rates(TABLE, place, light), quote_rates(TABLE, place, heavy)
        assert [quote.amount for quote in before] <= [quote.amount for quote in after]
