"""Keeping the server of our own alive: killed, or stopped by a full disk, it is started again.

Tries are bounded, each takes longer to come, and all is told: in the log, and to whoever asks for `trouble`.
What needs the database waits meanwhile, as for any database that is away.
"""

import asyncio

import structlog

from etalase.platform.postgres import EmbeddedPostgres, PostgresUnavailable

log = structlog.get_logger()

LOOK_SECONDS = 1.0
MAX_TRIES = 60
MAX_PAUSE_SECONDS = 60.0
"""Tries after 1, 2, 4 seconds and so on, then every minute: about an hour in which to make room on a disk."""
SOUND_SECONDS = 60.0
"""A server that has lived so long was no failed try."""


class Guard:
    """Watches one server."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server
        self._message = ""
        self.restarts = 0
        self._tries = 0
        self._well_since = 0.0

    def trouble(self) -> str:
        """Say in a line what is wrong now, for operators; nothing when all is well."""
        if self.server.is_running():
            return ""
        return self._message or "its PostgreSQL has ended; it is being started again"

    async def run(self) -> None:
        """Start the server again whenever it has died, until cancelled or until there is no hope."""
        loop = asyncio.get_running_loop()
        self._well_since = loop.time()
        while self._tries < MAX_TRIES or self.server.is_running():
            if not self.server.is_running():
                await self._start_again()
                continue
            if self._tries and loop.time() - self._well_since > SOUND_SECONDS:
                self._tries = 0
            await asyncio.sleep(LOOK_SECONDS)
        self._message = f"its PostgreSQL is down and was given up after {MAX_TRIES} tries; restart Etalase"
        log.error("postgres_given_up", tries=MAX_TRIES, folder=str(self.server.data))

    async def _start_again(self) -> None:
        """Try once, after a pause that grows with each try in a row."""
        pause = min(2.0 ** (self._tries - 1), MAX_PAUSE_SECONDS) if self._tries else 0.0
        self._tries += 1
        log.error("postgres_ended", folder=str(self.server.data), tries=self._tries, pause_seconds=pause)
        await asyncio.sleep(pause)
        try:
            await asyncio.to_thread(self.server.start)
        except (PostgresUnavailable, OSError) as error:
            lines = str(error).splitlines()
            self._message = (
                f"its PostgreSQL can't be started (try {self._tries}): {lines[0] if lines else ''}"
            )
            log.error("postgres_not_started", tries=self._tries, error=error)  # noqa: TRY400 - it says all
            return
        self._message = ""
        self.restarts += 1
        self._well_since = asyncio.get_running_loop().time()
        log.warning("postgres_started_again", folder=str(self.server.data), tries=self._tries)
