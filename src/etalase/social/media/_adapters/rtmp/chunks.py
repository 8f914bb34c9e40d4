"""The chunk stream (Adobe RTMP 1.0, section 5.3): messages out of bytes, and bytes out of messages. No I/O.

Bytes may come in any pieces. What is kept is bounded: an unfinished header, and of unfinished messages as
much as `max_unfinished_bytes` says; a chunk may be as large as its sender likes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_MESSAGE_BYTES = 4 << 20
MAX_CHUNK_STREAMS = 64
STRANGER_BYTES = 64 << 10
"""How much of unfinished messages a peer may leave here before it has shown a key; commands are small."""
BROADCASTER_BYTES = 2 * MAX_MESSAGE_BYTES
"""How much a broadcaster may: the largest picture, and what comes in between its chunks."""
FIRST_CHUNK_SIZE = 128
MAX_CHUNK_SIZE = 0x7FFF_FFFF
EXTENDED = 0xFF_FFFF
TIME_MASK = 0xFFFF_FFFF
FORM_BYTES = (11, 7, 3, 0)
FULL, SAME_STREAM, ONLY_TIME, CONTINUED = range(4)
SET_CHUNK_SIZE, ABORT = 1, 2


class ChunkStreamBroken(Exception):
    """The bytes are no chunk stream, or one that we do not accept."""


class _Incomplete(Exception):
    """A header that hasn't come whole yet."""


@dataclass(frozen=True, slots=True)
class RtmpMessage:
    """A whole message: type, milliseconds, payload."""

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
    extended: int | None = None
    payload: bytearray = field(default_factory=bytearray)
    in_message: bool = False


class ChunkReader:
    """Takes the messages out of what follows the handshake."""

    def __init__(self) -> None:
        self.max_unfinished_bytes = STRANGER_BYTES
        self._chunk_size = FIRST_CHUNK_SIZE
        self._streams: dict[int, _ChunkStream] = {}
        self._unfinished_bytes = 0
        self._header = bytearray()
        self._current: _ChunkStream | None = None
        self._left = 0

    def feed(self, content: bytes) -> Iterator[RtmpMessage]:
        """Yield the messages that these bytes complete. Raises ChunkStreamBroken."""
        if self._header:
            content, self._header = bytes(self._header) + content, bytearray()
        place = 0
        while self._current is not None or place < len(content):
            if self._current is None:
                try:
                    place = self._begin_chunk(content, place)
                except _Incomplete:
                    self._header += content[place:]
                    return
            stream = self._current
            if stream is None:
                raise ChunkStreamBroken("no chunk")
            taken = min(self._left, len(content) - place)
            self._keep(stream, content[place : place + taken])
            place += taken
            if self._left:
                return
            self._current = None
            if len(stream.payload) == stream.length:
                yield from self._finish(stream)

    def _keep(self, stream: _ChunkStream, piece: bytes) -> None:
        stream.payload += piece
        self._left -= len(piece)
        self._unfinished_bytes += len(piece)
        if self._unfinished_bytes > self.max_unfinished_bytes:
            raise ChunkStreamBroken(f"more than {self.max_unfinished_bytes} bytes of unfinished messages")

    def _finish(self, stream: _ChunkStream) -> Iterator[RtmpMessage]:
        payload = bytes(stream.payload)
        self._drop(stream)
        if stream.type_id == SET_CHUNK_SIZE:
            size = int.from_bytes(payload[:4], "big")
            if not 1 <= size <= MAX_CHUNK_SIZE:
                raise ChunkStreamBroken(f"chunks of {size} bytes")
            self._chunk_size = size
        elif stream.type_id == ABORT:
            aborted = self._streams.get(int.from_bytes(payload[:4], "big"))
            if aborted is not None:
                self._drop(aborted)
        else:
            yield RtmpMessage(stream.message_stream, stream.type_id, stream.timestamp, payload)

    def _drop(self, stream: _ChunkStream) -> None:
        self._unfinished_bytes -= len(stream.payload)
        stream.payload.clear()
        stream.in_message = False

    def _begin_chunk(self, content: bytes, place: int) -> int:
        """Read a chunk's header; return where its bytes begin. Nothing changes before it is there whole."""
        form, number, place = _read_basic(content, place)
        stream = self._streams.get(number)
        if stream is None:
            if form > SAME_STREAM or len(self._streams) >= MAX_CHUNK_STREAMS:
                raise ChunkStreamBroken("a chunk stream without a beginning, or one too many")
            stream = _ChunkStream()
        elif stream.in_message and form != CONTINUED:
            raise ChunkStreamBroken("a message that begins before the one before it has ended")
        place = _read_header(stream, form, content, place)
        if stream.length > MAX_MESSAGE_BYTES:
            raise ChunkStreamBroken(f"a message of {stream.length} bytes")
        self._streams[number] = stream
        stream.in_message = True
        self._current = stream
        self._left = min(stream.length - len(stream.payload), self._chunk_size)
        return place


