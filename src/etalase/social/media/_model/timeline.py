"""One steady clock made of the clocks that a broadcast's tracks carry, whatever these do. No I/O.

Encoders leap: forward or back, picture and sound together or one alone. A leap is taken out, so that what
follows goes on from what came before. A hole in one track is no leap while the other track tells the same
time: it stays, and picture and sound stay together. Once it is known how soon a packet can come, one that
would come sooner after it was made has leapt, however little: nothing is sent before it is made.
A clock that stands still while packets come is replaced by that of their arrival, so that the show is as long
as it was; whether it then goes on from where it stood or leaps to the time of day is all one.
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
MAX_EARLY = CLOCK * 3 // 10
"""How much sooner than anything before it a packet may come; networks only delay."""
MIN_SETTLED = CLOCK * 3 // 2
"""How long nothing must have come sooner before that is as soon as anything does: the first often wait."""
MAX_STILL = CLOCK * 7 // 10
"""How long a clock may show one time, or a little less, before it is taken to stand still."""
MIN_STILL_PACKETS = 3
MIN_STEP = CLOCK // 1_000
ASSUMED_STEP = CLOCK // 30


@dataclass(slots=True)
class _Lane:
    offset: int
    last: int
    soonest: int
    """The least that its packets have come after their moments."""
    soonest_at: int
    """When one came that was sooner than all before, by more than wavers."""
    shown: int
    """What its own clock showed at its latest, with the moment that this was, and when it came."""
    shown_moment: int
    shown_at: int
    step: int = ASSUMED_STEP
    unmoved: int = 0
    """How many packets have come since then."""
    is_still: bool = False

    def hurry(self, delay: int, arrived: int) -> None:
        """Remember how soon after its moment a packet came."""
        if delay < self.soonest - MIN_STEP:
            self.soonest_at = arrived
        self.soonest = min(self.soonest, delay)

    def show(self, ticks: int, moment: int, arrived: int) -> None:
        """Remember a later time of its clock than all before, or of a clock that has leapt."""
        self.shown, self.shown_moment, self.shown_at = ticks, moment, arrived
        self.unmoved, self.is_still = 0, False


class Timeline:
    """Gives each packet its moment, in ticks from about the first one."""

    def __init__(self) -> None:
        self._lanes: dict[Kind, _Lane] = {}

    def place(self, kind: Kind, ticks: int, arrived: int) -> tuple[int, bool]:
        """Return the moment of a packet that its encoder dates `ticks`, and whether its clock has leapt.

        `arrived` is when it came, by a clock of ours that only rises. Moments of pictures always rise; those
        of sound may waver by `MAX_BACK`.
        """
        lane, other = self._lanes.get(kind), self._lanes.get("audio" if kind == "video" else "video")
        if lane is None:
            lane = self._lanes[kind] = self._begin(ticks, arrived, other)
            return lane.last, False
        moment = ticks + lane.offset
        has_leapt = _is_early(lane, moment, arrived, other) or not (
            _follows(lane, moment) or _is_hole(lane, moment, other)
        )
        if has_leapt:
            lane.offset = _offset_after(lane, ticks, arrived, other)
            moment = ticks + lane.offset
            lane.show(ticks, moment, arrived)
        else:
            moment = _keep_going(lane, ticks, moment, arrived, other)
        if kind == "video":
            moment = max(moment, lane.last + MIN_STEP)
        if MIN_STEP < moment - lane.last <= MAX_HOLE:
            lane.step = moment - lane.last
        lane.last = moment
        lane.hurry(arrived - moment, arrived)
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
    def _begin(ticks: int, arrived: int, other: _Lane | None) -> _Lane:
        """Begin a track on the other one's clock, or at its place where the two have nothing in common."""
        offset = -ticks if other is None else other.offset
        if other is not None and abs(ticks + offset - other.last) > MAX_APART_AT_START:
            offset = other.last - ticks
        moment = ticks + offset
        return _Lane(offset, moment, arrived - moment, arrived, ticks, moment, arrived)


def _follows(lane: _Lane, moment: int) -> bool:
    return -MAX_BACK <= moment - lane.last <= MAX_HOLE


def _is_early(lane: _Lane, moment: int, arrived: int, other: _Lane | None) -> bool:
    """Tell whether a step forward would have the packet come before it was made.

    Where the other track has come to the same moment by small steps, this one has a hole: before a network
    that is too slow pictures are dropped, and what was kept hurries after them.
    """
    if moment - lane.last <= MAX_EARLY or arrived - lane.soonest_at <= MIN_SETTLED:
        return False
    if other is not None and abs(other.last - moment) <= MAX_EARLY:
        return False
    return arrived - moment < lane.soonest - MAX_EARLY


def _keep_going(lane: _Lane, ticks: int, moment: int, arrived: int, other: _Lane | None) -> int:
    """Return the packet's moment, or the one of its arrival where its clock stands still."""
    if ticks > lane.shown:
        if lane.is_still and other is not None:
            moment = _together(lane, ticks, moment, other)
        lane.show(ticks, moment, arrived)
        return moment
    lane.unmoved += 1
    if lane.unmoved >= MIN_STILL_PACKETS and arrived - lane.shown_at > MAX_STILL:
        lane.is_still = True
        moment = max(moment, lane.shown_moment + arrived - lane.shown_at)
        lane.offset = moment - ticks
    return moment


def _together(lane: _Lane, ticks: int, moment: int, other: _Lane) -> int:
    """Take the other track's clock again after both stood still: arrivals waver, and each by itself."""
    if abs(lane.offset - other.offset) <= MAX_STILL and ticks + other.offset > lane.last:
        lane.offset = other.offset
        return ticks + lane.offset
    return moment


def _is_hole(lane: _Lane, moment: int, other: _Lane | None) -> bool:
    return moment > lane.last and other is not None and abs(other.last - moment) <= MAX_APART


def _offset_after(lane: _Lane, ticks: int, arrived: int, other: _Lane | None) -> int:
    """Return the offset after a leap: the other track's, if it made the same one, keeps both together."""
    shared = ticks + (other.offset if other is not None else 0)
    if other is not None and _follows(lane, shared) and not _is_early(lane, shared, arrived, other):
        return other.offset
    return lane.last + lane.step - ticks
