"""Where frames of sound stand: end to end, with silence where none came. No I/O.

Players stop where a track has a gap. So the track of sound has none: what is missing is silence, what comes
too late is left out, and small errors of a clock are passed over.
"""

from dataclasses import dataclass, field

from etalase.social.media._model.timeline import CLOCK

PASSED_OVER_SECONDS = 0.1
"""Clocks of phones waver; less than this is heard by nobody."""
RESYNC_SECONDS = 1.0
"""Sound that is late for longer sets a new beat: late sound is better than none."""
FIRST_PATIENCE_SECONDS = 2.0
"""Safari's fragments hold a second of picture, then its second of sound."""
MIN_PATIENCE_SECONDS, MAX_PATIENCE_SECONDS = 0.4, 2.5


@dataclass(slots=True)
class SoundGrid:
    """Counts frames of `frame_samples` at `rate` from the era's start."""

    rate: int
    frame_samples: int
    next_frame: int = 0
    _shift: int = 0
    _is_settled: bool = False
    _late_ticks: int = 0

    @property
    def end_ticks(self) -> int:
        """Where the last frame ends."""
        return self.next_frame * self.frame_samples * CLOCK // self.rate

    @property
    def frame_ticks(self) -> int:
        """How long a frame lasts."""
        return self.frame_samples * CLOCK // self.rate

    def place(self, ticks: int) -> int | None:
        """Count in a frame that belongs at `ticks`; return how many silent ones precede it (None: late)."""
        early = ticks + self._shift - self.end_ticks
        allowed = int(PASSED_OVER_SECONDS * CLOCK) if self._is_settled else self.frame_ticks // 2
        if early < -allowed:
            self._late_ticks += self.frame_ticks
            if self._late_ticks < RESYNC_SECONDS * CLOCK:
                return None
            self._shift -= early
            early = 0
        missing = round(early / self.frame_ticks) if early > allowed else 0
        self._is_settled, self._late_ticks = True, 0
        self.next_frame += missing + 1
        return missing

    def fill(self, until_ticks: int) -> int:
        """Count in the silent frames that are missing until then; return how many."""
        missing = max(0, -(-(until_ticks - self.end_ticks) // self.frame_ticks))
        if missing:
            self.next_frame += missing
            self._is_settled = False
        return missing


@dataclass(slots=True)
class Patience:
    """How long pictures wait for their sound: as long as it has been behind lately, and a little more."""

    _behind_seconds: float = FIRST_PATIENCE_SECONDS
    _heard: bool = False
    _given_up: bool = field(default=False)

    def hear(self, behind_seconds: float) -> None:
        """Take note of sound that comes when the picture is that far ahead of it."""
        if not self._heard:
            self._heard, self._behind_seconds = True, 0.0
        self._given_up = False
        self._behind_seconds = max(behind_seconds, self._behind_seconds * 0.995)

    def is_over(self, behind_seconds: float) -> bool:
        """Tell whether to go on without; then no picture waits until sound is heard again."""
        wait = 1.5 * self._behind_seconds + 0.2 if self._heard else FIRST_PATIENCE_SECONDS
        wait = min(max(wait, MIN_PATIENCE_SECONDS), MAX_PATIENCE_SECONDS)
        self._given_up = self._given_up or behind_seconds > wait
        return self._given_up

    def give_up(self) -> None:
        """Expect no sound until some is heard."""
        self._given_up = True
