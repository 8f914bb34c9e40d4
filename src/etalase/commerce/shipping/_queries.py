"""Rates, quotes and places, for the checkout and the desk."""

from uuid import UUID

from etalase.commerce.shipping import _store as store
from etalase.commerce.shipping._model import UNSET_RATES, Place, Quote, quote_rates
from etalase.platform.db import Tx


async def quote(tx: Tx, shop_id: UUID, destination: Place, weight_grams: int) -> list[Quote]:
    """Price each service of the shop to the place, cheapest first; empty where it does not ship."""
    rates = await store.list_rates(tx, shop_id) or list(UNSET_RATES)
    return quote_rates(rates, destination, weight_grams)
