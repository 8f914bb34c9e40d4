"""The open rooms of this process: opened from the database when somebody comes, put away when idle.

A room lives in one process. It is opened anew from its stored log, under a new epoch, so that whoever comes
back gets a snapshot.
"""

import asyncio
from collections.abc import Callable
from uuid import UUID

from etalase.kernel.clock import Clock
from etalase.platform.db import Database
from etalase.platform.realtime import CloseCode, OpenFeed
from etalase.social import people
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._errors import NoSuchShow
from etalase.social.rooms._model.log import ChatSaid
from etalase.social.rooms._model.moderation import Moderation
from etalase.social.rooms._model.ports import RoomSettings
from etalase.social.rooms._model.show import milliseconds
from etalase.social.rooms._model.viewer import host_pseudonym


class RoomRegistry:
    """Each open room, once. `on_open` is called with each room that was opened."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: RoomSettings,
        open_feed: OpenFeed,
        on_open: Callable[[Room], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._open_feed = open_feed
        self._on_open = on_open
        self._rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Task[Room]] = {}

    async def open(self, code: str) -> Room:
        """Return the room of the show with this code; raise NoSuchShow."""
        room = self._rooms.get(code)
        if room is not None:
            room.touch()
            return room
        opening = self._opening.get(code)
        if opening is None:
            opening = asyncio.get_running_loop().create_task(self._open(code))
            self._opening[code] = opening
            opening.add_done_callback(lambda _: self._opening.pop(code, None))
        return await asyncio.shield(opening)

    def find(self, code: str) -> Room | None:
        """Return the room, if it is open."""
        return self._rooms.get(code)

    def find_by_show(self, show_id: UUID) -> Room | None:
        """Return the room of this show, if it is open."""
        return next((room for room in self._rooms.values() if room.show_id == show_id), None)

    def list_rooms(self) -> list[Room]:
        """Return all open rooms."""
        return list(self._rooms.values())

    def list_of_shop(self, shop_id: UUID) -> list[Room]:
        """Return the shop's open rooms."""
        return [room for room in self._rooms.values() if room.show.shop.id == shop_id]

    def put_away(self, code: str) -> None:
        """Keep the room no longer."""
        self._rooms.pop(code, None)

    def put_away_idle(self) -> None:
        """Keep the rooms no longer in which nobody is and nothing is on."""
        now = milliseconds(self._clock.now())
        self._rooms = {code: room for code, room in self._rooms.items() if not room.is_idle(now)}

    def close(self) -> None:
        """Send everyone away to come back later."""
        for room in self._rooms.values():
            room.feed.close(CloseCode.SERVICE_RESTART)

    def clear(self) -> None:
        """Keep no room."""
        self._rooms.clear()

    async def _open(self, code: str) -> Room:
        async with self._db.begin() as tx:
            show = await store.find_show(tx, code)
            if show is None:
                raise NoSuchShow
            blocked = await store.list_blocks(tx, show.shop.id)
            hosts = await people.list_hosts(tx, show.shop.id)
            events = await store.list_events(tx, show.id, without=ChatSaid.type)
            events += await store.list_events(tx, show.id, only=[ChatSaid.type], limit=store.REBUILT_LINES)
        room = Room(show, Moderation(), self._clock, self._settings, self._open_feed)
        room.host_names = {host_pseudonym(host.account_id): host.display_name for host in hosts}
        room.rebuild([(at, event) for _, at, event in sorted(events, key=lambda entry: entry[0])])
        room.moderation = Moderation(room.moderation.muted, blocked)
        self._rooms[code] = room
        self._on_open(room)
        return room
