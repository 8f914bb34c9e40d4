"""What a recording shows: the moments that the lab's camera wrote into its pictures."""

import io
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import av

from etalase.lab.video import RATE, read_marker

PICTURES_OF_A_SEGMENT = RATE


class Sent:
    """What a broadcaster noted of its pictures: a busy one sends fewer, and is asked for no more."""

    def __init__(self, notes: Path) -> None:
        lines = [line.split() for line in notes.read_text(encoding="ascii").splitlines()]
        self.due = {int(mark): int(milliseconds) for mark, milliseconds in lines}

    def longest_loss(self, shown: Iterable[int]) -> int:
        """Count the pictures in the longest hole between the first and the last that are shown."""
        seen = set(shown) & self.due.keys()
        between = [mark in seen for mark in self.due if min(seen) <= mark <= max(seen)]
        return max((len(list(run)) for is_seen, run in groupby(between) if not is_seen), default=0)

    def seconds_between(self, first: int, last: int) -> float:
        """Return how much of the show lies between two pictures."""
        return (self.due[last] - self.due[first]) / 1_000


def read_marks(video: bytes | Path) -> list[int]:
    """Return the moment in each picture of a video, in milliseconds; unreadable ones are left out."""
    with av.open(io.BytesIO(video) if isinstance(video, bytes) else str(video), "r") as container:
        found = [_mark_of(frame) for frame in container.decode(container.streams.video[0])]
    return [mark for mark in found if mark is not None]


def _mark_of(frame: av.VideoFrame) -> int | None:
    luma = frame.planes[0]
    shades = memoryview(luma)
    return read_marker(lambda x, y: int(shades[y * luma.line_size + x]), frame.width, frame.height)
