"""One show's stream. One task owns it: whatever happens to it arrives in its inbox and nowhere else.

Readers (`pieces`, `wait_until`) run on the same loop and only look. The session goes on while broadcasters
come and go; it ends when nobody has come back for `reconnect_seconds`, or when the show is over.
"""

import asyncio
import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import structlog

from etalase.kernel.clock import Clock
from etalase.social.media._adapters.pieces import Blob, Pieces
from etalase.social.media._adapters.remuxer import (
    EraStarted,
    FragmentMade,
    KeyFramesSpaced,
    PosterDrawn,
    Remuxer,
    Report,
    SoundUnreadable,
)
from etalase.social.media._adapters.sources import MediaSource, UnreadableStream
from etalase.social.media._adapters.takes import TakeFolder
from etalase.social.media._errors import Overloaded
from etalase.social.media._model import window as windows
from etalase.social.media._model.cutter import MIN_TARGET_SECONDS, Cutter
from etalase.social.media._model.keyframes import RARE_SECONDS
from etalase.social.media._model.ports import Broadcasts, LiveView, StreamHealth
from etalase.social.media._model.settings import MediaSettings
from etalase.social.media._model.window import PlaylistRequest, Window

log = structlog.get_logger(__name__)

GONE = "gone"
REPLACED = "replaced"
UNREADABLE = "unreadable"
OVERLOADED = Overloaded.code
NO_SPACE, SHOW_OVER = "no_space", "show_over"
KEY_REPLACED = "key_replaced"
SHUTTING_DOWN = "shutting_down"

PARTS_AHEAD = 2
"""Parts that may be asked for before they exist."""


def reason_of(error: Exception) -> str:
    """Return what a broadcaster is told whose stream failed by this error."""
    if isinstance(error, UnreadableStream):
        return UNREADABLE
    return NO_SPACE if isinstance(error, OSError) and error.errno == errno.ENOSPC else OVERLOADED


@dataclass(eq=False)
class Publication:
    """One broadcaster's connection, from its first byte to its last. The protocol server's side of it."""

    source: MediaSource
    by_key: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str = GONE
    heard_at: float = 0.0

    def close(self, reason: str = GONE) -> None:
        """Say that nothing follows; the first reason stays. What has come is still shown."""
        if not self.over.is_set():
            self.reason = reason
            self.over.set()
            self.source.close()


@dataclass(frozen=True, slots=True)
class _Began:
    publication: Publication


@dataclass(frozen=True, slots=True)
class _Reported:
    report: Report


@dataclass(frozen=True, slots=True)
class _Ran:
    publication: Publication
    error: Exception | None


@dataclass(frozen=True, slots=True)
class _Finish:
    notify: bool


@dataclass(frozen=True, slots=True)
class _KeyReplaced:
    pass


Message = _Began | _Reported | _Ran | _Finish | _KeyReplaced


