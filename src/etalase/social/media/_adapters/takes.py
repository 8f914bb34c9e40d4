"""Takes: what was recorded, one fragmented mp4 per era, appended to as it comes.

A show's folder holds its takes, named after the millisecond of their start. The disk is the truth: whatever a
crash leaves here can be played and joined, so no row has to be written while a show is on air. Who writes a
take holds a lock on its file, which ends with the writer, however that ends.
"""

import fcntl
import re
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import IO
from uuid import UUID

from etalase.kernel.clock import Clock
from etalase.social.media._model.ports import TakeFile

_NAME = re.compile(r"take-(\d{13})\.mp4")


class Take:
    """A take that is being written. The file comes with the first bytes."""

    def __init__(self, path: Path, started_at: datetime) -> None:
        self.started_at = started_at
        self.ends_at = started_at
        """When what has been written so far ends."""
        self._path = path
        self._file: IO[bytes] | None = None

    def append(self, content: bytes, *, until_seconds: float = 0.0) -> None:
        """Write an init segment or a fragment, which ends so far into the take; hand it to the system."""
        self.ends_at = max(self.ends_at, self.started_at + timedelta(seconds=until_seconds))
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        self._file.write(content)
        self._file.flush()

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            self._file.close()
            self._file = None


class TakeFolder:
    """The recordings of one show, before they are joined."""

    def __init__(self, root: Path, show_id: UUID, clock: Clock) -> None:
        self.path = root / "shows" / show_id.hex
        self._clock = clock
        self._last: Take | None = None

    def start_take(self) -> Take:
        """Begin a take behind the one before, also where its pictures came early or a clock went back."""
        milliseconds = int(self._clock.now().timestamp() * 1_000)
        if self._last is not None:
            milliseconds = max(milliseconds, ceil(self._last.ends_at.timestamp() * 1_000))
        if known := self.list_takes():  # of a process before this one, perhaps, whose clock was ahead
            milliseconds = max(milliseconds, _milliseconds(known[-1].started_at) + 1)
        path = self.path / f"take-{milliseconds:013d}.mp4"
        self._last = Take(path, datetime.fromtimestamp(milliseconds / 1_000, UTC))
        return self._last

    def list_takes(self) -> list[TakeFile]:
        """Return the takes in the order of their start, with those that are still being written."""
        if not self.path.is_dir():
            return []
        found = [(match, path) for path in self.path.iterdir() if (match := _NAME.fullmatch(path.name))]
        takes = [
            TakeFile(path, datetime.fromtimestamp(int(match[1]) / 1_000, UTC), _is_finished(path))
            for match, path in found
        ]
        return sorted(takes, key=lambda take: take.started_at)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)


def _is_finished(path: Path) -> bool:
    """Tell whether the take is there and nobody writes it any more."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


def list_shows_with_takes(root: Path) -> list[UUID]:
    """Return the shows that have takes on the disk."""
    shows = root / "shows"
    if not shows.is_dir():
        return []
    return [UUID(hex=folder.name) for folder in sorted(shows.iterdir()) if any(folder.glob("take-*.mp4"))]
