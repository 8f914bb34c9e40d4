"""A numbered log with consumers. It encodes a frame once, keeps a ring for those who come back, and waits
for nobody.

Invariants:

- Numbers of one epoch rise by one, without a gap. A number of another epoch means nothing here.
- A consumer has had everything up to `seen`. It is either level with the log, and gets each frame as it is
  made, or behind: then it gets nothing until it asks `catch_up`, which hands it all that it lacks as one
  frame, or a snapshot where the ring no longer reaches back or the frame would be too large.
- What is published in one turn of the loop leaves as one frame. In a large channel, what is not urgent
  waits for the next tick, and an urgent event takes along all that waits: nothing is ever overtaken.

Everything happens on the loop's thread and nothing here awaits, so no lock is needed.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import Counter

from etalase.platform.realtime._frames import Frame

frames_total = Counter("etalase_room_frames_total", "Frames handed to viewers of all rooms")
skips_total = Counter(
    "etalase_room_snapshot_skips_total", "Viewers too far behind a room's log, who got a snapshot instead"
)

NEEDS_SNAPSHOT = -1
"""The `seen` of a consumer that knows nothing, or nothing that is of use."""


class Consumer(Protocol):
    """Whoever follows a channel."""

    seen: int

    def offer(self, frame: Frame) -> bool:
        """Take the frame, set `seen`, and answer True if the next may follow at once.

        Otherwise answer False, with `seen` moved or not, and ask `Channel.catch_up` when ready. Never block.
        """
        ...

    def dismiss(self, code: int) -> None:
        """Leave: the channel is closing. `code` is a WebSocket close code."""
        ...


@dataclass(frozen=True, slots=True)
class Position:
    """Where a consumer that comes back believes itself to be."""

    epoch: str | None = None
    seen: int = NEEDS_SNAPSHOT


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    event: bytes


class Channel:
    """One numbered log. `snapshot` returns the present whole as an encoded frame's payload."""

    def __init__(
        self,
        *,
        epoch: str,
        snapshot: Callable[[int], bytes],
        ring_size: int = 2048,
        catch_up_bytes: int = 256 * 1024,
        large_from: int = 200,
        tick_seconds: float = 0.1,
    ) -> None:
        self.epoch = epoch
        self.number = 0
        self._snapshot = snapshot
        self._snapshot_frame: Frame | None = None
        self._catch_up_frame: tuple[int, Frame] | None = None
        self._ring: deque[_Entry] = deque(maxlen=ring_size)
        self._pending: list[bytes] = []
        self._level: set[Consumer] = set()
        self._behind: set[Consumer] = set()
        self._catch_up_bytes = catch_up_bytes
        self._large_from = large_from
        self._tick_seconds = tick_seconds
        self._flush_handle: asyncio.Handle | None = None
        self._flush_is_urgent = False
        self.is_closed = False

    def __len__(self) -> int:
        return len(self._level) + len(self._behind)

    @property
    def behind_count(self) -> int:
        """Return how many consumers are behind the log now."""
        return len(self._behind)

    def publish(self, encode: Callable[[int], bytes], *, urgent: bool = True) -> int:
        """Give the event the next number, let `encode` write it down with that number, and send it soon."""
        self.number += 1
        event = encode(self.number)
        self._ring.append(_Entry(self.number, event))
        self._pending.append(event)
        self._schedule_flush(urgent=urgent or len(self) < self._large_from)
        return self.number

    def attach(self, consumer: Consumer, position: Position) -> None:
        """Let the consumer follow from its position on. It is behind until it has asked `catch_up`."""
        self.flush()
        resumes = position.epoch == self.epoch and 0 <= position.seen <= self.number
        consumer.seen = position.seen if resumes else NEEDS_SNAPSHOT
        self._behind.add(consumer)

    def detach(self, consumer: Consumer) -> None:
        """Let go of the consumer."""
        self._level.discard(consumer)
        self._behind.discard(consumer)

    def catch_up(self, consumer: Consumer) -> Frame | None:
        """Return what the consumer lacks; None when it is level, and from now on gets each frame as it is
        made.
        """
        self.flush()
        if consumer.seen == self.number:
            if consumer in self._behind:
                self._behind.remove(consumer)
                self._level.add(consumer)
            return None
        frame = self._frame_since(consumer.seen)
        if frame is self._snapshot_frame and consumer.seen != NEEDS_SNAPSHOT:
            skips_total.inc()
        consumer.seen = self.number
        frames_total.inc()
        return frame

    def flush(self) -> None:
        """Send what is pending as one frame to everyone who is level; never wait for anyone."""
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        if not self._pending:
            return
        frame = Frame(_join(self._pending), self.number)
        self._pending = []
        unready = [consumer for consumer in self._level if not consumer.offer(frame)]
        untaken = sum(consumer.seen != frame.last for consumer in unready)
        frames_total.inc(len(self._level) - untaken)
        self._level.difference_update(unready)
        self._behind.update(unready)

    def close(self, code: int) -> None:
        """Send what is pending, then dismiss everyone."""
        self.flush()
        self.is_closed = True
        for consumer in [*self._level, *self._behind]:
            consumer.dismiss(code)

    def _schedule_flush(self, *, urgent: bool) -> None:
        if self._flush_handle is not None and (self._flush_is_urgent or not urgent):
            return
        if self._flush_handle is not None:
            self._flush_handle.cancel()
        loop = asyncio.get_running_loop()
        if urgent:
            self._flush_handle = loop.call_soon(self.flush)
        else:
            self._flush_handle = loop.call_later(self._tick_seconds, self.flush)
        self._flush_is_urgent = urgent

    def _frame_since(self, seen: int) -> Frame:
        """Return all after `seen` as one frame. Many come back at once, so the last one made is kept."""
        if self._catch_up_frame is not None:
            since, frame = self._catch_up_frame
            if since == seen and frame.last == self.number:
                return frame
        frame = self._events_since(seen) or self._present_snapshot()
        self._catch_up_frame = (seen, frame)
        return frame

    def _events_since(self, seen: int) -> Frame | None:
        lacking = self.number - seen
        if seen == NEEDS_SNAPSHOT or lacking > len(self._ring):
            return None
        size, events = 0, []
        for entry in reversed(self._ring):
            if entry.number <= seen:
                break
            size += len(entry.event) + 1
            if size > self._catch_up_bytes:
                return None
            events.append(entry.event)
        return Frame(_join(reversed(events)), self.number)

    def _present_snapshot(self) -> Frame:
        if self._snapshot_frame is None or self._snapshot_frame.last != self.number:
            self._snapshot_frame = Frame(self._snapshot(self.number), self.number)
        return self._snapshot_frame


def _join(events: Iterable[bytes]) -> bytes:
    return b'{"t":"events","events":[' + b",".join(events) + b"]}"
