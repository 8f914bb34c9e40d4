"""A consumer that fetches: for server-sent events and polls, whose own transport waits for their reader."""

import asyncio
from collections.abc import AsyncIterator

from etalase.platform.realtime._channel import Position
from etalase.platform.realtime._feed import Log
from etalase.platform.realtime._frames import Frame


class PullConsumer:
    """Follows a channel at its reader's pace. Between two fetches it holds no frame: the ring does."""

    def __init__(self, channel: Log, position: Position) -> None:
        self.seen = position.seen
        self._channel = channel
        self._news = asyncio.Event()
        self._is_dismissed = False
        channel.attach(self, position)

    def offer(self, frame: Frame) -> bool:  # noqa: ARG002  it fetches what it needs
        """Wake the reader, who will fetch this frame and what follows it."""
        self._news.set()
        return False

    def dismiss(self, code: int) -> None:  # noqa: ARG002  a stream has no close code
        """Wake the reader, who will find the end."""
        self._is_dismissed = True
        self._news.set()

    async def fetch(self, *, wait_seconds: float) -> Frame | None:
        """Return what is new, waiting for it at most so long; None when nothing came."""
        frame = self._channel.catch_up(self)
        if frame is not None or self._is_dismissed:
            return frame
        self._news.clear()
        try:
            async with asyncio.timeout(wait_seconds):
                await self._news.wait()
        except TimeoutError:
            return None
        return self._channel.catch_up(self)

    async def frames(self, *, idle_seconds: float) -> AsyncIterator[Frame | None]:
        """Yield each frame, and None whenever nothing came for so long, until the channel closes."""
        while not self._is_dismissed:
            yield await self.fetch(wait_seconds=idle_seconds)

    def close(self) -> None:
        """Stop following."""
        self._channel.detach(self)
