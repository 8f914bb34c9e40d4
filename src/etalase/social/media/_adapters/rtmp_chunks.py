"""Reads RTMP's chunk stream (Adobe RTMP 1.0, section 5.3) in place of pyrtmp's own reader.

pyrtmp 0.3 forgets the time delta of a message that begins with a type 3 header (constant-size audio drifts),
and takes messages of any size. This one keeps deltas, bounds every message and all that is unfinished, and
reads bytes instead of bits.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

LARGEST_MESSAGE_BYTES = 4 << 20
LARGEST_CHUNK_BYTES = 1 << 20
MOST_CHUNK_STREAMS = 32
STRANGER_BYTES = 64 << 10
"""How much of unfinished messages a peer may leave here before it has shown a key; commands are small."""
BROADCASTER_BYTES = 2 * LARGEST_MESSAGE_BYTES
"""How much a broadcaster may: the largest picture, and what comes in between its chunks."""
EXTENDED = 0xFF_FFFF
SET_CHUNK_SIZE, ABORT = 1, 2


class ByteReader(Protocol):
    """Whatever gives bytes, as asyncio's StreamReader does."""

    async def readexactly(self, size: int, /) -> bytes:
        """Return exactly so many bytes, or raise IncompleteReadError."""
        ...


class ChunkStreamBroken(Exception):
    """The bytes are no chunk stream, or one that we do not accept."""


@dataclass(frozen=True, slots=True)
class RtmpMessage:
    """A whole message: type, milliseconds, payload."""

    chunk_stream: int
    message_stream: int
    type_id: int
    timestamp: int
    payload: bytes


@dataclass(slots=True)
class _ChunkStream:
    timestamp: int = 0
    delta: int = 0
    length: int = 0
    type_id: int = 0
    message_stream: int = 0
    extended: bool = False
    payload: bytearray = field(default_factory=bytearray)


class ChunkReader:
    """Takes the messages out of a connection after the handshake."""

    def __init__(self, reader: ByteReader) -> None:
        self._reader = reader
        self._chunk_size = 128
        self._streams: dict[int, _ChunkStream] = {}
        self._unfinished_bytes = 0
        self.most_unfinished_bytes = STRANGER_BYTES

    async def messages(self) -> AsyncGenerator[RtmpMessage, None]:
        """Yield messages until the peer hangs up. Raises ChunkStreamBroken, IncompleteReadError."""
        while True:
            try:
                first = (await self._reader.readexactly(1))[0]
            except asyncio.IncompleteReadError:
                return
            message = await self._read_chunk(first)
            if message is None:
                continue
            if message.type_id == SET_CHUNK_SIZE:
                self._resize(message.payload)
            elif message.type_id == ABORT and len(message.payload) == 4:  # noqa: PLR2004  # one number
                aborted = self._streams.pop(int.from_bytes(message.payload, "big"), _ChunkStream())
                self._unfinished_bytes -= len(aborted.payload)
            else:
                yield message

    def _resize(self, payload: bytes) -> None:
        size = int.from_bytes(payload[:4], "big")
        if not 1 <= size <= LARGEST_CHUNK_BYTES:
            raise ChunkStreamBroken(f"chunks of {size} bytes")
        self._chunk_size = size

    async def _read_chunk(self, first: int) -> RtmpMessage | None:
        number = await self._read_number(first & 0x3F)
        stream = self._streams.setdefault(number, _ChunkStream())
        if len(self._streams) > MOST_CHUNK_STREAMS:
            raise ChunkStreamBroken("too many chunk streams")
        await self._read_header(first >> 6, stream)
        size = min(stream.length - len(stream.payload), self._chunk_size)
        if size < 0:
            raise ChunkStreamBroken("a message that became shorter than what has come of it")
        self._unfinished_bytes += size
        if self._unfinished_bytes > self.most_unfinished_bytes:
            raise ChunkStreamBroken(f"{self._unfinished_bytes} bytes of unfinished messages")
        stream.payload += await self._reader.readexactly(size)
        if len(stream.payload) < stream.length:
            return None
        payload, stream.payload = bytes(stream.payload), bytearray()
        self._unfinished_bytes -= len(payload)
        return RtmpMessage(number, stream.message_stream, stream.type_id, stream.timestamp, payload)

    async def _read_number(self, low: int) -> int:
        """Read the rest of a basic header (5.3.1.1) of one, two or three bytes."""
        if low > 1:
            return low
        more = await self._reader.readexactly(low + 1)
        return int.from_bytes(more, "little") + 64

    async def _read_header(self, form: int, stream: _ChunkStream) -> None:
        """Read a message header (5.3.1.2); each form leaves out what the one before it has said."""
        is_beginning = not stream.payload
        header = await self._reader.readexactly((11, 7, 3, 0)[form])
        if form < 3:  # noqa: PLR2004  # only type 3 states no time
            stated = int.from_bytes(header[:3], "big")
            stream.extended = stated == EXTENDED
            stream.delta = stated
        if form < 2:  # noqa: PLR2004  # types 0 and 1 state length and type
            stream.length = int.from_bytes(header[3:6], "big")
            stream.type_id = header[6]
        if form == 0:
            stream.message_stream = int.from_bytes(header[7:11], "little")
        if stream.length > LARGEST_MESSAGE_BYTES:
            raise ChunkStreamBroken(f"a message of {stream.length} bytes")
        if stream.extended:
            stream.delta = int.from_bytes(await self._reader.readexactly(4), "big")
        if form == 0:
            stream.timestamp = stream.delta  # which a type 3 right after it takes as its delta (5.3.1.2.4)
        elif is_beginning:
            stream.timestamp += stream.delta
