"""How an event gets into a room: stored first where it must be, then published to all who follow."""

import asyncio

from etalase.kernel.ids import new_id
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands.registry import RoomRegistry
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._commands.writer import LogWriter
from etalase.social.rooms._model.log import ChatSaid, RoomEvent
from etalase.social.rooms._model.show import Show


class Publisher:
    """Lets events happen in the open rooms."""

    def __init__(self, registry: RoomRegistry, writer: LogWriter) -> None:
        self._registry = registry
        self._writer = writer

    def publish(self, show: Show, event: RoomEvent) -> None:
        """Let what is stored already, with the show as it is now, happen in its room, if that is open."""
        room = self._registry.find(show.code)
        if room is not None:
            room.show = show
            room.happen(event)

    async def append(self, room: Room, event: RoomEvent) -> None:
        """Store the event in the room's log and let it happen; return when it is durable."""
        at = room.now()
        entry = store.LogEntry(new_id(), room.show_id, at, event)
        shop_id = room.show.shop.id

        def publish() -> None:
            room.happen(event, at)
            if event.of_shop:
                for other in self._registry.list_of_shop(shop_id):
                    other.moderation = event.silence(other.moderation)

        stored = self._writer.put(entry, shop_id=shop_id, publish=publish)
        if isinstance(event, ChatSaid):
            room.said.expect(event, stored)
        await asyncio.shield(stored)
