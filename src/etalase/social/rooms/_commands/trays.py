"""The trays: chosen by hosts, renewed from the shops, told in the database's order with stock as it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID
from weakref import WeakValueDictionary

import structlog

from etalase.platform.db import Database
from etalase.social.rooms._commands import show_rows
from etalase.social.rooms._commands.publisher import Publisher
from etalase.social.rooms._commands.registry import RoomRegistry
from etalase.social.rooms._commands.stock import StockBoard, with_newer_stock
from etalase.social.rooms._commands.tasks import Tasks
from etalase.social.rooms._model.log import OfferUnpinned, TrayChanged
from etalase.social.rooms._model.ports import Shopfront
from etalase.social.rooms._model.show import Show, ShowPlan, choose_tray

log = structlog.get_logger()

RENEW_SECONDS = 0.25
"""How long changes of a shop's offers are gathered before the shop is asked for them."""
RENEW_AGAIN_SECONDS = 5.0


class TrayKeeper:
    """Changes trays, one at a time for each shop."""

    def __init__(
        self,
        db: Database,
        shopfront: Shopfront,
        stock: StockBoard,
        registry: RoomRegistry,
        publisher: Publisher,
        tasks: Tasks,
    ) -> None:
        self.shopfront = shopfront
        self._db = db
        self._stock = stock
        self._registry = registry
        self._publisher = publisher
        self._tasks = tasks
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._to_renew: set[UUID] = set()

    async def plan_show(
        self, account_id: UUID, shop_id: UUID, plan: ShowPlan, product_ids: tuple[UUID, ...], show_id: UUID
    ) -> Show:
        """Plan a show with these offers of the shop in its tray."""
        async with self._changing(shop_id) as newer:
            offers = await self.shopfront.list_offers(shop_id) if product_ids else ()
            tray = choose_tray(offers, product_ids)
            async with self._db.begin() as tx:
                tray = with_newer_stock(tray, newer)
                show = await show_rows.plan_show(tx, account_id, shop_id, plan, tray, show_id)
            self._stock.note_again(show.tray, newer)
        return show

    async def set_tray(self, account_id: UUID, code: str, product_ids: tuple[UUID, ...]) -> Show:
        """Put these offers of the shop into the tray, in this order."""
        async with self._db.begin() as tx:
            shop_id = (await show_rows.lock_hosted_show(tx, account_id, code)).shop.id
        async with self._changing(shop_id) as newer:
            offers = await self.shopfront.list_offers(shop_id)
            async with self._db.begin() as tx:
                offers = with_newer_stock(offers, newer)
                show = await show_rows.set_tray(tx, account_id, code, offers, product_ids)
            return await self._change(show, newer)

    def renew_soon(self, shop_id: UUID) -> None:
        """Renew the cards in the shop's open rooms soon; a room that opens later renews its own."""
        if self._registry.list_of_shop(shop_id) and shop_id not in self._to_renew:
            self._to_renew.add(shop_id)
            self._tasks.spawn(self._renew(shop_id))

    async def _renew(self, shop_id: UUID) -> None:
        """Ask the shop for its offers once for all the changes of a moment, until it answers."""
        pause = RENEW_SECONDS
        while True:
            await asyncio.sleep(pause)
            self._to_renew.discard(shop_id)  # what changes from now on is asked for anew
            try:
                return await self._renew_now(shop_id)
            except OSError as fault:
                log.warning("offers_not_renewed", shop_id=str(shop_id), error=fault)
            except Exception:
                log.exception("offers_not_renewed", shop_id=str(shop_id))
            if shop_id in self._to_renew or not self._registry.list_of_shop(shop_id):
                return None
            self._to_renew.add(shop_id)
            pause = RENEW_AGAIN_SECONDS

    async def _renew_now(self, shop_id: UUID) -> None:
        async with self._changing(shop_id) as newer:
            offers = await self.shopfront.list_offers(shop_id)
            for room in self._registry.list_of_shop(shop_id):
                async with self._db.begin() as tx:
                    show = await show_rows.renew_tray(tx, room.show.code, with_newer_stock(offers, newer))
                if show is not None:
                    await self._change(show, newer)

    @asynccontextmanager
    async def _changing(self, shop_id: UUID) -> AsyncIterator[dict[UUID, int]]:
        """Let one change at a time be stored and told; gather the figures of stock that come meanwhile."""
        lock = self._locks.setdefault(shop_id, asyncio.Lock())
        async with lock:
            with self._stock.watch() as newer:
                yield newer

    async def _change(self, show: Show, newer: dict[UUID, int]) -> Show:
        """Tell the new tray; an offer that is shown and gone is unpinned in the log, for the replay.

        Figures that came since the cards were stored count, here and in the stored cards.
        """
        room = await self._registry.open(show.code)
        pinned = room.state.pinned
        if pinned is not None and all(card.product_id != pinned.product_id for card in show.tray):
            await self._publisher.append(room, OfferUnpinned(pinned.product_id))
        self._stock.note_again(show.tray, newer)
        current = replace(show, tray=with_newer_stock(show.tray, newer))
        self._publisher.publish(current, TrayChanged(current.tray))
        return current
