"""The shops' rates in the database, and the country's regions from the file beside this module."""

from etalase.commerce.shipping._store.gazetteer import load_gazetteer
from etalase.commerce.shipping._store.rates import metadata, replace_rates, select_rates

__all__ = ["load_gazetteer", "metadata", "replace_rates", "select_rates"]
