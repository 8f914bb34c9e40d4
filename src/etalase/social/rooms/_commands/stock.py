"""Stock as the shop tells it: to the open rooms at once, to the stored cards soon after."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog

from etalase.platform.db import Away, Database
from etalase.social.rooms import _store as store
from etalase.social.rooms._model.offers import OfferCard, with_stock

log = structlog.get_logger()


class StockBoard:
    """The last figure of each variant that is not stored yet. Of many changes, only the last is written."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._unsaved: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
        self._watchers: list[dict[UUID, int]] = []

    def note(self, product_id: UUID, variant_id: UUID, available: int) -> None:
        """Take the figure down."""
        self._unsaved[product_id][variant_id] = available
        for watcher in self._watchers:
            watcher[variant_id] = available

    def note_again(self, tray: tuple[OfferCard, ...], newer: dict[UUID, int]) -> None:
        """Take down figures that came while the cards of this tray were stored, which lack them."""
        for card in tray:
            for variant in card.variants:
                if variant.variant_id in newer:
                    self._unsaved[card.product_id][variant.variant_id] = newer[variant.variant_id]

    @contextmanager
    def watch(self) -> Iterator[dict[UUID, int]]:
        """Gather the figures that come while the shop is asked, which are newer than its answer."""
        watcher: dict[UUID, int] = {}
        self._watchers.append(watcher)
        try:
            yield watcher
        finally:
            self._watchers.remove(watcher)

    async def save(self) -> None:
        """Write the figures into the stored cards; while the database is away they stay to be written.

        A card that can't be read or written keeps its old figures, and keeps no other from its new ones: its
        room renews it when it opens.
        """
        while self._unsaved:
            product_id, available = self._unsaved.popitem()
            try:
                async with self._db.begin() as tx:
                    await store.save_stock(tx, product_id, available)
            except (Away, asyncio.CancelledError):
                self._unsaved[product_id] = available | self._unsaved.get(product_id, {})
                raise
            except Exception:
                log.exception("offer_stock_not_stored", product_id=str(product_id))


def with_newer_stock(offers: tuple[OfferCard, ...], newer: dict[UUID, int]) -> tuple[OfferCard, ...]:
    """Return the offers with the figures that came after they were read."""
    renewed = []
    for offer in offers:
        card = offer
        for variant in offer.variants:
            if variant.variant_id in newer:
                card = with_stock(card, variant.variant_id, newer[variant.variant_id])
        renewed.append(card)
    return tuple(renewed)
