"""The port to one numbered log and its audience, wherever they are kept: today always in this process.

Whoever owns the log publishes; whoever serves viewers attaches them by epoch and number, and says who is
there. Nothing here waits, so that another node may stand behind it: one that serves viewers only keeps a copy
under the owner's epoch and numbers, and sends on who is present.
"""

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from etalase.platform.realtime._channel import Channel, Consumer, Position
from etalase.platform.realtime._frames import Frame


class Log(Protocol):
    """What a consumer follows."""

    @property
    def epoch(self) -> str:
        """The life of this numbering."""
        ...

    @property
    def number(self) -> int:
        """The number of the last event of this epoch."""
        ...

    def attach(self, consumer: Consumer, position: Position) -> None:
        """Let the consumer follow from after this epoch and number, or from a snapshot."""
        ...

    def catch_up(self, consumer: Consumer) -> Frame | None:
        """Return what the consumer lacks; None when it is level."""
        ...

    def detach(self, consumer: Consumer) -> None:
        """Let go of the consumer."""
        ...


class Feed(Log, Protocol):
    """A log that can be published to, and the people who follow it."""

    def publish(self, encode: Callable[[int], bytes], *, urgent: bool = True) -> int:
        """Give the event the next number of the epoch, and send it soon. Returns the number."""
        ...

    def arrive(self, who: str) -> None:
        """Count in one connection of somebody."""
        ...

    def leave(self, who: str) -> None:
        """Count out one connection of somebody."""
        ...

    def poll(self, who: str, until: int) -> None:
        """Count somebody who asks now and then as present until that moment."""
        ...

    def count_present(self, now: int) -> int:
        """Return how many people are there, each once however many connections they have."""
        ...

    def __len__(self) -> int:
        """Return how many consumers are attached."""
        ...

    def flush(self) -> None:
        """Send what is pending now."""
        ...

    def close(self, code: int) -> None:
        """Send what is pending, then dismiss everyone with this WebSocket close code."""
        ...


class OpenFeed(Protocol):
    """Opens the feed of a log that begins now; `snapshot` encodes the whole as it is after a number."""

    def __call__(self, *, epoch: str, snapshot: Callable[[int], bytes], large_from: int) -> Feed: ...


class LocalFeed(Channel):
    """The feed of a log that this process keeps, with all its followers here."""

    def __init__(self, *, epoch: str, snapshot: Callable[[int], bytes], large_from: int) -> None:
        super().__init__(epoch=epoch, snapshot=snapshot, large_from=large_from)
        self._connected: Counter[str] = Counter()
        self._polling: dict[str, int] = {}

    def arrive(self, who: str) -> None:
        """Count in one connection of somebody."""
        self._connected[who] += 1

    def leave(self, who: str) -> None:
        """Count out one connection of somebody."""
        self._connected[who] -= 1
        if self._connected[who] <= 0:
            del self._connected[who]

    def poll(self, who: str, until: int) -> None:
        """Count somebody who asks now and then as present until that moment."""
        self._polling[who] = until

    def count_present(self, now: int) -> int:
        """Return how many people are there, each once however many connections they have."""
        self._polling = {who: until for who, until in self._polling.items() if until > now}
        return len(self._connected.keys() | self._polling.keys())