class Stream:
    """The state that viewers read, and the task that alone changes it."""

    def __init__(
        self,
        show_id: UUID,
        session: str,
        settings: MediaSettings,
        *,
        folder: Path,
        broadcasts: Broadcasts,
        clock: Clock,
    ) -> None:
        self.show_id = show_id
        self.session = session
        self._settings = settings
        self._takes = TakeFolder(folder, show_id, clock)
        self._broadcasts = broadcasts
        self._clock = clock
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self.pieces = Pieces(settings.window_seconds)
        self._cutter = Cutter(settings.part_seconds, settings.segment_seconds)
        self._health = StreamHealth()
        self._publication: Publication | None = None
        self._next: Publication | None = None
        self._changed = asyncio.Event()
        self._announced = False

    # --- what protocol servers and the engine do to it -----------------------------------------

    def begin(self, source: MediaSource, *, by_key: bool) -> Publication:
        """Take a broadcaster; one that is there already gives way, as it is most likely the same one."""
        publication = Publication(source, by_key)
        self._inbox.put_nowait(_Began(publication))
        return publication

    def replace_key(self) -> None:
        """Send away whoever came with the stream key until now. The session goes on."""
        self._inbox.put_nowait(_KeyReplaced())

    def finish(self, *, notify: bool = True) -> None:
        """End the session after what has come is shown. `told` says whether the show's owner hears of it."""
        self._inbox.put_nowait(_Finish(notify))

    # --- what viewers read ------------------------------------------------------------------------

    @property
    def playlist_url(self) -> str:
        """Where players begin."""
        return f"/media/{self.session}/index.m3u8"

    def view(self) -> LiveView:
        """Return the stream as the rest of the house sees it."""
        return LiveView(
            self.show_id,
            self.session,
            self.playlist_url if self.window.ready else None,
            f"/media/{self.session}/poster.jpg" if self.pieces.poster else None,
            broadcasting=self._publication is not None,
            health=self._health,
        )

    @property
    def window(self) -> Window:
        """What may be fetched at this moment."""
        return self.pieces.window

    @property
    def idle(self) -> bool:
        """Whether no broadcaster is there."""
        return self._publication is None

    @property
    def blocking_cache_seconds(self) -> int:
        """How long the answer to a blocking reload may be kept (section 6.2.5.2): six target durations."""
        return 6 * self._target_seconds

    def is_far_ahead(self, wanted: PlaylistRequest) -> bool:
        """Tell whether a reload asks for what cannot come soon."""
        return windows.is_far_ahead(self.window, wanted)

    async def wait_for(self, wanted: PlaylistRequest) -> bool:
        """Wait until the window has what a reload asks for; False when it does not come.

        While no broadcaster is there the wait is short: the player gets the same playlist once more.
        """
        patience = self._target_seconds * (1 if self.idle else 3)
        return await self.wait_until(lambda: windows.contains(self.window, wanted), timeout_seconds=patience)

    async def wait_for_part(self, name: str) -> None:
        """Wait for a part that is hinted at; return at once for every other name."""
        number = windows.part_number(name)
        if number is not None and 0 <= number - self.window.next_part < PARTS_AHEAD:
            patience = 3.0 * self._target_seconds
            await self.wait_until(lambda: self.pieces.has_part(name), timeout_seconds=patience)

    @property
    def _target_seconds(self) -> int:
        pace = self.window.pace
        return pace.target_seconds if pace else MIN_TARGET_SECONDS

    async def wait_until(self, holds: Callable[[], bool], *, timeout_seconds: float) -> bool:
        """Wait for a change after which the condition holds; False when time is up or the session is over."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while not holds():
                    if self.window.ended:
                        return False
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    # --- the task that owns it -----------------------------------------------------------------------

    async def run(self) -> None:
        """Work through the inbox until the session is over."""
        notify = True
        while True:
            message = await self._next_message()
            if message is None:  # nobody came back
                break
            if isinstance(message, _Finish):
                notify = message.notify
                await self._see_off(SHOW_OVER if notify else SHUTTING_DOWN)
                break
            await self._handle(message)
        self.pieces.end()
        self._announce_change()
        if notify:
            await self._notify_owner("on_end")

    async def _next_message(self) -> Message | None:
        if self._publication is not None:
            return await self._inbox.get()
        try:
            async with asyncio.timeout(self._settings.reconnect_seconds):
                return await self._inbox.get()
        except TimeoutError:
            return None

    async def _handle(self, message: Message) -> None:
        if isinstance(message, _Began):
            self._welcome(message.publication)
        elif isinstance(message, _Reported):
            self._apply(message.report)
            if self.window.ready and not self._announced and self._publication is not None:
                self._announced = await self._notify_owner("on_publish")
        elif isinstance(message, _Ran):
            await self._say_goodbye(message)
        elif isinstance(message, _KeyReplaced):
            for publication in (self._publication, self._next):
                if publication is not None and publication.by_key:
                    publication.close(KEY_REPLACED)

    def _welcome(self, publication: Publication) -> None:
        if self._publication is None:
            self._start(publication)
            return
        self._publication.close(REPLACED)
        if self._next is not None:
            self._next.close(REPLACED)
        self._next = publication

    def _start(self, publication: Publication) -> None:
        self._publication = publication
        self._announced = False
        self._health = StreamHealth()
        remuxer = Remuxer(
            publication.source,
            self._takes,
            self._receive,
            cutter=self._cutter,  # as with the takes, the thread before this one has ended
            poster_seconds=self._settings.poster_seconds,
        )
        threading.Thread(
            target=self._work, args=(publication, remuxer), name=f"media-{self.session}", daemon=True
        ).start()

    def _work(self, publication: Publication, remuxer: Remuxer) -> None:
        """Run in the stream's thread."""
        error: Exception | None = None
        try:
            remuxer.run()
        except Exception as caught:  # noqa: BLE001  # the task decides; a thread has nobody to raise to
            error = caught
        self._loop.call_soon_threadsafe(self._inbox.put_nowait, _Ran(publication, error))

    def _receive(self, report: Report) -> None:
        """Take a report in the stream's thread."""
        self._loop.call_soon_threadsafe(self._inbox.put_nowait, _Reported(report))

    async def _say_goodbye(self, ran: _Ran) -> None:
        if ran.error is not None:
            ran.publication.close(reason_of(ran.error))
            log.warning("media.broadcast_failed", session=self.session, error=ran.error)
        ran.publication.close()
        self._publication = None
        self.pieces.close_segment()
        self._announce_change()
        if self._next is not None:
            following, self._next = self._next, None
            self._start(following)
        elif self.window.ready:
            await self._notify_owner("on_idle")

    async def _see_off(self, reason: str) -> None:
        """Send the broadcaster away and take in what its thread still makes."""
        if self._next is not None:
            self._next.close(reason)
            self._next = None
        if self._publication is None:
            return
        leaving = self._publication
        leaving.close(reason)
        while self._publication is leaving:
            message = await self._inbox.get()
            if isinstance(message, _Reported):
                self._apply(message.report)
            elif isinstance(message, _Ran):
                self._publication = None
            elif isinstance(message, _Began):
                message.publication.close(reason)

    def _apply(self, report: Report) -> None:
        if isinstance(report, PosterDrawn):
            self.pieces.poster = Blob(report.jpeg, "image/jpeg")
            return
        if isinstance(report, KeyFramesSpaced):
            self._health = replace(
                self._health,
                key_frame_seconds=report.seconds,
                key_frames_are_rare=report.seconds > RARE_SECONDS,
            )
            return
        if isinstance(report, SoundUnreadable):
            self._health = replace(self._health, sound_is_unreadable=True)
            return
        if isinstance(report, EraStarted):
            self.pieces.start_era(report)
        elif isinstance(report, FragmentMade):
            self.pieces.add(report)
        self._announce_change()

    def _announce_change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _notify_owner(self, call: str) -> bool:
        """Tell the show's owner; its trouble (a database that is away) must not stop the video."""
        try:
            if call == "on_publish":
                await self._broadcasts.on_publish(self.show_id, self.session, self.playlist_url)
            elif call == "on_idle":
                await self._broadcasts.on_idle(self.show_id, self.session)
            else:
                await self._broadcasts.on_end(self.show_id, self.session)
        except Exception:
            log.exception("media.owner_not_notified", call=call, session=self.session)
            return False
        return True
