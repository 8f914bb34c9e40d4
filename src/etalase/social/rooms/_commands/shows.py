"""The shows that hosts plan, begin and end, with trays and video: stored, then seen in the room."""

from uuid import UUID

import structlog

from etalase.kernel.clock import Clock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands import show_rows
from etalase.social.rooms._commands.publisher import Publisher
from etalase.social.rooms._commands.registry import RoomRegistry
from etalase.social.rooms._commands.tasks import Tasks
from etalase.social.rooms._commands.trays import TrayKeeper
from etalase.social.rooms._model.log import RoomEvent, ShowEdited, ShowEnded
from etalase.social.rooms._model.ports import Broadcasting
from etalase.social.rooms._model.show import Show, ShowPlan, milliseconds
from etalase.social.rooms._model.state import ShowState, Video

log = structlog.get_logger()


class Shows:
    """What hosts do with their shows, and what the media engine says of them."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        registry: RoomRegistry,
        publisher: Publisher,
        trays: TrayKeeper,
        tasks: Tasks,
    ) -> None:
        self.broadcasting: Broadcasting | None = None
        self._db = db
        self._clock = clock
        self._registry = registry
        self._publisher = publisher
        self._trays = trays
        self._tasks = tasks

    async def open_live(self) -> None:
        """Open the rooms of all live shows."""
        async with self._db.begin() as tx:
            live = await store.list_shows(tx, states=[ShowState.LIVE], limit=1000)
        for show in live:
            await self._registry.open(show.code)

    async def plan_show(
        self,
        account_id: UUID,
        shop_id: UUID,
        plan: ShowPlan,
        product_ids: tuple[UUID, ...] = (),
        *,
        show_id: UUID | None = None,
    ) -> Show:
        """Plan a show of a shop that has vouched for the account, with these offers; an id plans one show."""
        return await self._trays.plan_show(account_id, shop_id, plan, product_ids, show_id or new_id())

    async def edit_show(self, account_id: UUID, code: str, plan: ShowPlan) -> Show:
        """Change title and cover, and before the show its time."""
        async with self._db.begin() as tx:
            show = await show_rows.edit_show(tx, account_id, code, plan)
        self._publisher.publish(show, ShowEdited(show.title, milliseconds(show.starts_at)))
        return show

    async def set_tray(self, account_id: UUID, code: str, product_ids: tuple[UUID, ...]) -> Show:
        """Put these offers of the shop into the tray, in this order."""
        return await self._trays.set_tray(account_id, code, product_ids)

    async def go_live(self, account_id: UUID, code: str) -> Show:
        """Begin the show."""
        room = await self._registry.open(code)
        async with self._db.begin() as tx:
            show, event = await show_rows.start_show(tx, account_id, code)
        self._publisher.publish(show, event)
        room.show_video(room.video)
        return show

    async def end_show(self, account_id: UUID, code: str) -> Show:
        """End the show; its room stays, read only."""
        async with self._db.begin() as tx:
            show, event = await show_rows.end_show(tx, account_id, code)
        self._see_off(show, event)
        return show

    async def end_forgotten(self, code: str) -> None:
        """End a show whose host has left it, if it is still live."""
        async with self._db.begin() as tx:
            ended = await show_rows.end_forgotten_show(tx, code)
        if ended is not None:
            log.info("show_ended_without_video", code=code)
            self._see_off(*ended)

    async def cancel_show(self, account_id: UUID, code: str) -> None:
        """Drop a planned show: its link leads nowhere, and whoever waits in its room sees that it is over."""
        async with self._db.begin() as tx:
            show = await show_rows.cancel_show(tx, account_id, code)
        self._see_off(show, ShowEnded(milliseconds(self._clock.now())))
        self._registry.put_away(code)

    async def video_changed(self, show_id: UUID, playlist: str | None, session: str | None) -> None:
        """Show another video in the show's room, or none until the broadcaster is back."""
        room = self._registry.find_by_show(show_id)
        if room is None:
            async with self._db.begin() as tx:
                show = await store.find_show_by_id(tx, show_id)
            if show is None:
                return
            room = await self._registry.open(show.code)
        room.show_video(Video(playlist, session))

    def shows_session(self, show_id: UUID, session: str) -> bool:
        """Say whether the show's room has the video of this media session."""
        room = self._registry.find_by_show(show_id)
        return room is not None and room.video.session == session

    def _see_off(self, show: Show, event: RoomEvent) -> None:
        """Publish that the show is over, also to whoever still sends video."""
        self._publisher.publish(show, event)
        if self.broadcasting is not None:
            self._tasks.spawn(self.broadcasting.end(show.id))
