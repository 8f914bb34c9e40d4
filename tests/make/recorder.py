"""A program that takes one stream by RTMP and is killed: the engine without pages and database.

Run as a file: `recorder.py FOLDER SHOW`. It prints its port.
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from etalase.social.media import HouseEngine, MediaSettings


class OneShow:
    """Every port of the engine: one show that is open to everybody, and an archive that is never reached."""

    def __init__(self, show_id: UUID) -> None:
        self.show_id = show_id

    async def find_show(self, _key: str) -> UUID:
        """Return the show, for a key as for a code."""
        return self.show_id

    async def admits(self, _show_id: UUID) -> bool:
        """Take video."""
        return True

    async def on_publish(self, _show_id: UUID, _session: str, _playlist_url: str) -> None:
        """Tell nobody."""

    async def on_idle(self, _show_id: UUID, _session: str) -> None:
        """Tell nobody."""

    async def on_end(self, _show_id: UUID, _session: str) -> None:
        """Tell nobody."""

    async def finish(self, _show_id: UUID) -> None:
        """Leave the takes where they are."""

    async def finish_leftovers(self) -> None:
        """Leave the takes where they are."""


async def record(folder: str, show: str) -> None:
    """Print the port, then record until killed."""
    only = OneShow(UUID(hex=show))
    engine = HouseEngine(
        MediaSettings(rtmp_port=0), folder=Path(folder), broadcasts=only, keyring=only, archive=only
    )
    await engine.start()
    assert engine.rtmp is not None
    print(engine.rtmp.port, flush=True)  # noqa: T201  # read by the test
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(record(*sys.argv[1:]))
