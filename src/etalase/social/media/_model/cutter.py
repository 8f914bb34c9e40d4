"""Where parts and segments end, whatever the frames' clock does (RFC 8216bis, 4.4.3.1 and 4.4.4.9). No I/O.

Parts are slots of time and lie end to end. A slot ends where a frame does, if one ends between 85 % of the
part target and the target; otherwise in the middle of a frame, which is sent with the slot that it begins in.
A segment ends at a key frame, or before it would outgrow the target duration. Both targets are chosen from
the first second of a session's first broadcast and hold for all of the session: whoever has the playlist
relies on them.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from statistics import fmean, median_low

from etalase.social.media._model.timeline import CLOCK

MIN_SHARE = 0.85
"""Of the part target: a part that is not its segment's last must not be shorter (4.4.4.9)."""
AIMED_SHARE = 0.93
"""In the middle of what is allowed, so that frames may waver to both sides."""
MAX_PART_SECONDS = 1.0
MEASURED = CLOCK
"""Ticks of picture that are looked at before the part target is chosen."""
MIN_TARGET_SECONDS = 2
MAX_TARGET_SECONDS = 6
ROUNDING = 0.49
"""A segment of 2.49 s still rounds to a target of 2 s (4.4.3.1)."""


@dataclass(frozen=True, slots=True)
class TargetDurations:
    """What a session's playlist promises from its first edition on."""

    part_target_seconds: float
    target_seconds: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A part's time in ticks since the era's start, and whether its segment ends with it."""

    start: int
    end: int
    closes: bool


@dataclass(slots=True)
class Cutter:
    """Takes the times of frames, gives slots. One serves a whole session."""

    part_seconds: float
    segment_seconds: float
    pace: TargetDurations | None = None
    _part_target: int = 0
    _frames: deque[tuple[int, bool]] = field(default_factory=deque)
    _start: int = 0
    _segment_start: int = 0
    _is_aligned: bool = True

    def begin_era(self) -> None:
        """Begin at zero again, with a key frame."""
        self._frames.clear()
        self._start = self._segment_start = 0
        self._is_aligned = True

    def add(self, ticks: int, *, key: bool) -> None:
        """Take a frame that starts at `ticks`, later than all before, where the one before it ends."""
        self._frames.append((ticks, key))

    def next_slot(self) -> Slot | None:
        """Return the next slot, once frames show where it ends."""
        if self._part_target == 0 and not self._choose_part_target():
            return None
        while self._frames and self._frames[0][0] <= self._start:
            self._frames.popleft()
        for ticks, key in self._frames:
            if ticks - self._start > self._part_target:
                return self._cut(self._start + self._min_part)
            if key and self._may_open(ticks):
                return self._cut(ticks, closes=True, aligned=True)
            if ticks - self._start >= self._min_part:
                return self._cut(ticks)
        return None

    def finish(self, end: int) -> list[Slot]:
        """Return the slots up to `end`, where the last frame ends. The last one closes its segment."""
        self.add(max(end, self._start + 1), key=False)
        if self._part_target == 0:
            self._choose_part_target(at_least=0)
        slots = []
        while (slot := self.next_slot()) is not None:
            slots.append(slot)
        if self._start < end or not slots:
            slots.append(self._cut(max(end, self._start + 1), closes=True))
        elif not slots[-1].closes:
            slots[-1] = Slot(slots[-1].start, slots[-1].end, closes=True)
            self._close(slots[-1].end, aligned=False)
        return slots

    @property
    def _min_part(self) -> int:
        return ceil(self._part_target * MIN_SHARE)

    @property
    def _max_target(self) -> int:
        return max(MAX_TARGET_SECONDS, ceil(self.segment_seconds))

    def _may_open(self, ticks: int) -> bool:
        """Tell whether a key frame begins a segment: any may where there is none at the segment's start."""
        seconds = (ticks - self._segment_start) / CLOCK
        return seconds >= self.segment_seconds * MIN_SHARE or (not self._is_aligned and seconds > 0)

    def _cut(self, end: int, *, closes: bool = False, aligned: bool = False) -> Slot:
        target = self.pace.target_seconds if self.pace else self._max_target
        outgrows = end - self._segment_start + self._part_target > (target + ROUNDING) * CLOCK
        slot = Slot(self._start, end, closes or outgrows)
        self._start = end
        if slot.closes:
            self._close(end, aligned=aligned)
        return slot

    def _close(self, end: int, *, aligned: bool) -> None:
        if self.pace is None:
            wanted = ceil((end - self._segment_start) / CLOCK - 0.1)
            target = min(max(wanted, MIN_TARGET_SECONDS), self._max_target)
            self.pace = TargetDurations(self._part_target / CLOCK, target)
        self._segment_start = end
        self._is_aligned = aligned

    def _choose_part_target(self, at_least: int = MEASURED) -> bool:
        """Choose a target that fits a whole number of frames as long as most of the first ones."""
        if not self._frames or self._frames[-1][0] - self._start < at_least:
            return False
        times = [self._start, *(ticks for ticks, _ in self._frames if ticks > self._start)]
        steps = [later - earlier for earlier, later in pairwise(times)]
        usual = [step for step in steps if step <= 1.5 * median_low(steps)]  # a few frames may be missing
        step = (fmean(usual) if usual else CLOCK) / CLOCK
        frames = max(1, ceil(self.part_seconds / step - 0.1))
        longest = max(MAX_PART_SECONDS, self.part_seconds / AIMED_SHARE)
        seconds = min(max(frames * step, self.part_seconds) / AIMED_SHARE, longest)
        self._part_target = ceil(seconds * 1_000 - 1e-6) * CLOCK // 1_000
        return True
