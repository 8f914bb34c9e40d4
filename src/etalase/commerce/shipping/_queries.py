"""Rates, quotes and places, for the checkout and the desk."""

from uuid import UUID

from etalase.commerce.shipping import _store as store
from etalase.commerce.shipping._model import UNSET_RATES, Gazetteer, Place, Quote, Rate, quote_rates
from etalase.platform.db import Tx


def gazetteer() -> Gazetteer:
    """Return the country's regions."""
    return store.load_gazetteer()


async def list_rates(tx: Tx, shop_id: UUID) -> list[Rate]:
    """Return what the shop has written down: nothing, for a shop that asks `UNSET_RATES`."""
    return await store.select_rates(tx, shop_id)


async def quote(tx: Tx, shop_id: UUID, destination: Place, weight_grams: int) -> list[Quote]:
    """Price each service of the shop to the place, cheapest first; empty where it does not ship."""
    rates = await store.select_rates(tx, shop_id) or list(UNSET_RATES)
    return quote_rates(rates, destination, weight_grams)
