"""Stock and what deals have left, as the shop tells it: to open rooms at once, to stored cards soon after."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog

from etalase.platform.db import Away, Database
from etalase.social.rooms import _store as store
from etalase.social.rooms._model.offers import OfferCard, with_figure

log = structlog.get_logger()


class StockBoard:
    """The last figure of each variant and deal that is not stored yet; of many, only the last is written."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._unsaved: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
        self._watchers: list[dict[UUID, int]] = []

    def note(self, product_id: UUID, thing: UUID, figure: int) -> None:
        """Take down how much is left of a variant, or of a deal."""
        self._unsaved[product_id][thing] = figure
        for watcher in self._watchers:
            watcher[thing] = figure

    def note_again(self, tray: tuple[OfferCard, ...], newer: dict[UUID, int]) -> None:
        """Take down figures that came while the cards of this tray were stored, which lack them."""
        for card in tray:
            for thing in things_of(card) & newer.keys():
                self._unsaved[card.product_id][thing] = newer[thing]

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
        for thing in things_of(offer) & newer.keys():
            card = with_figure(card, thing, newer[thing])
        renewed.append(card)
    return tuple(renewed)


def things_of(card: OfferCard) -> set[UUID]:
    """Return the variants and the deals whose figures the card has."""
    deals = {variant.deal.id for variant in card.variants if variant.deal is not None}
    return {variant.variant_id for variant in card.variants} | deals
