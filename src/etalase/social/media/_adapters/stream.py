"""One show's stream. One task owns it: whatever happens to it arrives in its inbox and nowhere else.

Readers (`find_blob`, `wait_until`) run on the same loop and only look. The session goes on while broadcasters
come and go; it ends when nobody has come back for `reconnect_seconds`, or when the show is over.
"""

import asyncio
import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from etalase.kernel.clock import Clock
from etalase.social.media._adapters.remuxer import EraStarted, FragmentMade, PosterDrawn, Remuxer, Report
from etalase.social.media._adapters.sources import Source, UnreadableStream
from etalase.social.media._adapters.takes import TakeFolder
from etalase.social.media._errors import Overloaded
from etalase.social.media._model import window as windows
from etalase.social.media._model.playlist import render
from etalase.social.media._model.ports import Broadcasts, LiveView
from etalase.social.media._model.settings import Settings
from etalase.social.media._model.window import Shape, Window, Wish

log = structlog.get_logger(__name__)

GONE = "gone"
REPLACED = "replaced"
UNREADABLE = "unreadable"
OVERLOADED = Overloaded.code
NO_SPACE = "no_space"
SHOW_OVER = "show_over"
KEY_REPLACED = "key_replaced"
SHUTTING_DOWN = "shutting_down"

PARTS_AHEAD = 2
"""Parts that may be asked for before they exist."""


