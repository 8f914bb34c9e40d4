"""The thread that makes text of what happened and writes it, so that nobody else waits for a disk or a pipe.

Purpose: a log line must never hold up the event loop, nor take the program along when it can't be written.
Invariants: the queue is bounded, and what finds no place is counted; a full disk, a closed pipe or a reader
that has stopped costs lines, which are counted and told once there is room.
Lifecycle: `start` begins it; `stop` writes what waits, for a bounded time.
"""

import os
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from prometheus_client import Counter

L = TypeVar("L")

MAX_WAITING = 2_000
LOOK_SECONDS = 1.0
AGAIN_SECONDS = 1.0
STOP_SECONDS = 2.0

lines_lost = Counter("etalase_log_lines_lost_total", "Log lines for which there was no room")


class WritingThread(Generic[L]):
    """Writes lines to a file descriptor; `render` makes text of one, `due` gives what came due meanwhile."""

    def __init__(self, descriptor: int, render: Callable[[L], str], due: Callable[[bool], list[str]]) -> None:
        self._descriptor = descriptor
        self._render = render
        self._due = due
        self._queue: SimpleQueue[L | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._lost = 0
        self._broken_until = 0.0
        self._in_mid_line = False

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, line: L) -> None:
        """Have the line written, or count it where too many wait. Never waits."""
        if self._queue.qsize() >= MAX_WAITING:
            self.lose()
        else:
            self._queue.put(line)

    def lose(self) -> None:
        """Count a line that is not written."""
        self._lost += 1
        lines_lost.inc()

    def stop(self) -> None:
        """Write what waits, but let nobody wait long for a pipe that takes nothing."""
        self._queue.put(None)
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        looked = time.monotonic()
        ends = False
        while not ends:
            try:
                line = self._queue.get(timeout=LOOK_SECONDS)
                ends = line is None
                if line is not None:
                    self._write(self._safely(line))
            except Empty:
                pass
            if ends or time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                for text in self._due(ends):
                    self._write(text)
                self._report_lost()

    def _safely(self, line: L) -> str:
        try:
            return self._render(line)
        except Exception:  # noqa: BLE001  a line that can't be rendered must not end the log
            self.lose()
            return ""

    def _report_lost(self) -> None:
        lost, self._lost = self._lost, 0
        if lost and not self._write(f"log_lines_lost lines={lost}"):
            self._lost += lost

    def _write(self, text: str) -> bool:
        """Write a line; say whether that went. After a failure nothing is tried for a while."""
        if not text:
            return True
        if time.monotonic() < self._broken_until:
            self.lose()
            return False
        start = "\n" if self._in_mid_line else ""
        rest = f"{start}{text}\n".encode("utf-8", "backslashreplace")
        whole = len(rest)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            self._broken_until = time.monotonic() + AGAIN_SECONDS
            self._in_mid_line = self._in_mid_line or len(rest) < whole
            self.lose()
            return False
        self._in_mid_line = False
        return True
