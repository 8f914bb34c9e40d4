"""Who may push out a broadcaster: the same one come back at once, another encoder seldom. No I/O.

An encoder whose line broke comes back while the old connection still seems to stand; that one is silent by
then. Two encoders with one key that both send would push each other out for ever, as each begins again by
itself: so the later one takes over once, and the other hears no until it has been calm for a while.
"""

import math
from dataclasses import dataclass

QUIET_SECONDS = 3.0
"""Who has sent nothing for so long is gone, whatever the connection says."""
CALM_SECONDS = 60.0
"""How long nobody may have tried before one may take over from another that sends."""


@dataclass(slots=True)
class TakeOvers:
    """Remembers, for one show, when somebody last came while another was sending. Times are in seconds."""

    last_contest: float = -math.inf

    def allows(self, now: float, heard_at: float) -> bool:
        """Tell whether one may take over from another who was last heard then."""
        return now - heard_at >= QUIET_SECONDS or not self.is_contested(now)

    def note(self, now: float, heard_at: float) -> None:
        """Remember that somebody came, whether they were let in or not."""
        if now - heard_at < QUIET_SECONDS:
            self.last_contest = now

    def is_contested(self, now: float) -> bool:
        """Tell whether two encoders have met lately."""
        return now - self.last_contest < CALM_SECONDS
