"""What a destination is and what a parcel to it costs. No I/O."""

from etalase.commerce.shipping._model.places import Place, Region
from etalase.commerce.shipping._model.rates import (
    MAX_DAYS,
    MAX_RUPIAH,
    UNSET_RATES,
    Area,
    Quote,
    Rate,
    billed_kilos,
    check_rates,
    quote_rates,
)
from etalase.commerce.shipping._model.regions import Gazetteer

__all__ = [
    "MAX_DAYS",
    "MAX_RUPIAH",
    "UNSET_RATES",
    "Area",
    "Gazetteer",
    "Place",
    "Quote",
    "Rate",
    "Region",
    "billed_kilos",
    "check_rates",
    "quote_rates",
]
