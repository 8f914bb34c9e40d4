"""The shops' rates in the database, and the country's regions from the file beside this module."""

from etalase.commerce.shipping._store.gazetteer import gazetteer
from etalase.commerce.shipping._store.rates import list_rates, metadata, replace_rates

__all__ = ["gazetteer", "list_rates", "metadata", "replace_rates"]
