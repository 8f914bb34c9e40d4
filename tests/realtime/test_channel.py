import asyncio
import json
from typing import Any

import pytest
from prometheus_client import REGISTRY

from etalase.platform.realtime import Channel, Frame, Position, PullConsumer


class Follower:
    """A consumer that is ready, or not, as the test says."""

    def __init__(self, channel: Channel, position: Position | None = None) -> None:
        self.seen = -1
        self.channel = channel
        self.frames: list[Frame] = []
        self.is_ready = True
        self.dismissed_with: int | None = None
        channel.attach(self, position or Position())
        self.catch_up()

    def offer(self, frame: Frame) -> bool:
        if not self.is_ready:
            return False
        self.seen = frame.last
        self.frames.append(frame)
        return True

    def dismiss(self, code: int) -> None:
        self.dismissed_with = code

    def catch_up(self) -> None:
        while (frame := self.channel.catch_up(self)) is not None:
            self.frames.append(frame)

    @property
    def message(self) -> list[dict[str, Any]]:
        return [json.loads(frame.payload) for frame in self.frames]

    @property
    def numbers(self) -> list[int]:
        return [event["n"] for frame in self.message if frame["t"] == "events" for event in frame["events"]]


def snapshot(number: int) -> bytes:
    return json.dumps({"t": "snapshot", "seq": number}).encode()


def channel_of(**options: Any) -> Channel:
    return Channel(epoch="e1", snapshot=snapshot, **options)


def publish(channel: Channel, count: int = 1, *, urgent: bool = True, text: str = "") -> None:
    for _ in range(count):
        channel.publish(lambda number: json.dumps({"n": number, "x": text}).encode(), urgent=urgent)


async def test_a_newcomer_gets_a_snapshot_and_then_what_follows_it() -> None:
    channel = channel_of()
    publish(channel, 3)
    follower = Follower(channel)
    publish(channel, 2)
    await asyncio.sleep(0)
    assert follower.message[0] == {"t": "snapshot", "seq": 3}
    assert follower.numbers == [4, 5]


async def test_what_is_published_in_one_turn_leaves_as_one_frame() -> None:
    channel = channel_of()
    followers = [Follower(channel) for _ in range(3)]
    publish(channel, 5)
    await asyncio.sleep(0)
    assert all(follower.numbers == [1, 2, 3, 4, 5] for follower in followers)
    assert {len(follower.frames) for follower in followers} == {2}  # the snapshot, then all five
    assert len({id(follower.frames[1]) for follower in followers}) == 1


@pytest.mark.parametrize("away_for", [0, 1, 7, 40])
async def test_a_resumed_consumer_has_neither_gap_nor_double(away_for: int) -> None:
    channel = channel_of(ring_size=64)
    first = Follower(channel)
    publish(channel, 10)
    channel.flush()
    channel.detach(first)
    publish(channel, away_for)
    second = Follower(channel, Position("e1", first.seen))
    publish(channel, 2)
    channel.flush()
    assert first.numbers + second.numbers == list(range(1, 10 + away_for + 3))


async def test_a_consumer_resumes_while_events_are_pending_without_hearing_them_twice() -> None:
    channel = channel_of()
    publish(channel, 2)
    follower = Follower(channel, Position("e1", 1))
    await asyncio.sleep(0)
    assert follower.numbers == [2]


@pytest.mark.parametrize(
    "position", [Position("e0", 5), Position("e1", 99), Position("e1", -7), Position(None, 3)]
)
async def test_a_position_that_means_nothing_here_gets_a_snapshot(position: Position) -> None:
    channel = channel_of()
    publish(channel, 9)
    assert Follower(channel, position).message == [{"t": "snapshot", "seq": 9}]


async def test_who_was_away_longer_than_the_ring_reaches_gets_a_snapshot() -> None:
    channel = channel_of(ring_size=8)
    publish(channel, 1)
    away = Position("e1", channel.number)
    publish(channel, 9)
    assert Follower(channel, away).message == [{"t": "snapshot", "seq": 10}]


async def test_who_lacks_more_than_the_limit_gets_a_snapshot() -> None:
    channel = channel_of(catch_up_bytes=1000)
    publish(channel, 1)
    away = Position("e1", channel.number)
    publish(channel, 3, text="x" * 400)
    assert Follower(channel, away).message == [{"t": "snapshot", "seq": 4}]


