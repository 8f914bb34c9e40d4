"""Bytes from the loop to a stream's thread."""

import threading
from collections import deque


class PipeOverflow(Exception):
    """The thread cannot keep up; a live stream has no use for an ever longer queue."""


class Pipe:
    """A file-like object to read from, that waits for what the loop writes."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._closed = False
        self._changed = threading.Condition()

    def write(self, content: bytes) -> None:
        """Add bytes, without ever waiting; after `close` they are dropped."""
        with self._changed:
            if self._closed:
                return
            if self._size + len(content) > self._limit_bytes:
                raise PipeOverflow(f"{self._size} bytes wait")
            self._pieces.append(content)
            self._size += len(content)
            self._changed.notify()

    def close(self) -> None:
        """Say that nothing follows."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def read(self, size: int) -> bytes:
        """Wait for bytes and return at most `size` of them; nothing means the end. The thread's side."""
        with self._changed:
            while not self._pieces and not self._closed:
                self._changed.wait()
            if not self._pieces:
                return b""
            piece = self._pieces.popleft()
            if len(piece) > size:
                self._pieces.appendleft(piece[size:])
                piece = piece[:size]
            self._size -= len(piece)
            return piece
