"""All open rooms of this process: opened when somebody comes, kept while live, put away when idle.

A room lives in one process. What must outlive it is in the database: shows, trays, and the log of what was
said, pinned and moderated. Hearts, sales and the peak of viewers are added up in the room and saved every
few seconds. A restart opens rooms anew from there, under a new epoch, so that whoever comes back gets a
snapshot.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.exc import SQLAlchemyError

from etalase.kernel.clock import Clock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.platform.realtime import CloseCode
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands import shows
from etalase.social.rooms._commands.perform import carry_out
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._commands.stock import StockBoard, with_newer_stock
from etalase.social.rooms._commands.writer import LogWriter
from etalase.social.rooms._errors import NoSuchShow
from etalase.social.rooms._model.commands import Command
from etalase.social.rooms._model.decisions import Visitor
from etalase.social.rooms._model.log import (
    ChatSaid,
    OfferUnpinned,
    RoomEvent,
    ShowEdited,
    TrayChanged,
    ViewerBlocked,
    ViewerUnblocked,
)
from etalase.social.rooms._model.moderation import Moderation
from etalase.social.rooms._model.ports import Broadcasting, Settings, Shopfront
from etalase.social.rooms._model.show import Show, ShowPlan, choose_tray, milliseconds
from etalase.social.rooms._model.state import ShowState, Video
from etalase.social.rooms._model.viewer import host_pseudonym

log = structlog.get_logger()

TICK_SECONDS = 1.0
SAVE_EVERY_TICKS = 5
DRAIN_SECONDS = 3.0
RENEW_SECONDS = 0.25
"""How long changes of a shop's offers are gathered before the shop is asked for them."""
RENEW_AGAIN_SECONDS = 5.0
DATABASE_AWAY = (OSError, TimeoutError, SQLAlchemyError)


