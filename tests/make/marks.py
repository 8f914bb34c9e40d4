"""What a recording shows: the moments that the lab's camera wrote into its pictures."""

import io
import time
from itertools import pairwise
from pathlib import Path

import av

from etalase.lab.video import read_marker, wrap


def now_mark() -> int:
    """Return the moment that a picture taken now would show."""
    return wrap(int(time.time() * 1_000))


def read_marks(video: bytes | Path) -> list[int]:
    """Return the moment in each picture of a video, in milliseconds; unreadable ones are left out."""
    with av.open(io.BytesIO(video) if isinstance(video, bytes) else str(video), "r") as container:
        found = [_mark_of(frame) for frame in container.decode(container.streams.video[0])]
    return [mark for mark in found if mark is not None]


def longest_gap(marks: list[int]) -> int:
    """Return the longest time in milliseconds between two pictures."""
    return max(after - before for before, after in pairwise(marks))


def _mark_of(frame: av.VideoFrame) -> int | None:
    luma = frame.planes[0]
    shades = memoryview(luma)
    return read_marker(lambda x, y: int(shades[y * luma.line_size + x]), frame.width, frame.height)
