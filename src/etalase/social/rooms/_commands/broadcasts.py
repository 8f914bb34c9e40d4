"""What the media engine asks of the shows, and tells them: the port `media.Broadcasts`."""

from uuid import UUID

from etalase.platform.db import Database
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands.shows import Shows
from etalase.social.rooms._model.state import ShowState


class RoomBroadcasts:
    """Lets a show be broadcast while it is planned or live, and shows its video to those who watch.

    A broadcaster who is gone for a moment is waited for: the show goes on, and viewers keep the playlist,
    until the engine says that the session is over.
    """

    def __init__(self, db: Database, shows: Shows) -> None:
        self._db = db
        self._shows = shows

    async def find_show(self, code: str) -> UUID | None:
        """Return the show with this code."""
        async with self._db.begin() as tx:
            show = await store.find_show(tx, code)
        return None if show is None else show.id

    async def admits(self, show_id: UUID) -> bool:
        """Say whether the show may be broadcast now."""
        async with self._db.begin() as tx:
            show = await store.find_show_by_id(tx, show_id)
        return show is not None and show.state is not ShowState.ENDED

    async def on_publish(self, show_id: UUID, session: str, playlist_url: str) -> None:
        """Show this video; the same session again changes nothing."""
        await self._shows.video_changed(show_id, playlist_url, session)

    async def on_idle(self, show_id: UUID, session: str) -> None:
        """Wait for the broadcaster: the show goes on."""

    async def on_end(self, show_id: UUID, session: str) -> None:
        """Show no video, unless another session has taken over."""
        if self._shows.shows_session(show_id, session):
            await self._shows.video_changed(show_id, None, None)