async def test_who_is_skipped_to_a_snapshot_is_counted_and_a_newcomer_is_not() -> None:
    name = "etalase_room_snapshot_skips_total"
    before = REGISTRY.get_sample_value(name) or 0
    channel = channel_of(ring_size=8)
    publish(channel, 10)
    Follower(channel)
    Follower(channel, Position("e1", 9))
    assert REGISTRY.get_sample_value(name) == before
    Follower(channel, Position("e1", 1))
    assert REGISTRY.get_sample_value(name) == before + 1


async def test_a_frame_counts_once_for_each_who_takes_it() -> None:
    name = "etalase_room_frames_total"
    channel = channel_of()
    stuck, _, _ = Follower(channel), Follower(channel), Follower(channel)
    stuck.is_ready = False
    before = REGISTRY.get_sample_value(name) or 0
    publish(channel, 3)
    channel.flush()
    assert REGISTRY.get_sample_value(name) == before + 2
    stuck.catch_up()
    assert REGISTRY.get_sample_value(name) == before + 3


async def test_one_that_cannot_keep_up_is_skipped_and_goes_on_where_it_was() -> None:
    channel = channel_of()
    stuck, brisk = Follower(channel), Follower(channel)
    stuck.is_ready = False
    for _ in range(20):
        publish(channel)
        channel.flush()
    assert brisk.numbers == list(range(1, 21))
    assert stuck.numbers == []
    assert channel.behind_count == 1
    stuck.is_ready = True
    stuck.catch_up()
    publish(channel)
    channel.flush()
    assert stuck.numbers == brisk.numbers == list(range(1, 22))
    assert len(stuck.frames) == 2 + len([frame for frame in stuck.message if frame["t"] == "snapshot"])


async def test_in_a_large_channel_chat_waits_for_a_tick_and_a_pin_takes_it_along() -> None:
    channel = channel_of(large_from=1, tick_seconds=30)
    follower = Follower(channel)
    publish(channel, 3, urgent=False)
    await asyncio.sleep(0)
    assert follower.numbers == []
    publish(channel, 1, urgent=True)
    await asyncio.sleep(0)
    assert follower.numbers == [1, 2, 3, 4]


async def test_in_a_small_channel_nothing_waits() -> None:
    channel = channel_of(large_from=2, tick_seconds=30)
    follower = Follower(channel)
    publish(channel, 1, urgent=False)
    await asyncio.sleep(0)
    assert follower.numbers == [1]


async def test_many_who_come_back_at_once_share_one_encoded_frame() -> None:
    made: list[int] = []

    def counted(number: int) -> bytes:
        made.append(number)
        return snapshot(number)

    channel = Channel(epoch="e1", snapshot=counted)
    publish(channel, 4)
    followers = [Follower(channel) for _ in range(50)]
    assert made == [4]
    assert len({id(follower.frames[0]) for follower in followers}) == 1


async def test_a_closing_channel_tells_what_is_pending_and_dismisses_everyone() -> None:
    channel = channel_of()
    follower = Follower(channel)
    publish(channel)
    channel.close(1012)
    assert follower.numbers == [1]
    assert follower.dismissed_with == 1012


async def test_a_pulling_consumer_waits_for_news_and_misses_none() -> None:
    channel = channel_of()
    consumer = PullConsumer(channel, Position("e1", 0))
    assert await consumer.fetch(wait_seconds=0.001) is None
    waiting = asyncio.create_task(consumer.fetch(wait_seconds=5))
    await asyncio.sleep(0)
    publish(channel, 2)
    frame = await waiting
    assert frame is not None
    assert [event["n"] for event in json.loads(frame.payload)["events"]] == [1, 2]
    publish(channel, 1)
    frame = await consumer.fetch(wait_seconds=5)
    assert frame is not None
    assert [event["n"] for event in json.loads(frame.payload)["events"]] == [3]
    consumer.close()
    assert len(channel) == 0


async def test_the_frames_of_a_pulling_consumer_end_with_the_channel() -> None:
    channel = channel_of()
    consumer = PullConsumer(channel, Position("e1", 0))
    publish(channel)
    channel.close(1012)
    heard = [frame async for frame in consumer.frames(idle_seconds=5)]
    assert len(heard) <= 1
