"""One steady clock made of the clocks that a broadcast's tracks carry, whatever these do. No I/O.

Encoders leap: forward or back, picture and sound together or one alone. A leap is taken out, so that what
follows goes on from what came before. A hole in one track is no leap while the other track tells the same
time: it stays, and picture and sound stay together.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["video", "audio"]

CLOCK = 90_000
"""Ticks in a second, of every moment in this context that is called ticks."""

MAX_BACK = CLOCK // 2
"""Frames that come a little out of order, or with one time twice, are no leap."""
MAX_HOLE = 2 * CLOCK
"""A longer hole that the other track knows nothing of is a leap."""
MAX_APART = CLOCK
"""How far tracks may be apart that tell the same time."""
MAX_APART_AT_START = 3 * CLOCK
MIN_STEP = CLOCK // 1_000
ASSUMED_STEP = CLOCK // 30


@dataclass(slots=True)
class _Lane:
    offset: int
    last: int
    step: int = ASSUMED_STEP


class Timeline:
    """Gives each packet its moment, in ticks from about the first one."""

    def __init__(self) -> None:
        self._lanes: dict[Kind, _Lane] = {}

    def place(self, kind: Kind, ticks: int) -> tuple[int, bool]:
        """Return the moment of a packet that its encoder dates `ticks`, and whether its clock has leapt.

        Moments of pictures always rise; those of sound may waver by `MAX_BACK`.
        """
        lane, other = self._lanes.get(kind), self._lanes.get("audio" if kind == "video" else "video")
        if lane is None:
            lane = self._lanes[kind] = self._begin(ticks, other)
            return lane.last, False
        moment = ticks + lane.offset
        has_leapt = not _follows(lane, moment) and not _is_hole(lane, moment, other)
        if has_leapt:
            lane.offset = _offset_after(lane, ticks, other)
            moment = ticks + lane.offset
        if kind == "video":
            moment = max(moment, lane.last + MIN_STEP)
        if MIN_STEP < moment - lane.last <= MAX_HOLE:
            lane.step = moment - lane.last
        lane.last = moment
        return moment, has_leapt

    def sound_ahead(self) -> int:
        """Return how many ticks the sound has gone on since the last picture."""
        if len(self._lanes) < 2:  # noqa: PLR2004  # picture and sound
            return 0
        return self._lanes["audio"].last - self._lanes["video"].last

    @property
    def picture_step(self) -> int:
        """How long pictures have lasted lately."""
        return self._lanes["video"].step if "video" in self._lanes else ASSUMED_STEP

    @staticmethod
    def _begin(ticks: int, other: _Lane | None) -> _Lane:
        """Begin a track on the other one's clock, or at its place where the two have nothing in common."""
        if other is None:
            return _Lane(-ticks, 0)
        offset = other.offset
        if abs(ticks + offset - other.last) > MAX_APART_AT_START:
            offset = other.last - ticks
        return _Lane(offset, ticks + offset)


def _follows(lane: _Lane, moment: int) -> bool:
    return -MAX_BACK <= moment - lane.last <= MAX_HOLE


def _is_hole(lane: _Lane, moment: int, other: _Lane | None) -> bool:
    return moment > lane.last and other is not None and abs(other.last - moment) <= MAX_APART


def _offset_after(lane: _Lane, ticks: int, other: _Lane | None) -> int:
    """Return the offset after a leap: the other track's, if it made the same one, keeps both together."""
    if other is not None and _follows(lane, ticks + other.offset):
        return other.offset
    return lane.last + lane.step - ticks