def reason_of(error: Exception) -> str:
    """Return what a broadcaster is told whose stream failed by this error."""
    if isinstance(error, UnreadableStream):
        return UNREADABLE
    return NO_SPACE if isinstance(error, OSError) and error.errno == errno.ENOSPC else OVERLOADED


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that a viewer fetches."""

    content: bytes
    content_type: str


@dataclass(eq=False)
class Publication:
    """One broadcaster's connection, from its first byte to its last. The protocol server's side of it."""

    source: Source
    by_key: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str = GONE

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
    told: bool


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
        settings: Settings,
        *,
        folder: Path,
        broadcasts: Broadcasts,
        clock: Clock,
    ) -> None:
        self.show_id = show_id
        self.session = session
        self._settings = settings
        self._folder = folder
        self._broadcasts = broadcasts
        self._clock = clock
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._window = Window(Shape(settings.part_seconds, settings.segment_seconds, settings.window_seconds))
        self._inits: dict[str, Blob] = {}
        self._parts: dict[str, bytes] = {}
        self._poster: Blob | None = None
        self._era_began: datetime | None = None
        self._publication: Publication | None = None
        self._next: Publication | None = None
        self._changed = asyncio.Event()
        self._playlist: Blob | None = None
        self._announced = False

    # --- what protocol servers and the engine do to it -----------------------------------------

    def begin(self, source: Source, *, by_key: bool) -> Publication:
        """Take a broadcaster; one that is there already gives way, as it is most likely the same one."""
        publication = Publication(source, by_key)
        self._inbox.put_nowait(_Began(publication))
        return publication

    def replace_key(self) -> None:
        """Send away whoever came with the stream key until now. The session goes on."""
        self._inbox.put_nowait(_KeyReplaced())

    def finish(self, *, told: bool = True) -> None:
        """End the session after what has come is shown. `told` says whether the show's owner hears of it."""
        self._inbox.put_nowait(_Finish(told))

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
            self.playlist_url if self._window.ready else None,
            f"/media/{self.session}/poster.jpg" if self._poster else None,
            broadcasting=self._publication is not None,
        )

    @property
    def window(self) -> Window:
        """What may be fetched at this moment."""
        return self._window

    @property
    def idle(self) -> bool:
        """Whether no broadcaster is there."""
        return self._publication is None

    def find_playlist(self) -> Blob | None:
        """Return the playlist, written once for all viewers; None until one whole segment exists."""
        if self._playlist is None and self._window.ready:
            self._playlist = Blob(render(self._window).encode(), "application/vnd.apple.mpegurl")
        return self._playlist

    def find_blob(self, name: str) -> Blob | None:
        """Return what has this name in the window. Names are looked up, never joined to a path."""
        if name == "poster.jpg":
            return self._poster
        if name in self._inits:
            return self._inits[name]
        if name in self._parts:
            return Blob(self._parts[name], "video/mp4")
        for segment in self._window.segments:
            if segment.closed and windows.segment_name(segment.number) == name:
                return Blob(b"".join(self._parts[part.name] for part in segment.parts), "video/mp4")
        return None

    @property
    def blocking_cache_seconds(self) -> int:
        """How long the answer to a blocking reload may be kept (section 6.2.5.2): six target durations."""
        return 6 * self._target_seconds

    def is_far_ahead(self, wish: Wish) -> bool:
        """Tell whether a reload asks for what cannot come soon."""
        return windows.is_far_ahead(self._window, wish)

    async def wait_for(self, wish: Wish) -> bool:
        """Wait until the window has what a reload asks for; False when it does not come.

        While no broadcaster is there the wait is short: the player gets the same playlist once more.
        """
        patience = self._target_seconds * (1 if self.idle else 3)
        return await self.wait_until(lambda: windows.contains(self._window, wish), timeout_seconds=patience)

    async def wait_for_part(self, name: str) -> None:
        """Wait for a part that is hinted at; return at once for every other name."""
        number = windows.part_number(name)
        if number is not None and 0 <= number - self._window.next_part < PARTS_AHEAD:
            patience = 3.0 * self._target_seconds
            await self.wait_until(lambda: name in self._parts, timeout_seconds=patience)

    @property
    def _target_seconds(self) -> int:
        return self._window.target_seconds or windows.SHORTEST_TARGET_SECONDS

    async def wait_until(self, holds: Callable[[], bool], *, timeout_seconds: float) -> bool:
        """Wait for a change after which the condition holds; False when time is up or the session is over."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while not holds():
                    if self._window.ended:
                        return False
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    # --- the task that owns it -----------------------------------------------------------------------

    async def run(self) -> None:
        """Work through the inbox until the session is over."""
        told = True
        while True:
            message = await self._next_message()
            if message is None:  # nobody came back
                break
            if isinstance(message, _Finish):
                told = message.told
                await self._see_off(SHOW_OVER if told else SHUTTING_DOWN)
                break
            await self._handle(message)
        self._window = windows.end(self._window)
        self._announce_change()
        if told:
            await self._tell("on_end")

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
            if self._window.ready and not self._announced and self._publication is not None:
                self._announced = await self._tell("on_publish")
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
        remuxer = Remuxer(
            publication.source,
            TakeFolder(self._folder, self.show_id, self._clock),
            self._receive,
            part_seconds=self._settings.part_seconds,
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
        self._window = windows.close_segment(self._window)
        self._announce_change()
        if self._next is not None:
            following, self._next = self._next, None
            self._start(following)
        elif self._window.ready:
            await self._tell("on_idle")

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
            self._poster = Blob(report.jpeg, "image/jpeg")
            return
        if isinstance(report, EraStarted):
            self._window = windows.start_era(self._window)
            self._inits[windows.init_name(self._window.era)] = Blob(report.init, "video/mp4")
            self._era_began = None
        elif isinstance(report, FragmentMade):
            self._add(report)
        self._announce_change()

    def _add(self, made: FragmentMade) -> None:
        fragment = made.fragment
        if self._era_began is None:
            age = timedelta(seconds=fragment.start_seconds + fragment.duration_seconds)
            self._era_began = self._clock.now() - age
        self._parts[self._window.next_part_name] = fragment.content
        self._window = windows.add_part(
            self._window,
            fragment.duration_seconds,
            self._era_began + timedelta(seconds=fragment.start_seconds),
            independent=fragment.independent,
        )
        self._forget_old()

    def _forget_old(self) -> None:
        first = self._window.segments[0]
        oldest = first.parts[0].name
        while (name := next(iter(self._parts))) != oldest:
            del self._parts[name]
        while (name := next(iter(self._inits))) != windows.init_name(first.era):
            del self._inits[name]

    def _announce_change(self) -> None:
        self._playlist = None
        self._changed.set()
        self._changed = asyncio.Event()

    async def _tell(self, call: str) -> bool:
        """Tell the show's owner; its trouble (a database that is away) must not stop the video."""
        try:
            if call == "on_publish":
                await self._broadcasts.on_publish(self.show_id, self.session, self.playlist_url)
            elif call == "on_idle":
                await self._broadcasts.on_idle(self.show_id, self.session)
            else:
                await self._broadcasts.on_end(self.show_id, self.session)
        except Exception:
            log.exception("media.owner_not_told", call=call, session=self.session)
            return False
        return True
