"""The browser's camera: MediaRecorder's chunks, as they come over a WebSocket. Knows no framework.

The container shows itself in the first bytes: Chromium and Firefox record webm, Safari mp4.
"""

import time
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from etalase.social.media._adapters.pipe import PipeOverflow
from etalase.social.media._adapters.sources import ContainerSource
from etalase.social.media._errors import ChunkTooLarge, Overloaded, UnknownContainer, VideoTooFast

EBML = b"\x1a\x45\xdf\xa3"
MAX_CHUNK_BYTES = 4 << 20
RATE_WINDOW_SECONDS = 10.0


def sniff_container(first: bytes) -> Literal["webm", "mp4"]:
    """Return the container of a recording from its first bytes. Raises UnknownContainer."""
    if first.startswith(EBML):
        return "webm"
    if first[4:8] == b"ftyp":
        return "mp4"
    raise UnknownContainer


@dataclass(slots=True)
class ChunkFeed:
    """Passes chunks on within limits. The source is made of the first bytes, at least `LEAST_BYTES`."""

    MIN_BYTES: ClassVar[int] = 8

    max_megabits: float
    received_bytes: int = 0
    _window_began: float = field(default_factory=time.monotonic)
    _window_bytes: int = 0
    source: ContainerSource | None = None

    def start(self, first: bytes) -> ContainerSource:
        """Make the source that fits the first bytes. They go to `take` once the source is published."""
        self.source = ContainerSource(sniff_container(first))
        return self.source

    def take(self, chunk: bytes) -> None:
        """Pass a chunk on. Raises ChunkTooLarge, TooFast and Overloaded."""
        if len(chunk) > MAX_CHUNK_BYTES:
            raise ChunkTooLarge
        self._count(len(chunk))
        if self.source is None:
            return
        try:
            self.source.write(chunk)
        except PipeOverflow:
            raise Overloaded from None

    def _count(self, size: int) -> None:
        now = time.monotonic()
        if now - self._window_began > RATE_WINDOW_SECONDS:
            self._window_began, self._window_bytes = now, 0
        self._window_bytes += size
        self.received_bytes += size
        if self._window_bytes * 8 > self.max_megabits * 1_000_000 * RATE_WINDOW_SECONDS:
            raise VideoTooFast