class RoomService:
    """The rooms, and what pages, sockets, the API, the media engine and the bridge ask of them."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        shopfront: Shopfront,
        settings: Settings | None = None,
        *,
        secret: bytes,
    ) -> None:
        self.secret = secret
        self.settings = settings or Settings()
        self.rooms: dict[str, Room] = {}
        self._db = db
        self._clock = clock
        self._shopfront = shopfront
        self._writer = LogWriter(db)
        self._stock = StockBoard(db)
        self._tray_locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._to_renew: set[UUID] = set()
        self.broadcasting: Broadcasting | None = None
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Begin to work, with the rooms of all live shows open."""
        self._spawn(self._writer.run())
        self._spawn(self._tick_forever())
        async with self._db.begin() as tx:
            live = await store.list_shows(tx, states=[ShowState.LIVE], limit=1000)
        for show in live:
            await self.open_room(show.code)

    def dismiss(self) -> None:
        """Send everyone away to come back later, so that the server can end."""
        for room in self.rooms.values():
            room.channel.close(CloseCode.SERVICE_RESTART)

    async def stop(self) -> None:
        """Write what waits, save the counts, and send everyone away to come back later."""
        self.dismiss()
        with suppress(*DATABASE_AWAY):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._writer.drain()
                await self.save()
        self._writer.give_up()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.rooms.clear()

    # Rooms and what is asked of them

    async def open_room(self, code: str) -> Room:
        """Return the room of the show with this code; raise NoSuchShow."""
        room = self.rooms.get(code)
        if room is not None:
            room.touch()
            return room
        opening = self._opening.get(code)
        if opening is None:
            opening = asyncio.get_running_loop().create_task(self._open(code))
            self._opening[code] = opening
            opening.add_done_callback(lambda _: self._opening.pop(code, None))
        return await asyncio.shield(opening)

    async def perform(self, room: Room, visitor: Visitor, command: Command) -> dict[str, str]:
        """Do what the visitor asks; return facts for the reply once it is durable, or raise a refusal."""
        outcome = carry_out(room, visitor, command, self.settings)
        if outcome.event is not None:
            await self._append(room, outcome.event)
        elif outcome.on_its_way is not None:
            await asyncio.shield(outcome.on_its_way)
        return dict(outcome.facts)

    async def perform_as_host(self, account_id: UUID, code: str, command: Command) -> dict[str, str]:
        """Do what a signed-in host asks; to whoever is no host of the shop the show does not exist."""
        room = await self.open_room(code)
        visitor = await self.find_host(account_id, room.show)
        if visitor is None:
            raise NoSuchShow
        return await self.perform(room, visitor, command)

    async def find_host(self, account_id: UUID, show: Show) -> Visitor | None:
        """Return the account as a host of the show, if it is one."""
        async with self._db.begin() as tx:
            visitor = await shows.find_host(tx, account_id, show)
            room = self.rooms.get(show.code)
            if visitor is not None and room is not None:
                room.former_hosts.discard(visitor.viewer)
        return visitor

    # Shows

    async def plan_show(
        self,
        account_id: UUID,
        shop_id: UUID,
        plan: ShowPlan,
        product_ids: tuple[UUID, ...] = (),
        *,
        show_id: UUID | None = None,
    ) -> Show:
        """Plan a show of a shop that has vouched for the account, with these offers; an id plans one show."""
        with self._stock.watch() as newer:
            offers = await self._shopfront.list_offers(shop_id) if product_ids else ()
            tray = choose_tray(offers, product_ids)
            async with self._db.begin() as tx:
                tray = with_newer_stock(tray, newer)
                return await shows.plan_show(tx, account_id, shop_id, plan, tray, show_id or new_id())

    async def edit_show(self, account_id: UUID, code: str, plan: ShowPlan) -> Show:
        """Change title and cover, and before the show its time."""
        async with self._db.begin() as tx:
            show = await shows.edit_show(tx, account_id, code, plan)
        self._tell(show, ShowEdited(show.title, milliseconds(show.starts_at)))
        return show

    async def set_tray(self, account_id: UUID, code: str, product_ids: tuple[UUID, ...]) -> Show:
        """Put these offers of the shop into the tray, in this order."""
        async with self._db.begin() as tx:
            shop_id = (await shows.lock_hosted_show(tx, account_id, code)).shop.id
        async with self._changing_trays(shop_id) as newer:
            offers = await self._shopfront.list_offers(shop_id)
            async with self._db.begin() as tx:
                offers = with_newer_stock(offers, newer)
                show = await shows.set_tray(tx, account_id, code, offers, product_ids)
            return await self._change_tray(show, newer)

    async def go_live(self, account_id: UUID, code: str) -> Show:
        """Begin the show."""
        room = await self.open_room(code)
        async with self._db.begin() as tx:
            show, event = await shows.start_show(tx, account_id, code)
        self._tell(show, event)
        room.show_video(room.video)
        return show

    async def end_show(self, account_id: UUID, code: str) -> Show:
        """End the show; its room stays, read only."""
        async with self._db.begin() as tx:
            show, event = await shows.end_show(tx, account_id, code)
        self._tell(show, event)
        if self.broadcasting is not None:
            self._spawn(self.broadcasting.end(show.id))
        return show

    # What others tell: the shop through the bridge, and the media engine

    async def stock_changed(self, shop_id: UUID, product_id: UUID, variant_id: UUID, available: int) -> None:
        """Show how much of a variant is left, in every room whose tray has it."""
        self._stock.note(product_id, variant_id, available)
        for room in self._rooms_of(shop_id):
            room.change_stock(product_id, variant_id, available)

    async def units_sold(self, shop_id: UUID, product_id: UUID, variant_id: UUID, quantity: int) -> None:
        """Show that somebody has bought, in every live room whose tray has the offer."""
        for room in self._rooms_of(shop_id):
            room.sell(product_id, variant_id, quantity)

    async def offers_changed(self, shop_id: UUID) -> None:
        """Renew the cards in the shop's open rooms soon; a room that opens later renews its own."""
        if self._rooms_of(shop_id) and shop_id not in self._to_renew:
            self._to_renew.add(shop_id)
            self._spawn(self._renew_offers(shop_id))

    def host_withdrawn(self, shop_id: UUID, account_id: UUID) -> None:
        """Obey this account no more in the shop's rooms, wherever it is connected."""
        for room in self._rooms_of(shop_id):
            room.former_hosts.add(host_pseudonym(account_id))

    async def video_changed(self, show_id: UUID, playlist: str | None, session: str | None) -> None:
        """Show another video in the show's room, or none until the broadcaster is back."""
        room = self._room_of(show_id)
        if room is None:
            async with self._db.begin() as tx:
                show = await store.find_show_by_id(tx, show_id)
            if show is None:
                return
            room = await self.open_room(show.code)
        room.show_video(Video(playlist, session))

    def shows_session(self, show_id: UUID, session: str) -> bool:
        """Say whether the show's room has the video of this media session."""
        room = self._room_of(show_id)
        return room is not None and room.video.session == session

    # How it works

    async def save(self) -> None:
        """Write counts and stock that are not stored yet."""
        await self._stock.save()
        for room in list(self.rooms.values()):
            await self._save_counts(room)

    def _room_of(self, show_id: UUID) -> Room | None:
        return next((room for room in self.rooms.values() if room.show_id == show_id), None)

    def _rooms_of(self, shop_id: UUID) -> list[Room]:
        return [room for room in self.rooms.values() if room.show.shop.id == shop_id]

    def _tell(self, show: Show, event: RoomEvent) -> None:
        room = self.rooms.get(show.code)
        if room is not None:
            room.show = show
            room.happen(event)

    @asynccontextmanager
    async def _changing_trays(self, shop_id: UUID) -> AsyncIterator[dict[UUID, int]]:
        """Change the shop's trays one at a time, so that rooms hear of them in the order of the database.

        Gathers the figures of stock that come meanwhile.
        """
        lock = self._tray_locks.setdefault(shop_id, asyncio.Lock())
        async with lock:
            with self._stock.watch() as newer:
                yield newer

    async def _change_tray(self, show: Show, newer: dict[UUID, int]) -> Show:
        """Tell the new tray; an offer that is shown and gone is unpinned in the log, for the replay.

        Figures that came since the cards were stored count, here and in the stored cards.
        """
        room = await self.open_room(show.code)
        pinned = room.state.pinned
        if pinned is not None and all(card.product_id != pinned.product_id for card in show.tray):
            await self._append(room, OfferUnpinned(pinned.product_id))
        self._stock.note_again(show.tray, newer)
        current = replace(show, tray=with_newer_stock(show.tray, newer))
        self._tell(current, TrayChanged(current.tray))
        return current

    async def _append(self, room: Room, event: RoomEvent) -> None:
        at = room.now()
        entry = store.LogEntry(new_id(), room.show_id, at, event)
        shop_id = room.show.shop.id

        def tell() -> None:
            room.happen(event, at)
            if isinstance(event, ViewerBlocked | ViewerUnblocked):
                for other in self._rooms_of(shop_id):
                    other.moderation = other.moderation.after(event)

        stored = self._writer.put(entry, shop_id=shop_id, tell=tell)
        if isinstance(event, ChatSaid):
            room.said.expect(event, stored)
        await asyncio.shield(stored)

    async def _open(self, code: str) -> Room:
        async with self._db.begin() as tx:
            show = await store.find_show(tx, code)
            if show is None:
                raise NoSuchShow
            blocked = await store.list_blocks(tx, show.shop.id)
            events = await store.list_events(tx, show.id, without=ChatSaid.type)
            events += await store.list_events(tx, show.id, only=[ChatSaid.type], limit=store.REBUILT_LINES)
        room = Room(show, Moderation(), self._clock, self.settings)
        room.rebuild([(at, event) for _, at, event in sorted(events, key=lambda entry: entry[0])])
        room.moderation = Moderation(room.moderation.muted, blocked)
        self.rooms[code] = room
        if show.state is not ShowState.ENDED:
            await self.offers_changed(show.shop.id)
        return room

    async def _renew_offers(self, shop_id: UUID) -> None:
        """Ask the shop for its offers once for all the changes of a moment, until it answers."""
        pause = RENEW_SECONDS
        while True:
            await asyncio.sleep(pause)
            self._to_renew.discard(shop_id)  # what changes from now on is asked for anew
            try:
                return await self._renew_trays(shop_id)
            except DATABASE_AWAY as fault:
                log.warning("offers_not_renewed", shop_id=str(shop_id), error=type(fault).__name__)
            if shop_id in self._to_renew or not self._rooms_of(shop_id):
                return None
            self._to_renew.add(shop_id)
            pause = RENEW_AGAIN_SECONDS

    async def _renew_trays(self, shop_id: UUID) -> None:
        async with self._changing_trays(shop_id) as newer:
            offers = await self._shopfront.list_offers(shop_id)
            for room in self._rooms_of(shop_id):
                async with self._db.begin() as tx:
                    show = await shows.renew_tray(tx, room.show.code, with_newer_stock(offers, newer))
                if show is not None:
                    await self._change_tray(show, newer)

    async def _tick_forever(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            ticks += 1
            for room in list(self.rooms.values()):
                _tick(room)
            if ticks % SAVE_EVERY_TICKS == 0:
                await self._save_and_tidy()

    async def _save_and_tidy(self) -> None:
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self.save()
        except DATABASE_AWAY as fault:
            log.warning("room_counts_wait_for_database", error=type(fault).__name__)
            return
        except Exception:
            log.exception("room_counts_not_saved")
            return
        now = milliseconds(self._clock.now())
        for code, room in list(self.rooms.items()):
            if room.is_idle(now):
                del self.rooms[code]

    async def _save_counts(self, room: Room) -> None:
        hearts, units, peak = room.unsaved_hearts, room.unsaved_units, room.unsaved_peak
        if not (hearts or units or peak):
            return
        async with self._db.begin() as tx:
            await store.add_counts(tx, room.show_id, hearts=hearts, units_sold=units, viewers=peak)
        room.unsaved_hearts -= hearts
        room.unsaved_units -= units
        room.unsaved_peak = 0

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("room_work_failed", exc_info=fault)


def _tick(room: Room) -> None:
    try:
        room.tick()
    except Exception:
        log.exception("room_tick_failed", code=room.show.code)
