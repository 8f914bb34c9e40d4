from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce.shipping import Area, Place, Quote, Rate, billed_kilos
from etalase.commerce.shipping._model import quote_rates
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


def test_the_smallest_area_that_fits_decides() -> None:
    assert [quote.amount.minor for quote in quote_rates(TABLE, DEPOK, 900)] == [9_000, 25_000]
    assert [quote.amount.minor for quote in quote_rates(TABLE, BOGOR, 900)] == [12_000]
    assert [quote.amount.minor for quote in quote_rates(TABLE, MEDAN, 900)] == [30_000]


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
