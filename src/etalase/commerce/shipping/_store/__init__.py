"""The shops' rates in the database, and the country's regions from the file beside this module."""

from etalase.commerce.shipping._store.gazetteer import gazetteer
from etalase.commerce.shipping._store.rates import get_rates, list_rates, metadata, replace_rates

__all__ = ["gazetteer", "get_rates", "list_rates", "metadata", "replace_rates"]
