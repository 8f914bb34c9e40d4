"""Waking whoever relays events of this process, at once.

A process that relays needs no NOTIFY for what it publishes itself: each would cost the commit the server's
one lock on its queue of notices (PostgreSQL, NOTIFY). One that does not relay, like `etalase dead-letters`,
sends it.
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class Bell:
    """Who in this process waits for events, and of which name."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Event, str] = {}
        self._relays = 0

    @property
    def is_heard(self) -> bool:
        """Tell whether a relay runs in this process."""
        return self._relays > 0

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Be heard inside the block: a relay runs."""
        self._relays += 1
        try:
            yield
        finally:
            self._relays -= 1

    @contextmanager
    def waking(self, name: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever one of this name has been published."""
        wake = asyncio.Event()
        self._waiting[wake] = name
        try:
            yield wake
        finally:
            del self._waiting[wake]

    def ring(self, names: Collection[str]) -> None:
        """Tell whoever waits for events of these names that there are some."""
        for wake, name in self._waiting.items():
            if name in names:
                wake.set()

    def ring_all(self) -> None:
        """Have everybody look: some events may have been missed."""
        for wake in self._waiting:
            wake.set()
