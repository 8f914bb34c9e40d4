"""One broadcaster's connection: moves bytes between socket and session, and media into a source."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Protocol, cast
from uuid import UUID

import structlog

from etalase.kernel.errors import Refusal
from etalase.platform.ratelimit import address_subject
from etalase.social.media._adapters.pipe import PipeOverflow
from etalase.social.media._adapters.rtmp.commands import read_stream_key
from etalase.social.media._adapters.rtmp.flv import FILE_HEADER, Tag, find_foreign_codec
from etalase.social.media._adapters.rtmp.knocks import Knocks
from etalase.social.media._adapters.rtmp.session import (
    Broken,
    Event,
    MediaCame,
    PublishAsked,
    PublishEnded,
    RtmpSession,
    ShookHands,
)
from etalase.social.media._adapters.rtmp.waiting_room import WaitingRoom
from etalase.social.media._adapters.rtmp.words import FAILURES, why
from etalase.social.media._adapters.sources import ContainerSource, MediaSource
from etalase.social.media._adapters.stream import OVERLOADED, UNREADABLE, Publication
from etalase.social.media._errors import WrongStreamKey
from etalase.social.media._model.settings import MediaSettings

log = structlog.get_logger(__name__)

HANDSHAKE_SECONDS = 5.0
PUBLISH_SECONDS = 10.0
"""How long after the handshake a peer may take to show its key."""
SILENCE_SECONDS = 20.0
WRONG_KEY_SECONDS = 1.0
GOODBYE_SECONDS = 2.0
MAX_UNSENT_BYTES = 256 << 10
"""What may wait for a peer that reads nothing of what we say."""


class RtmpGate(Protocol):
    """What the server needs of the engine."""

    settings: MediaSettings

    async def find_show_by_key(self, key: str) -> UUID | None: ...
    async def publish(self, show_id: UUID, source: MediaSource, *, key: str | None = None) -> Publication: ...


class RtmpConnection(asyncio.Protocol):
    """From accept to close. It is a stranger until the engine has let it in."""

    def __init__(
        self, gate: RtmpGate, room: WaitingRoom, knocks: Knocks, connections: "set[RtmpConnection]"
    ) -> None:
        self._connections = connections
        self._gate = gate
        self._room = room
        self._knocks = knocks
        self._session = RtmpSession()
        self._source = ContainerSource("flv")
        self._publication: Publication | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._deadline: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport
        self._address = ""
        self._is_leaving = False
        self._has_broadcast = False
        self._last_heard = 0.0
        self._is_gone = asyncio.Event()
        self.block = ""
        self.has_shaken_hands = False

    # --- asyncio's calls -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Come in."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by what it can do
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if peer else ""
        self.block = address_subject(self._address)
        self._connections.add(self)
        self._room.enter(self)
        self._expect_within(HANDSHAKE_SECONDS, "no handshake in time")

    def data_received(self, data: bytes) -> None:
        """Take what came; after the goodbye nothing, though it is read, so that the goodbye arrives."""
        if self._is_leaving:
            return
        self._last_heard = asyncio.get_running_loop().time()
        self._follow(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything."""
        self.leave("hung up" if exc is None else "connection lost")
        if self._deadline is not None:
            self._deadline.cancel()
        self._connections.discard(self)
        self._is_gone.set()

    # --- what a session says -------------------------------------------------------------------

    def _follow(self, content: bytes) -> None:
        """Have the session read; it stops at each request to publish, and goes on when that is decided."""
        for event in self._session.receive(content):
            if self._is_leaving:
                return
            self._take(event)
        self._flush()

    def _take(self, event: Event) -> None:
        if isinstance(event, MediaCame):
            self._pass_on(event.tag)
        elif isinstance(event, ShookHands):
            self.has_shaken_hands = True
            self._expect_within(PUBLISH_SECONDS, "no key in time")
        elif isinstance(event, PublishAsked):
            self._transport.pause_reading()
            self._spawn(self._decide(read_stream_key(event.app, event.name)))
        elif isinstance(event, PublishEnded):
            self._become_stranger()
        elif isinstance(event, Broken):
            self.leave(event.reason)

    async def _decide(self, key: str) -> None:
        """Ask the engine, and tell the peer."""
        source = ContainerSource("flv")
        try:
            publication = await self._gate.publish(await self._find_show(key), source, key=key)
        except Refusal as refusal:
            await asyncio.sleep(WRONG_KEY_SECONDS)
            self._session.refuse(why(refusal.code))
            self.leave(refusal.code)
            return
        except Exception:
            log.exception("media.rtmp_failed")
            self._session.refuse(why("failed"))
            self.leave("failed")
            return
        self._go_on_air(source, publication)

    async def _find_show(self, key: str) -> UUID:
        show_id = await self._gate.find_show_by_key(key)
        if show_id is None:
            raise WrongStreamKey
        return show_id

    def _go_on_air(self, source: ContainerSource, publication: Publication) -> None:
        if self._is_leaving or self._transport.is_closing():
            publication.close()
            return
        self._room.leave(self)
        self._source, self._publication, self._has_broadcast = source, publication, True
        self._spawn(self._watch(publication))
        source.write(FILE_HEADER)
        self._session.accept()
        self._expect_within(SILENCE_SECONDS, "silent")
        self._transport.resume_reading()
        self._follow(b"")

    def _pass_on(self, tag: Tag) -> None:
        publication = self._publication
        if publication is None or publication.over.is_set():
            return
        foreign = find_foreign_codec(tag)
        if foreign is not None:
            log.warning("media.rtmp_codec_refused", codec=foreign)
            publication.close(UNREADABLE)
            return
        publication.heard_at = time.monotonic()
        try:
            self._source.write(bytes(tag))
        except PipeOverflow:
            publication.close(OVERLOADED)

    async def _watch(self, publication: Publication) -> None:
        """Tell the broadcaster when the engine has ended the broadcast, and hang up."""
        await publication.over.wait()
        if publication is self._publication:
            self._session.end(why(publication.reason), failed=publication.reason in FAILURES)
            self.leave(publication.reason)

    def _become_stranger(self) -> None:
        """Go on without a broadcast: another may begin on this connection."""
        ended, self._publication = self._publication, None
        if ended is not None:
            ended.close()
            log.info("media.rtmp_closed", reason="ended")
        self._room.enter(self)
        self._expect_within(PUBLISH_SECONDS, "no key in time")

    # --- the end -------------------------------------------------------------------------------

    def leave(self, reason: str) -> None:
        """Send what is to be sent, and hang up; called once or often."""
        if self._is_leaving:
            return
        self._is_leaving = True
        self._room.leave(self)
        publication, self._publication = self._publication, None
        if publication is not None:
            publication.close()
            log.info("media.rtmp_closed", reason=reason)
        elif not self._has_broadcast:
            self._knocks.note(reason, self._address)
        if self._flush() and self._transport.can_write_eof():
            self._transport.write_eof()  # unread bytes would turn a close into a reset, and lose the goodbye
            self._transport.resume_reading()
            self._expect_within(GOODBYE_SECONDS, reason)
        else:
            self._transport.close()

    async def settle(self) -> None:
        """Wait until the connection is closed and nothing of it runs any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * GOODBYE_SECONDS):
                await self._is_gone.wait()
                await asyncio.gather(*self._tasks)

    def _flush(self) -> bool:
        """Send what the session says, and tell whether it said anything; cut off who never reads."""
        content = self._session.take_output()
        if not content or self._transport.is_closing():
            return False
        self._transport.write(content)
        if self._transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self._transport.abort()
        return True

    def _expect_within(self, seconds: float, otherwise: str) -> None:
        """Hang up with this reason unless something else is expected, or heard on air, until then."""
        loop = asyncio.get_running_loop()
        if self._deadline is not None:
            self._deadline.cancel()
        self._last_heard = loop.time()
        self._deadline = loop.call_later(seconds, self._check_heard, seconds, otherwise)

    def _check_heard(self, seconds: float, otherwise: str) -> None:
        loop = asyncio.get_running_loop()
        if self._is_leaving:
            self._transport.abort()
        elif self._publication is not None and (quiet := loop.time() - self._last_heard) < seconds:
            self._deadline = loop.call_later(seconds - quiet, self._check_heard, seconds, otherwise)
        else:
            self.leave(otherwise)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
