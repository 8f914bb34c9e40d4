"""The engine's ports, answered by the database."""

from pathlib import Path
from uuid import UUID

from etalase.platform.db import Database
from etalase.social.media._adapters.takes import list_shows_with_takes
from etalase.social.media._commands import StreamKeys, hand_over_takes


class DatabaseKeyring:
    """Finds the show of a stream key."""

    def __init__(self, db: Database, stream_keys: StreamKeys) -> None:
        self._db = db
        self._stream_keys = stream_keys

    async def find_show(self, key: str) -> UUID | None:
        """Return the show that this key opens."""
        async with self._db.begin() as tx:
            return await self._stream_keys.find_show(tx, key)


class DatabaseArchive:
    """Has recordings joined by a job."""

    def __init__(self, db: Database, folder: Path) -> None:
        self._db = db
        self._folder = folder

    async def finish(self, show_id: UUID) -> None:
        """Have the show's takes joined into its replay, soon and even if this process dies now."""
        async with self._db.begin() as tx:
            await hand_over_takes(tx, show_id)

    async def finish_leftovers(self) -> None:
        """Have all takes joined that an earlier process left on the disk."""
        for show_id in list_shows_with_takes(self._folder):
            await self.finish(show_id)
