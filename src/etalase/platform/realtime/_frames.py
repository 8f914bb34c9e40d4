"""The part of RFC 6455 that is ours: frames out as bytes, messages in by the parser of `websockets`.

Out: a text frame is a few bytes of header before the payload, made once for all its readers. In:
`websockets.frames.Frame.parse` checks masking, reserved bits, opcodes and control frames; `MessageReader`
joins fragments and keeps the limits. No extension is ever negotiated, so no frame is compressed.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.frames import Close, CloseCode, Opcode
from websockets.frames import Frame as WireFrame

SHORT_LENGTH = 125
MEDIUM_LENGTH = 0xFFFF
PING = b"\x89\x00"


class FrameError(Exception):
    """The peer broke the protocol or a limit; `code` closes the connection (RFC 6455, section 7.4.1)."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


class Frame:
    """One encoded frame of a channel: JSON bytes for streams and polls, and the same as a WebSocket text
    frame.

    `last` is the number of the last event within it.
    """

    __slots__ = ("last", "payload", "websocket")

    def __init__(self, payload: bytes, last: int) -> None:
        self.payload = payload
        self.last = last
        self.websocket = encode_text(payload)


def encode_text(payload: bytes) -> bytes:
    """Return the payload as one unmasked, final text frame."""
    return _header(Opcode.TEXT, len(payload)) + payload


def encode_close(code: int, reason: str = "") -> bytes:
    """Return a close frame."""
    body = Close(code, reason).serialize()
    return _header(Opcode.CLOSE, len(body)) + body


def encode_pong(body: bytes) -> bytes:
    """Return the answer to a ping, which carries the ping's own bytes."""
    return _header(Opcode.PONG, len(body)) + body


def _header(opcode: Opcode, length: int) -> bytes:
    first = 0x80 | opcode
    if length <= SHORT_LENGTH:
        return bytes((first, length))
    if length <= MEDIUM_LENGTH:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message, or a control frame, from the peer. `body` of a text message is valid UTF-8."""

    opcode: Opcode
    body: bytes


class MessageReader:
    """Turns what a client sends into messages. An idle one holds nothing, so it can be thrown away."""

    __slots__ = ("_buffer", "_fragments", "_opcode", "_parser", "_size", "max_bytes")

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._buffer = bytearray()
        self._parser: Generator[None, None, WireFrame] | None = None
        self._fragments: list[bytes] = []
        self._opcode: Opcode | None = None
        self._size = 0

    @property
    def is_idle(self) -> bool:
        """Say whether the peer is between two messages."""
        return not self._buffer and self._parser is None and self._opcode is None

    def feed(self, received: bytes) -> Iterator[Message]:
        """Yield each message that is complete with these bytes; raise `FrameError` at the first fault."""
        self._buffer += received
        while self._buffer or self._parser is not None:
            frame = self._next_frame()
            if frame is None:
                return
            message = self._take(frame)
            if message is not None:
                yield message

    def _next_frame(self) -> WireFrame | None:
        if self._parser is None:
            self._parser = WireFrame.parse(self._read_exact, mask=True, max_size=self.max_bytes - self._size)
        try:
            next(self._parser)
        except StopIteration as end:
            self._parser = None
            frame: WireFrame = end.value
            return frame
        except PayloadTooBig:
            raise FrameError(CloseCode.MESSAGE_TOO_BIG) from None
        except ProtocolError:
            raise FrameError(CloseCode.PROTOCOL_ERROR) from None
        return None

    def _read_exact(self, count: int) -> Generator[None, None, bytes]:
        while len(self._buffer) < count:
            yield
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _take(self, frame: WireFrame) -> Message | None:
        """Return the message that this frame completes, if it does (RFC 6455, section 5.4)."""
        body = bytes(frame.data)
        if frame.opcode in {Opcode.PING, Opcode.PONG, Opcode.CLOSE}:
            return Message(frame.opcode, body)
        continues = frame.opcode is Opcode.CONT
        if continues != (self._opcode is not None):
            raise FrameError(CloseCode.PROTOCOL_ERROR)
        opcode = self._opcode or frame.opcode
        if not frame.fin:
            self._opcode = opcode
            self._fragments.append(body)
            self._size += len(body)
            return None
        whole = b"".join((*self._fragments, body))
        self._opcode, self._fragments, self._size = None, [], 0
        if opcode is Opcode.TEXT:
            _require_utf8(whole)
        return Message(opcode, whole)


def close_answer(body: bytes) -> bytes:
    """Return the close frame that answers the peer's close frame (RFC 6455, section 5.5.1)."""
    try:
        received = Close.parse(body)
    except (ProtocolError, UnicodeDecodeError):
        return encode_close(CloseCode.PROTOCOL_ERROR)
    if received.code == CloseCode.NO_STATUS_RCVD:
        return _header(Opcode.CLOSE, 0)
    return encode_close(received.code)


def _require_utf8(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError:
        raise FrameError(CloseCode.INVALID_DATA) from None
