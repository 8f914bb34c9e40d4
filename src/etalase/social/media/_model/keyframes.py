"""How far apart a broadcast's key frames are: newcomers see nothing before one comes. No I/O."""

from dataclasses import dataclass

from etalase.social.media._model.timeline import CLOCK

RARE_SECONDS = 4.0
"""Further apart, they make newcomers wait: hosts are told."""
WORTH_REPORTING_SECONDS = 0.5


@dataclass(slots=True)
class KeyFrames:
    """Measures the distance from one to the next."""

    _last: int | None = None
    _reported: float | None = None

    def measure(self, ticks: int, *, key: bool) -> float | None:
        """Take the moment of a frame; return the distance in seconds when it is news.

        A distance that grows beyond `RARE_SECONDS` is told before its end is known.
        """
        if self._last is None:
            self._last = ticks if key else None
            return None
        seconds = (ticks - self._last) / CLOCK
        if key:
            self._last = ticks
            return self._report(seconds)
        is_rare = self._reported is not None and self._reported > RARE_SECONDS
        return self._report(seconds) if seconds > RARE_SECONDS and not is_rare else None

    def _report(self, seconds: float) -> float | None:
        if self._reported is not None and abs(seconds - self._reported) < WORTH_REPORTING_SECONDS:
            return None
        self._reported = seconds
        return seconds