def _need(content: bytes, place: int, size: int) -> bytes:
    if place + size > len(content):
        raise _Incomplete
    return content[place : place + size]


def _read_basic(content: bytes, place: int) -> tuple[int, int, int]:
    """Read a basic header (5.3.1.1) of one, two or three bytes: the form, the chunk stream, what follows."""
    first = _need(content, place, 1)[0]
    low = first & 0x3F
    if low > 1:
        return first >> 6, low, place + 1
    more = _need(content, place + 1, low + 1)
    return first >> 6, int.from_bytes(more, "little") + 64, place + 2 + low


def _read_header(stream: _ChunkStream, form: int, content: bytes, place: int) -> int:
    """Read a message header (5.3.1.2): each form leaves out what the one before it has said."""
    header = _need(content, place, FORM_BYTES[form])
    place += len(header)
    if form == CONTINUED:
        place += _skip_repeated(stream, content, place)
        if not stream.in_message:
            stream.timestamp = stream.timestamp + stream.delta & TIME_MASK
        return place
    stated, extended = int.from_bytes(header[:3], "big"), None
    if stated == EXTENDED:
        stated = extended = int.from_bytes(_need(content, place, 4), "big")
        place += 4
    if form <= SAME_STREAM:
        stream.length = int.from_bytes(header[3:6], "big")
        stream.type_id = header[6]
    if form == FULL:
        stream.message_stream = int.from_bytes(header[7:11], "little")
    stream.extended = extended
    stream.delta = stated  # which a type 3 right after a type 0 takes as its delta too (5.3.1.2.4)
    stream.timestamp = stated if form == FULL else stream.timestamp + stated & TIME_MASK
    return place


def _skip_repeated(stream: _ChunkStream, content: bytes, place: int) -> int:
    """Return how much of a long time is repeated here: by the standard 4 bytes (5.3.1.3), by some nothing.

    Those that repeat say the same once more, or the moment that it has led or leads to.
    """
    if stream.extended is None:
        return 0
    repeated = int.from_bytes(_need(content, place, 4), "big")
    moments = {stream.extended, stream.timestamp, stream.timestamp + stream.delta & TIME_MASK}
    return 4 if repeated in moments else 0


def write_message(message: RtmpMessage, *, chunk_stream: int, chunk_size: int = FIRST_CHUNK_SIZE) -> bytes:
    """Return a message as chunks. Its header is always whole: nobody has to remember what was said before."""
    stated = min(message.timestamp, EXTENDED)
    more = message.timestamp.to_bytes(4, "big") if stated == EXTENDED else b""
    header = (
        bytes([chunk_stream])
        + stated.to_bytes(3, "big")
        + len(message.payload).to_bytes(3, "big")
        + bytes([message.type_id])
        + message.message_stream.to_bytes(4, "little")
        + more
    )
    following = bytes([CONTINUED << 6 | chunk_stream]) + more
    pieces = [
        message.payload[start : start + chunk_size] for start in range(0, len(message.payload), chunk_size)
    ]
    return header + following.join(pieces)
