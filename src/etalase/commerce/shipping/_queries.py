"""Rates, quotes and places, for the checkout and the desk."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from etalase.commerce.shipping import _store as store
from etalase.commerce.shipping._model import UNSET_RATES, Place, Quote, Rate, quote_rates
from etalase.platform.db import Tx


async def quote(tx: Tx, shop_id: UUID, destination: Place, weight_grams: int) -> list[Quote]:
    """Price each service of the shop to the place, cheapest first; empty where it does not ship."""
    tariffs = await get_tariffs(tx, [shop_id])
    return tariffs[shop_id].quote(destination, weight_grams)


@dataclass(frozen=True, slots=True)
class Tariff:
    """What one shop asks for the way, to any place."""

    rates: tuple[Rate, ...]

    def quote(self, destination: Place, weight_grams: int) -> list[Quote]:
        """Price each service of the shop to the place, cheapest first; empty where it does not ship."""
        return quote_rates(self.rates, destination, weight_grams)


async def get_tariffs(tx: Tx, shop_ids: Collection[UUID]) -> dict[UUID, Tariff]:
    """Return what these shops ask for the way."""
    rates = await store.get_rates(tx, shop_ids)
    return {shop_id: Tariff(tuple(rates.get(shop_id) or UNSET_RATES)) for shop_id in shop_ids}
