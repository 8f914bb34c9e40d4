"""All open rooms of this process: opened when somebody comes, kept while live, put away when idle.

A room lives in one process. What must outlive it is in the database: shows, trays, and the log of what was
said, pinned and moderated. Hearts, sales and the peak of viewers are added up in the room and saved every
few seconds. A restart opens rooms anew from there, under a new epoch, so that whoever comes back gets a
snapshot.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Coroutine
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from etalase.kernel.clock import Clock
from etalase.kernel.ids import new_id
from etalase.platform.db import Away, Database
from etalase.platform.realtime import CloseCode
from etalase.social import people
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands import shows
from etalase.social.rooms._commands.crowd import Crowd
from etalase.social.rooms._commands.perform import carry_out
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._commands.stock import StockBoard
from etalase.social.rooms._commands.trays import TrayKeeper
from etalase.social.rooms._commands.writer import LogWriter
from etalase.social.rooms._errors import NoSuchShow
from etalase.social.rooms._model.commands import Command
from etalase.social.rooms._model.decisions import Participant
from etalase.social.rooms._model.log import (
    ChatSaid,
    RoomEvent,
    ShowEdited,
    ShowEnded,
    ViewerBlocked,
    ViewerUnblocked,
)
from etalase.social.rooms._model.moderation import Moderation
from etalase.social.rooms._model.ports import Broadcasting, RoomSettings, Shopfront
from etalase.social.rooms._model.show import Show, ShowPlan, milliseconds
from etalase.social.rooms._model.state import ShowState, Video
from etalase.social.rooms._model.viewer import host_pseudonym

log = structlog.get_logger()

TICK_SECONDS = 1.0
SAVE_EVERY_TICKS = 5
DRAIN_SECONDS = 3.0
ENDED_KEPT = 10_000
"""How many ended sessions and tokens are known: sockets that one of them opened live no longer than that."""


class RoomService:
    """The rooms, and what pages, sockets, the API, the media engine and the bridge ask of them."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        shopfront: Shopfront,
        settings: RoomSettings | None = None,
        *,
        secret: bytes,
    ) -> None:
        self.secret = secret
        self.settings = settings or RoomSettings()
        self.rooms: dict[str, Room] = {}
        self.crowd = Crowd(clock, self.settings)
        self._db = db
        self._clock = clock
        self._writer = LogWriter(db)
        self._stock = StockBoard(db)
        self._trays = TrayKeeper(db, shopfront, self._stock, self)
        self.broadcasting: Broadcasting | None = None
        self._ended: OrderedDict[UUID | None, None] = OrderedDict()
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Begin to work, with the rooms of all live shows open."""
        self.spawn(self._writer.run())
        self.spawn(self._tick_forever())
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
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._writer.drain()
                await self.save()
        except (Away, TimeoutError) as fault:
            log.warning("room_counts_lost", error=fault)
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

    async def perform(self, room: Room, participant: Participant, command: Command) -> dict[str, str]:
        """Do what the visitor asks; return facts for the reply once it is durable, or raise a refusal."""
        if participant.credential in self._ended:
            participant = replace(participant, is_host=False)
        outcome = carry_out(room, participant, command, self.settings)
        if outcome.event is not None:
            await self.append(room, outcome.event)
        elif outcome.on_its_way is not None:
            await asyncio.shield(outcome.on_its_way)
        return dict(outcome.facts)

    async def perform_as_host(self, account_id: UUID, code: str, command: Command) -> dict[str, str]:
        """Do what a signed-in host asks; to whoever is no host of the shop the show does not exist."""
        room = await self.open_room(code)
        participant = await self.find_host(account_id, room.show)
        if participant is None:
            raise NoSuchShow
        return await self.perform(room, participant, command)

    async def find_host(self, account_id: UUID, show: Show) -> Participant | None:
        """Return the account as a host of the show, if it is one."""
        async with self._db.begin() as tx:
            participant = await shows.find_host(tx, account_id, show)
            room = self.rooms.get(show.code)
            if participant is not None and room is not None:
                room.former_hosts.discard(participant.viewer)
        return participant

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
        return await self._trays.plan_show(account_id, shop_id, plan, product_ids, show_id or new_id())

    async def edit_show(self, account_id: UUID, code: str, plan: ShowPlan) -> Show:
        """Change title and cover, and before the show its time."""
        async with self._db.begin() as tx:
            show = await shows.edit_show(tx, account_id, code, plan)
        self.publish(show, ShowEdited(show.title, milliseconds(show.starts_at)))
        return show

    async def set_tray(self, account_id: UUID, code: str, product_ids: tuple[UUID, ...]) -> Show:
        """Put these offers of the shop into the tray, in this order."""
        return await self._trays.set_tray(account_id, code, product_ids)

    async def go_live(self, account_id: UUID, code: str) -> Show:
        """Begin the show."""
        room = await self.open_room(code)
        async with self._db.begin() as tx:
            show, event = await shows.start_show(tx, account_id, code)
        self.publish(show, event)
        room.show_video(room.video)
        return show

    async def end_show(self, account_id: UUID, code: str) -> Show:
        """End the show; its room stays, read only."""
        async with self._db.begin() as tx:
            show, event = await shows.end_show(tx, account_id, code)
        self._see_off(show, event)
        return show

    async def cancel_show(self, account_id: UUID, code: str) -> None:
        """Drop a planned show: its link leads nowhere, and whoever waits in its room sees that it is over."""
        async with self._db.begin() as tx:
            show = await shows.cancel_show(tx, account_id, code)
        self._see_off(show, ShowEnded(milliseconds(self._clock.now())))
        self.rooms.pop(code, None)

    # What others tell: the shop through the bridge, and the media engine

    async def stock_changed(self, shop_id: UUID, product_id: UUID, variant_id: UUID, available: int) -> None:
        """Show how much of a variant is left, in every room whose tray has it."""
        self._stock.note(product_id, variant_id, available)
        for room in self.rooms_of(shop_id):
            room.change_stock(product_id, variant_id, available)

    async def units_sold(self, shop_id: UUID, product_id: UUID, variant_id: UUID, quantity: int) -> None:
        """Show that somebody has bought, in every live room whose tray has the offer."""
        for room in self.rooms_of(shop_id):
            room.sell(product_id, variant_id, quantity)

    async def offers_changed(self, shop_id: UUID) -> None:
        """Renew the cards in the shop's open rooms soon; a room that opens later renews its own."""
        self._trays.renew_soon(shop_id)

    async def shop_renamed(self, shop_id: UUID, name: str) -> None:
        """Know the shop by its new name, in what is stored and in every open room."""
        async with self._db.begin() as tx:
            await people.rename_shop(tx, shop_id, name)
            await store.rename_shop(tx, shop_id, name)
        for room in self.rooms_of(shop_id):
            room.show = replace(room.show, shop=replace(room.show.shop, name=name))

    def host_withdrawn(self, shop_id: UUID, account_id: UUID) -> None:
        """Obey this account no more in the shop's rooms, wherever it is connected."""
        for room in self.rooms_of(shop_id):
            room.former_hosts.add(host_pseudonym(account_id))

    def access_ended(self, credentials: Collection[UUID]) -> None:
        """Obey nobody any more who came in by one of these sessions or tokens, on any socket."""
        for credential in credentials:
            self._ended[credential] = None
        while len(self._ended) > ENDED_KEPT:
            self._ended.popitem(last=False)

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

    def count_viewers(self, code: str) -> int:
        """Return how many watch the show now."""
        room = self.rooms.get(code)
        return 0 if room is None else room.state.viewers

    # How it works

    async def save(self) -> None:
        """Write counts and stock that are not stored yet; what can't be written keeps nothing else back."""
        await self._stock.save()
        for room in list(self.rooms.values()):
            try:
                await self._save_counts(room)
            except Away:
                raise
            except Exception:
                log.exception("room_counts_not_saved", code=room.show.code)

    def _room_of(self, show_id: UUID) -> Room | None:
        return next((room for room in self.rooms.values() if room.show_id == show_id), None)

    def rooms_of(self, shop_id: UUID) -> list[Room]:
        return [room for room in self.rooms.values() if room.show.shop.id == shop_id]

    def publish(self, show: Show, event: RoomEvent) -> None:
        room = self.rooms.get(show.code)
        if room is not None:
            room.show = show
            room.happen(event)

    async def append(self, room: Room, event: RoomEvent) -> None:
        at = room.now()
        entry = store.LogEntry(new_id(), room.show_id, at, event)
        shop_id = room.show.shop.id

        def publish() -> None:
            room.happen(event, at)
            if isinstance(event, ViewerBlocked | ViewerUnblocked):
                for other in self.rooms_of(shop_id):
                    other.moderation = other.moderation.after(event)

        stored = self._writer.put(entry, shop_id=shop_id, publish=publish)
        if isinstance(event, ChatSaid):
            room.said.expect(event, stored)
        await asyncio.shield(stored)

    async def _open(self, code: str) -> Room:
        async with self._db.begin() as tx:
            show = await store.find_show(tx, code)
            if show is None:
                raise NoSuchShow
            blocked = await store.list_blocks(tx, show.shop.id)
            hosts = await people.list_hosts(tx, show.shop.id)
            events = await store.list_events(tx, show.id, without=ChatSaid.type)
            events += await store.list_events(tx, show.id, only=[ChatSaid.type], limit=store.REBUILT_LINES)
        room = Room(show, Moderation(), self._clock, self.settings)
        room.host_names = {host_pseudonym(host.account_id): host.display_name for host in hosts}
        room.rebuild([(at, event) for _, at, event in sorted(events, key=lambda entry: entry[0])])
        room.moderation = Moderation(room.moderation.muted, blocked)
        self.rooms[code] = room
        if show.state is not ShowState.ENDED:
            self._trays.renew_soon(show.shop.id)
        return room

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
        except (Away, TimeoutError) as fault:
            log.warning("room_counts_wait_for_database", error=fault)
            return
        now = milliseconds(self._clock.now())
        for code, room in list(self.rooms.items()):
            if room.is_forgotten(now):
                self.spawn(self._end_forgotten(code))
            elif room.is_idle(now):
                del self.rooms[code]

    async def _end_forgotten(self, code: str) -> None:
        async with self._db.begin() as tx:
            ended = await shows.end_forgotten_show(tx, code)
        if ended is not None:
            log.info("show_ended_without_video", code=code)
            self._see_off(*ended)

    def _see_off(self, show: Show, event: RoomEvent) -> None:
        """Tell that the show is over, also to whoever still sends video."""
        self.publish(show, event)
        if self.broadcasting is not None:
            self.spawn(self.broadcasting.end(show.id))

    async def _save_counts(self, room: Room) -> None:
        hearts, units, peak = room.unsaved_hearts, room.unsaved_units, room.unsaved_peak
        if not (hearts or units or peak):
            return
        async with self._db.begin() as tx:
            await store.add_counts(tx, room.show_id, hearts=hearts, units_sold=units, viewers=peak)
        room.unsaved_hearts -= hearts
        room.unsaved_units -= units
        room.unsaved_peak = 0

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
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
