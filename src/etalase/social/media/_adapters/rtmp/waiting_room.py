"""Who is connected and has shown no key yet: few, for a short time, and never in the way of the next one.

Where it is full, somebody in it leaves, first those who haven't even shaken hands; the newcomer stays. So a
flood of silent connections shuts no encoder out: that one shows its key within a moment.
"""

from collections import defaultdict
from typing import Protocol

MAX_STRANGERS = 256
MAX_STRANGERS_OF_ONE_BLOCK = 64
"""An address of IPv4, or a /64 of IPv6: an office with a few encoders behind it, or a proxy."""


class Stranger(Protocol):
    """A connection that has shown no key."""

    block: str
    has_shaken_hands: bool

    def leave(self, reason: str) -> None:
        """Hang up."""
        ...


class WaitingRoom:
    """Keeps them in the order of their coming."""

    def __init__(self) -> None:
        self._blocks: defaultdict[str, dict[Stranger, None]] = defaultdict(dict)
        self._count = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def enter(self, stranger: Stranger) -> None:
        """Let somebody in, and others out where there are too many."""
        block = self._blocks[stranger.block]
        if len(block) >= MAX_STRANGERS_OF_ONE_BLOCK:
            self._make_room(block)
        elif self._count >= MAX_STRANGERS:
            self._make_room(max(self._blocks.values(), key=len))
        self._blocks[stranger.block][stranger] = None
        self._count += 1

    def leave(self, stranger: Stranger) -> None:
        """Forget somebody, who may be gone already."""
        block = self._blocks.get(stranger.block)
        if block is not None and stranger in block:
            del block[stranger]
            self._count -= 1
            if not block:
                del self._blocks[stranger.block]

    def _make_room(self, block: dict[Stranger, None]) -> None:
        """Send the one away who has waited longest, of those without a handshake if there are any."""
        silent = next((one for one in block if not one.has_shaken_hands), None)
        leaving = silent or next(iter(block))
        self.leave(leaving)
        leaving.leave("too many connections without a key")
