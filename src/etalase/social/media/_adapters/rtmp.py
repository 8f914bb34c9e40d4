"""OBS and ffmpeg by RTMP. Handshake and commands are pyrtmp's; the chunk reader and the rules are ours.

The stream key is the publishing name: `rtmp://host:1935/live/<key>`. A wrong key gets
`NetStream.Publish.BadName`, after a wait that makes guessing slow, and the connection is closed.
"""

import asyncio
import logging
import struct
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

import structlog

from etalase.kernel.errors import Refusal
from etalase.social.media._adapters.pipe import PipeOverflow
from etalase.social.media._adapters.rtmp_chunks import (
    BROADCASTER_BYTES,
    ChunkReader,
    ChunkStreamBroken,
    RtmpMessage,
)
from etalase.social.media._adapters.sources import ContainerSource, Source
from etalase.social.media._adapters.stream import OVERLOADED, Publication
from etalase.social.media._errors import WrongStreamKey
from etalase.social.media._model.settings import Settings


def _import_pyrtmp() -> tuple[Any, ...]:
    """Import pyrtmp without what it does to logging: it sets the root logger to DEBUG, with a handler."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    from pyrtmp.amf.serializers import AMF0Serializer  # noqa: PLC0415  # undone below, so here
    from pyrtmp.messages import Chunk  # noqa: PLC0415
    from pyrtmp.messages.command import NCConnect, NCCreateStream, NSPublish  # noqa: PLC0415
    from pyrtmp.messages.factory import MessageFactory  # noqa: PLC0415
    from pyrtmp.rtmp import SimpleRTMPController  # noqa: PLC0415
    from pyrtmp.session_manager import SessionManager  # noqa: PLC0415

    root.setLevel(level)
    root.handlers[:] = handlers
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("pyrtmp"):
            logging.getLogger(name).setLevel(logging.ERROR)  # it warns of every OBS
    return (
        AMF0Serializer, Chunk, NCConnect, NCCreateStream, NSPublish, MessageFactory, SimpleRTMPController,
        SessionManager,
    )  # fmt: skip


(AMF0Serializer, Chunk, NCConnect, NCCreateStream, NSPublish, MessageFactory, Controller, SessionManager) = (
    _import_pyrtmp()
)

log = structlog.get_logger(__name__)

AUDIO, VIDEO, SCRIPT, COMMAND = 8, 9, 18, 20
FLV_HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"
HANDSHAKE_SECONDS = 10.0
PUBLISH_SECONDS = 10.0
"""How long after the handshake a peer may take to show its key."""
SILENCE_SECONDS = 20.0
WRONG_KEY_SECONDS = 1.0
MOST_CONNECTIONS = 200
CLOSING_COMMANDS = {"deleteStream", "closeStream", "FCUnpublish"}


class Gate(Protocol):
    """What the server needs of the engine."""

    settings: Settings

    async def find_show_by_key(self, key: str) -> UUID | None: ...
    async def publish(self, show_id: UUID, source: Source, *, key: str | None = None) -> Publication: ...


class RtmpServer:
    """Listens, and runs a task per connection."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The address that hosts type into OBS, without the key; the port is the one really bound."""
        host, port = self._gate.settings.rtmp_host, self.port
        return f"rtmp://{host}:{port}/live"

    @property
    def port(self) -> int:
        """The port that is listened on; the setting's while it is closed."""
        sockets = self._server.sockets if self._server else ()
        return int(sockets[0].getsockname()[1]) if sockets else self._gate.settings.rtmp_port

    async def start(self) -> None:
        """Listen."""
        settings = self._gate.settings
        self._server = await asyncio.start_server(self._accept, settings.rtmp_host, settings.rtmp_port)

    async def stop(self) -> None:
        """Close the listener and every connection."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            await _Connection(self._gate, reader, writer).run()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ChunkStreamBroken, Refusal) as error:
            log.info("media.rtmp_closed", reason=repr(error))
        except Exception:
            log.exception("media.rtmp_failed")
        finally:
            self._connections.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()


class _Connection:
    """One broadcaster: handshake, commands, then tags into a source."""

    def __init__(self, gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._gate = gate
        self._reader = reader
        self._session = SessionManager(reader=reader, writer=writer)
        self._replies = Controller()
        self._publication: Publication | None = None
        self._source = ContainerSource("flv")

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            await self._session.handshake()
        leftover = self._session.fifo_reader.buffer.tobytes()  # pyrtmp reads ahead
        chunks = ChunkReader(_Prefixed(leftover, self._reader))
        messages = chunks.messages()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PUBLISH_SECONDS
        try:
            while True:
                async with asyncio.timeout_at(deadline):
                    message = await anext(messages, None)
                if message is None or not await self._take(message):
                    return
                if self._publication is not None:
                    chunks.most_unfinished_bytes = BROADCASTER_BYTES
                    deadline = loop.time() + SILENCE_SECONDS
        finally:
            await messages.aclose()
            if self._publication is not None:
                self._publication.close()

    async def _take(self, message: RtmpMessage) -> bool:
        """Handle one message; False ends the connection."""
        if message.type_id == COMMAND:
            return await self._obey(message)
        if message.type_id in {AUDIO, VIDEO, SCRIPT} and self._publication is not None:
            if self._publication.over.is_set():
                return False
            try:
                self._source.write(flv_tag(message))
            except PipeOverflow:
                self._publication.close(OVERLOADED)
                return False
        return True

    async def _obey(self, message: RtmpMessage) -> bool:
        command = MessageFactory.from_chunk(_as_chunk(message))
        if isinstance(command, NCConnect):
            await self._replies.on_nc_connect(self._session, command)
        elif isinstance(command, NCCreateStream):
            await self._replies.on_nc_create_stream(self._session, command)
        elif isinstance(command, NSPublish):
            return await self._begin(command)
        return getattr(command, "command_name", "") not in CLOSING_COMMANDS

    async def _begin(self, command: Any) -> bool:
        if self._publication is not None:
            return False
        key = str(command.publishing_name or "").partition("?")[0]
        try:
            show_id = await self._gate.find_show_by_key(key)
            if show_id is None:
                raise WrongStreamKey  # one way out for all refusals
            self._publication = await self._gate.publish(show_id, self._source, key=key)
        except Refusal as refusal:
            await asyncio.sleep(WRONG_KEY_SECONDS)
            await self._refuse(refusal, command)
            return False
        self._source.write(FLV_HEADER)
        await self._replies.on_ns_publish(self._session, command)
        return True

    async def _refuse(self, refusal: Refusal, command: Any) -> None:
        """Say no in the way that OBS shows to its user."""
        from bitstring import BitStream  # noqa: PLC0415  # pyrtmp's serializer writes into one

        answer = BitStream()
        for part in ("onStatus", 0, None):
            AMF0Serializer.create_object(answer, part)
        reason = {"level": "error", "code": "NetStream.Publish.BadName", "description": refusal.code}
        AMF0Serializer.create_object(answer, reason)
        self._session.write_chunk_to_stream(
            Chunk(
                chunk_type=0,
                chunk_id=3,
                timestamp=0,
                msg_length=len(answer.bytes),
                msg_type_id=COMMAND,
                msg_stream_id=command.msg_stream_id,
                payload=answer.bytes,
            )
        )
        await self._session.drain()


class _Prefixed:
    """A reader that first gives what another one had read too far."""

    def __init__(self, prefix: bytes, reader: asyncio.StreamReader) -> None:
        self._prefix = prefix
        self._reader = reader

    async def readexactly(self, size: int) -> bytes:
        """Return exactly so many bytes."""
        if not self._prefix:
            return await self._reader.readexactly(size)
        head, self._prefix = self._prefix[:size], self._prefix[size:]
        return head + await self._reader.readexactly(size - len(head))


def flv_tag(message: RtmpMessage) -> bytes:
    """Return the message as a tag of an FLV file (FLV 10.1, annex E.4.1): RTMP is FLV in pieces."""
    size = len(message.payload)
    moment = message.timestamp & 0xFFFF_FFFF
    header = struct.pack(
        ">B3s3sB3s",
        message.type_id,
        size.to_bytes(3, "big"),
        (moment & 0xFF_FFFF).to_bytes(3, "big"),
        moment >> 24,
        b"\x00\x00\x00",
    )
    return header + message.payload + (size + len(header)).to_bytes(4, "big")


def _as_chunk(message: RtmpMessage) -> Any:
    return Chunk(
        chunk_id=message.chunk_stream,
        chunk_type=0,
        timestamp=message.timestamp,
        msg_length=len(message.payload),
        msg_type_id=message.type_id,
        msg_stream_id=message.message_stream,
        payload=message.payload,
    )
