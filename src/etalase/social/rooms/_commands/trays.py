"""The trays: chosen by hosts, renewed from the shops, told in the database's order with stock as it is."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID
from weakref import WeakValueDictionary

import structlog

from etalase.platform.db import Database
from etalase.social.rooms._commands import shows
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._commands.stock import StockBoard, with_newer_stock
from etalase.social.rooms._model.log import OfferUnpinned, RoomEvent, TrayChanged
from etalase.social.rooms._model.ports import Shopfront
from etalase.social.rooms._model.show import Show, ShowPlan, choose_tray

log = structlog.get_logger()

RENEW_SECONDS = 0.25
"""How long changes of a shop's offers are gathered before the shop is asked for them."""
RENEW_AGAIN_SECONDS = 5.0


class Hall(Protocol):
    """The open rooms, as far as trays are concerned."""

    def rooms_of(self, shop_id: UUID) -> list[Room]: ...
    async def open_room(self, code: str) -> Room: ...
    async def append(self, room: Room, event: RoomEvent) -> None: ...
    def publish(self, show: Show, event: RoomEvent) -> None: ...
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...


class TrayKeeper:
    """Changes trays, one at a time for each shop."""

    def __init__(self, db: Database, shopfront: Shopfront, stock: StockBoard, hall: Hall) -> None:
        self.shopfront = shopfront
        self._db = db
        self._stock = stock
        self._hall = hall
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
                show = await shows.plan_show(tx, account_id, shop_id, plan, tray, show_id)
            self._stock.note_again(show.tray, newer)
        return show

    async def set_tray(self, account_id: UUID, code: str, product_ids: tuple[UUID, ...]) -> Show:
        """Put these offers of the shop into the tray, in this order."""
        async with self._db.begin() as tx:
            shop_id = (await shows.lock_hosted_show(tx, account_id, code)).shop.id
        async with self._changing(shop_id) as newer:
            offers = await self.shopfront.list_offers(shop_id)
            async with self._db.begin() as tx:
                offers = with_newer_stock(offers, newer)
                show = await shows.set_tray(tx, account_id, code, offers, product_ids)
            return await self._change(show, newer)

    def renew_soon(self, shop_id: UUID) -> None:
        """Renew the cards in the shop's open rooms soon; a room that opens later renews its own."""
        if self._hall.rooms_of(shop_id) and shop_id not in self._to_renew:
            self._to_renew.add(shop_id)
            self._hall.spawn(self._renew(shop_id))

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
            if shop_id in self._to_renew or not self._hall.rooms_of(shop_id):
                return None
            self._to_renew.add(shop_id)
            pause = RENEW_AGAIN_SECONDS

    async def _renew_now(self, shop_id: UUID) -> None:
        async with self._changing(shop_id) as newer:
            offers = await self.shopfront.list_offers(shop_id)
            for room in self._hall.rooms_of(shop_id):
                async with self._db.begin() as tx:
                    show = await shows.renew_tray(tx, room.show.code, with_newer_stock(offers, newer))
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
        room = await self._hall.open_room(show.code)
        pinned = room.state.pinned
        if pinned is not None and all(card.product_id != pinned.product_id for card in show.tray):
            await self._hall.append(room, OfferUnpinned(pinned.product_id))
        self._stock.note_again(show.tray, newer)
        current = replace(show, tray=with_newer_stock(show.tray, newer))
        self._hall.publish(current, TrayChanged(current.tray))
        return current
