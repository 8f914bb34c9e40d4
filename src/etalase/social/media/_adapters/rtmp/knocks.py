"""What strangers cost the log: a line at once, then one a minute that counts them."""

import asyncio
from collections import Counter

import structlog

log = structlog.get_logger(__name__)

QUIET_SECONDS = 60.0


class Knocks:
    """Counts connections that came to nothing: port scans, half handshakes, wrong keys."""

    def __init__(self) -> None:
        self._reasons: Counter[str] = Counter()
        self._last_address = ""
        self._timer: asyncio.TimerHandle | None = None

    def note(self, reason: str, address: str) -> None:
        """Count one more."""
        self._reasons[reason] += 1
        self._last_address = address
        if self._timer is None:
            self._log_knocks()

    def stop(self) -> None:
        """Tell what is not told yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._write()

    def _log_knocks(self) -> None:
        """Write a line where there is something to tell, and be quiet for a while; else wait for the next."""
        self._timer = None
        if self._reasons:
            self._write()
            self._timer = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._log_knocks)

    def _write(self) -> None:
        if self._reasons:
            reasons = dict(self._reasons.most_common())
            log.info(
                "media.rtmp_knocks",
                count=sum(reasons.values()),
                reasons=reasons,
                last_address=self._last_address,
            )
            self._reasons.clear()
