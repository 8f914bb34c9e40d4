"""What a parcel costs: a shop's table of destinations and prices, and the rounding of weight.

It knows no courier's own price list: a shop writes down what it asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from etalase.commerce.shipping._model.places import Place
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money

GRAMS_PER_KILO = 1000
MAX_RATES = 200
MAX_RUPIAH = 10_000_000
MAX_SERVICE_LENGTH = 40
MAX_DAYS = 60


class Area(StrEnum):
    """How much of the country a rate covers; a smaller area goes before a larger one."""

    EVERYWHERE = "everywhere"
    PROVINCE = "province"
    CITY = "city"


PRECEDENCE = {Area.CITY: 0, Area.PROVINCE: 1, Area.EVERYWHERE: 2}


@dataclass(frozen=True, slots=True)
class Rate:
    """A line of the table: what one service to one area costs, once and for each kilo begun.

    `region_code` is the province's or the city's, and None for everywhere. A weight is rounded up to whole
    kilos, and is at least one.
    """

    service: str
    area: Area
    region_code: str | None
    flat: Money
    per_kilo: Money
    min_days: int = 1
    max_days: int = 7


@dataclass(frozen=True, slots=True)
class Quote:
    """What one service to one place costs, and how many days it takes."""

    service: str
    amount: Money
    min_days: int
    max_days: int


UNSET_RATES = (Rate("Reguler", Area.EVERYWHERE, None, Money(0), Money(15_000), 2, 7),)
"""Asked by a shop that has written down no rates yet, so that its first sale needs no homework."""


def billed_kilos(weight_grams: int) -> int:
    """Round a weight up to whole kilos, at least one."""
    return max(1, -(-weight_grams // GRAMS_PER_KILO))


def quote_rates(rates: Sequence[Rate], place: Place, weight_grams: int) -> list[Quote]:
    """Price each service that goes to the place, cheapest first: its smallest fitting area decides."""
    best: dict[str, Rate] = {}
    for rate in rates:
        rival = best.get(rate.service)
        if fits(rate, place) and (rival is None or PRECEDENCE[rate.area] < PRECEDENCE[rival.area]):
            best[rate.service] = rate
    quotes = [
        Quote(
            rate.service,
            rate.flat + rate.per_kilo * billed_kilos(weight_grams),
            rate.min_days,
            rate.max_days,
        )
        for rate in best.values()
    ]
    return sorted(quotes, key=lambda quote: (quote.amount, quote.service))


def fits(rate: Rate, place: Place) -> bool:
    """Tell whether the place lies in the rate's area."""
    return {
        Area.EVERYWHERE: True,
        Area.PROVINCE: rate.region_code == place.province_code,
        Area.CITY: rate.region_code == place.city_code,
    }[rate.area]


def check_rates(rates: Sequence[Rate]) -> list[Rate]:
    """Return the table, its names tidied.

    Raises Invalid for a line out of bounds, and for two lines of one service and area.
    """
    fields = Fields()
    if len(rates) > MAX_RATES:
        fields.refuse("rates", "too_many", MAX_RATES)
    checked = [check_rate(fields, rate, position) for position, rate in enumerate(rates)]
    seen: set[tuple[str, str | None]] = set()
    for position, rate in enumerate(checked):
        key = (rate.service.casefold(), rate.region_code)
        if key in seen:
            fields.refuse(f"area-{position}", "taken")
        seen.add(key)
    fields.settle()
    return checked


def check_rate(fields: Fields, rate: Rate, position: int) -> Rate:
    """Read one line; its fields are named with its position."""
    service = fields.line(f"service-{position}", rate.service, max_length=MAX_SERVICE_LENGTH)
    fields.between(f"flat-{position}", rate.flat.minor, minimum=0, maximum=MAX_RUPIAH)
    fields.between(f"per_kilo-{position}", rate.per_kilo.minor, minimum=0, maximum=MAX_RUPIAH)
    if not 0 <= rate.min_days <= rate.max_days <= MAX_DAYS:
        fields.refuse(f"days-{position}", "out_of_range", MAX_DAYS)
    return replace(rate, service=service)
