"""The port of feeds is enough for a second node: it serves viewers under the owner's epoch and numbers."""

import asyncio

import msgspec

from etalase.kernel.clock import FixedClock
from etalase.platform.realtime import Feed, Frame, LocalFeed, Position, PullConsumer
from etalase.social.rooms import Participant
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._model.log import ChatDeleted
from tests.make import rooms as make


class Node(LocalFeed):
    """Another node's copy of a room's log, fed by the owner's frames. The owner counts who is present."""

    seen = 0

    def __init__(self, owner: Feed, room: Room) -> None:
        def snapshot(number: int) -> bytes:
            return msgspec.json.encode({"t": "snapshot", "seq": number, "state": room.state})

        super().__init__(epoch=owner.epoch, snapshot=snapshot, large_from=200)
        self._owner = owner
        self.number = owner.number
        owner.attach(self, Position(owner.epoch, owner.number))
        owner.catch_up(self)

    def offer(self, frame: Frame) -> bool:
        for event in msgspec.json.decode(frame.payload)["events"]:
            encoded = msgspec.json.encode(event)
            assert self.publish(lambda _, event=encoded: event) == event["seq"]  # type: ignore[misc]
        self.seen = frame.last
        return True

    def dismiss(self, code: int) -> None:
        self.close(code)

    def arrive(self, who: str) -> None:
        self._owner.arrive(who)


async def numbers(consumer: PullConsumer) -> list[int]:
    """Return the numbers of what the consumer lacks."""
    frame = await consumer.fetch(wait_seconds=1)
    assert frame is not None
    return [event["seq"] for event in msgspec.json.decode(frame.payload)["events"]]


async def test_a_viewer_goes_on_at_another_node_by_epoch_and_number() -> None:
    room = make.room(clock=FixedClock())
    room.happen(ChatDeleted("before the node came"))
    node = Node(room.feed, room)
    first = PullConsumer(room.feed, Position(room.feed.epoch, room.feed.number))
    for line in ("a", "b"):
        room.happen(ChatDeleted(line))
    assert await numbers(first) == [2, 3]
    first.close()
    room.happen(ChatDeleted("while nobody looked"))
    await asyncio.sleep(0)
    second = PullConsumer(node, Position(room.feed.epoch, 3))
    assert await numbers(second) == [4]
    newcomer = await PullConsumer(node, Position()).fetch(wait_seconds=1)
    assert newcomer is not None
    assert msgspec.json.decode(newcomer.payload)["t"] == "snapshot"
    assert newcomer.last == room.feed.number == node.number == 4


async def test_a_viewer_at_two_nodes_counts_once() -> None:
    room = make.room(clock=FixedClock())
    node = Node(room.feed, room)
    room.arrive(Participant("v1"))
    node.arrive("v1")
    node.arrive("v2")
    room.tick()
    assert room.state.viewers == 2
