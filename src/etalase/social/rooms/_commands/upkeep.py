"""What is done for all open rooms every second, and every few seconds: counts told and saved, idle rooms put
away, forgotten shows ended.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from etalase.kernel.clock import Clock
from etalase.platform.db import Away, Database
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands.registry import RoomRegistry
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._commands.shows import Shows
from etalase.social.rooms._commands.stock import StockBoard
from etalase.social.rooms._commands.tasks import Tasks
from etalase.social.rooms._model.show import milliseconds
from etalase.social.rooms._model.state import ShowState

log = structlog.get_logger()

TICK_SECONDS = 1.0
SAVE_EVERY_TICKS = 5
SAVE_SECONDS = 3.0


class Upkeep:
    """Looks after the open rooms."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        registry: RoomRegistry,
        stock: StockBoard,
        shows: Shows,
        tasks: Tasks,
        free_doors: Callable[[Room], Awaitable[None]],
    ) -> None:
        self._db = db
        self._clock = clock
        self._registry = registry
        self._stock = stock
        self._shows = shows
        self._tasks = tasks
        self._free_doors = free_doors

    async def run(self) -> None:
        """Look after the rooms until cancelled."""
        ticks = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            ticks += 1
            for room in self._registry.list_rooms():
                _tick(room)
            if ticks % SAVE_EVERY_TICKS == 0:
                await self.tidy()

    async def save(self) -> None:
        """Write counts and stock that are not stored yet; what can't be written keeps nothing else back."""
        await self._stock.save()
        for room in self._registry.list_rooms():
            try:
                await self._save_counts(room)
            except Away:
                raise
            except Exception:
                log.exception("room_counts_not_saved", code=room.show.code)

    async def tidy(self) -> None:
        """Save, end the shows that their hosts have forgotten, and put idle rooms away."""
        try:
            async with asyncio.timeout(SAVE_SECONDS):
                await self.save()
        except (Away, TimeoutError) as fault:
            log.warning("room_counts_wait_for_database", error=fault)
            return
        now = milliseconds(self._clock.now())
        for room in self._registry.list_rooms():
            if room.is_forgotten(now):
                self._tasks.spawn(self._shows.end_forgotten(room.show.code))
            if room.state.show.state is ShowState.ENDED:
                await self._free_doors(room)
        self._registry.put_away_idle()

    async def _save_counts(self, room: Room) -> None:
        hearts, units, peak = room.unsaved_hearts, room.unsaved_units, room.unsaved_peak
        if not (hearts or units or peak):
            return
        async with self._db.begin() as tx:
            await store.add_counts(tx, room.show_id, hearts=hearts, units_sold=units, viewers=peak)
        room.unsaved_hearts -= hearts
        room.unsaved_units -= units
        room.unsaved_peak = 0


def _tick(room: Room) -> None:
    try:
        room.tick()
    except Exception:
        log.exception("room_tick_failed", code=room.show.code)
