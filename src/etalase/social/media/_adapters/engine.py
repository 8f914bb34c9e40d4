"""Our own engine: it admits broadcasters, keeps the streams and hands recordings over.

Each protocol server (`rtmp`, `whip`, `browser`) has the same shape: it finds out which show the broadcaster
may feed, calls `publish` with a source, writes into that source until the broadcaster goes or
`publication.over` is set.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import structlog

from etalase.kernel.clock import Clock, SystemClock
from etalase.kernel.ids import new_code
from etalase.social.media._adapters.rtmp import RtmpServer
from etalase.social.media._adapters.sources import MediaSource
from etalase.social.media._adapters.stream import KEY_REPLACED, Publication, Stream
from etalase.social.media._adapters.whip import WhipServer
from etalase.social.media._errors import AlreadyBroadcasting, ShowNotOnAir, TooManyStreams, WrongStreamKey
from etalase.social.media._model.ports import Archive, Broadcasts, IngestAddresses, Keyring, LiveView
from etalase.social.media._model.settings import MediaSettings
from etalase.social.media._model.take_over import CALM_SECONDS, TakeOvers

log = structlog.get_logger(__name__)

SESSION_LENGTH = 16
AFTERLIFE_SECONDS = 30.0
"""How long the end of a session can still be fetched."""

ARCHIVE_RETRY_SECONDS = 5.0


class HouseEngine:
    """Carries the streams of one process. See `ports.MediaEngine` for its promises."""

    def __init__(
        self,
        settings: MediaSettings,
        *,
        folder: Path,
        broadcasts: Broadcasts,
        keyring: Keyring,
        archive: Archive,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.folder = folder
        self.broadcasts = broadcasts
        self._keyring = keyring
        self._archive = archive
        self._clock = clock or SystemClock()
        self._by_show: dict[UUID, Stream] = {}
        self._by_session: dict[str, Stream] = {}
        self._owners: dict[str, asyncio.Task[None]] = {}
        self._latest: dict[UUID, Publication] = {}
        self._take_overs: defaultdict[UUID, TakeOvers] = defaultdict(TakeOvers)
        self._chores: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.rtmp = RtmpServer(self) if settings.rtmp_enabled else None
        self.whip = WhipServer(self)

    # --- the engine's promises ---------------------------------------------------------------

    async def start(self) -> None:
        """Open the RTMP listener and finish the recordings that a crash left behind."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._do(self._archive_leftovers())
        if self.rtmp is not None:
            await self.rtmp.start()

    def dismiss(self) -> None:
        """Take no more video; send broadcasters away and let waiting viewers go. `stop` does the rest."""
        if not self._stopping:
            self._stopping = True
            for stream in list(self._by_show.values()):
                stream.finish(notify=False)

    async def stop(self) -> None:
        """Close the listeners, flush and record the last segment of each stream."""
        self.dismiss()
        if self._owners:
            await asyncio.wait(self._owners.values(), timeout=10)
        if self.rtmp is not None:
            await self.rtmp.stop()
        await self.whip.stop()
        for chore in list(self._chores):
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)

    async def end(self, show_id: UUID) -> None:
        """Send the broadcaster away; the recording is finished even if nobody was on air."""
        stream = self._by_show.get(show_id)
        if stream is None:
            self._do(self._hand_over(show_id))
            return
        stream.finish()
        await asyncio.wait([self._owners[stream.session]], timeout=10)

    def replace_key(self, show_id: UUID) -> None:
        """Send away whoever broadcasts with the old key; a browser's camera, let in by its session, stays."""
        stream = self._by_show.get(show_id)
        if stream is not None:
            stream.replace_key()

    def find_live(self, show_id: UUID) -> LiveView | None:
        """Return the show's stream, if it has one."""
        stream = self._by_show.get(show_id)
        if stream is None:
            return None
        view, contest = stream.view(), self._take_overs[show_id]
        return replace(view, health=replace(view.health, is_contested=contest.is_contested(time.monotonic())))

    def list_addresses(self, show_code: str) -> IngestAddresses:
        """Return where the host's programs send the video."""
        rtmp_url = self.settings.rtmp_public_url or (self.rtmp.url if self.rtmp else "")
        return IngestAddresses(rtmp_url or None, f"/whip/{show_code}")

    # --- what protocol servers and pages need ------------------------------------------------

    async def find_show_by_key(self, key: str) -> UUID | None:
        """Return the show that a stream key opens."""
        return await self._keyring.find_show(key)

    async def publish(self, show_id: UUID, source: MediaSource, *, key: str | None = None) -> Publication:
        """Let a broadcaster begin, or go on, in the show's session. Raises ShowNotOnAir, TooManyStreams.

        `key` is the stream key that let them in, if one did, so that another key sends them away. One that
        was replaced since it was looked up raises WrongStreamKey: before the broadcaster begins, so that they
        push nobody out, and again after, as it may be replaced in between.
        """
        await self.require_place(show_id, key)
        stream = self._by_show.get(show_id) or self._open(show_id)
        self._note_take_over(show_id)
        publication = self._latest[show_id] = stream.begin(source, by_key=key is not None)
        publication.heard_at = time.monotonic()
        try:
            opens_still = key is None or await self.find_show_by_key(key) == show_id
        except BaseException:  # whoever asked never learns of it, so nobody else would close it
            publication.close()
            raise
        if not opens_still:
            publication.close(KEY_REPLACED)
            raise WrongStreamKey
        return publication

    async def require_place(self, show_id: UUID, key: str | None) -> None:
        """Refuse what `publish` would refuse, and touch nobody."""
        if self._stopping or not await self.broadcasts.admits(show_id):
            raise ShowNotOnAir
        if key is not None and await self.find_show_by_key(key) != show_id:
            raise WrongStreamKey
        if show_id not in self._by_show and len(self._by_show) >= self.settings.max_streams:
            raise TooManyStreams(maximum=self.settings.max_streams)
        present = self._find_present(show_id)
        if key is not None and present is not None:
            contest, now = self._take_overs[show_id], time.monotonic()
            if not contest.allows(now, present.heard_at):
                contest.note(now, present.heard_at)
                raise AlreadyBroadcasting(retry_after_seconds=int(CALM_SECONDS))

    def _find_present(self, show_id: UUID) -> Publication | None:
        """Return who broadcasts, or is about to."""
        latest = self._latest.get(show_id)
        return latest if latest is not None and not latest.over.is_set() else None

    def _note_take_over(self, show_id: UUID) -> None:
        present = self._find_present(show_id)
        if present is not None:
            self._take_overs[show_id].note(time.monotonic(), present.heard_at)

    def find_stream(self, session: str) -> Stream | None:
        """Return the stream of a session, for its viewers."""
        return self._by_session.get(session)

    def count_broadcasts(self) -> int:
        """Return how many broadcasters send video now."""
        return sum(not stream.idle for stream in self._by_show.values())

    # --- inside ------------------------------------------------------------------------------

    def _open(self, show_id: UUID) -> Stream:
        session = new_code(SESSION_LENGTH).lower()
        stream = Stream(
            show_id, session, self.settings, folder=self.folder, broadcasts=self.broadcasts, clock=self._clock
        )
        self._by_show[show_id] = self._by_session[session] = stream
        self._owners[session] = asyncio.create_task(self._own(stream), name=f"stream-{session}")
        return stream

    async def _own(self, stream: Stream) -> None:
        """Run a stream to its end, then let it be fetched a little longer and hand its takes over."""
        try:
            await stream.run()
        except Exception:
            log.exception("media.stream_failed", session=stream.session)
        finally:
            if self._by_show.get(stream.show_id) is stream:
                del self._by_show[stream.show_id]
                self._latest.pop(stream.show_id, None)
                self._take_overs.pop(stream.show_id, None)
            del self._owners[stream.session]
        if self._stopping:
            return
        self._do(self._hand_over(stream.show_id))
        self._do(self._forget(stream))

    async def _forget(self, stream: Stream) -> None:
        await asyncio.sleep(AFTERLIFE_SECONDS)
        self._by_session.pop(stream.session, None)

    async def _hand_over(self, show_id: UUID) -> None:
        """Have the takes joined. The disk keeps them until the database can be told."""
        while True:
            try:
                await self._archive.finish(show_id)
            except Exception:
                log.exception("media.archive_waits", show_id=str(show_id))
                await asyncio.sleep(ARCHIVE_RETRY_SECONDS)
            else:
                return

    async def _archive_leftovers(self) -> None:
        while True:
            try:
                await self._archive.finish_leftovers()
            except Exception:
                log.exception("media.archive_waits")
                await asyncio.sleep(ARCHIVE_RETRY_SECONDS)
            else:
                return

    def _do(self, chore: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(chore)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
