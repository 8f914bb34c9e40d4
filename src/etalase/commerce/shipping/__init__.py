"""Shipping: where a parcel can go, and what a shop asks for it."""

from etalase.commerce.shipping._commands import set_rates
from etalase.commerce.shipping._model import (
    MAX_DAYS,
    MAX_RUPIAH,
    UNSET_RATES,
    Area,
    Place,
    Quote,
    Rate,
    Region,
    billed_kilos,
)
from etalase.commerce.shipping._queries import Tariff, get_tariffs, quote
from etalase.commerce.shipping._store import (
    gazetteer,
    list_rates,
)

__all__ = [
    "MAX_DAYS",
    "MAX_RUPIAH",
    "UNSET_RATES",
    "Area",
    "Place",
    "Quote",
    "Rate",
    "Region",
    "Tariff",
    "billed_kilos",
    "gazetteer",
    "get_tariffs",
    "list_rates",
    "quote",
    "set_rates",
]
