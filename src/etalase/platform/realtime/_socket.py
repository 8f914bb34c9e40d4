"""One WebSocket of a channel's consumer, from its 101 to its close. It writes bytes and never waits.

A frame goes straight to the kernel (`os.write`) while the transport's buffer is empty. What the kernel does
not take goes to the transport, and the socket stays behind the channel until that buffer has drained to
zero: so a stuck reader costs one frame of memory and none of the others' time. Replies to the peer's own
commands may queue, up to a limit that closes the connection.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from websockets.frames import CloseCode, Opcode

from etalase.platform.realtime._channel import NEEDS_SNAPSHOT, Position
from etalase.platform.realtime._feed import Log
from etalase.platform.realtime._frames import (
    PING,
    Frame,
    FrameError,
    MessageReader,
    close_answer,
    encode_close,
    encode_pong,
    encode_text,
)


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """What one peer may ask of the server."""

    message_bytes: int = 8 * 1024
    queued_reply_bytes: int = 64 * 1024
    ping_seconds: float = 20.0
    close_seconds: float = 5.0


class SocketSession(Protocol):
    """What a socket's owner does with what its peer says."""

    def receive(self, text: bytes) -> None:
        """Take one text message (valid UTF-8). It must not block; answers go through `Socket.reply`."""
        ...

    def close(self) -> None:
        """Let go of everything: the socket is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Admission:
    """A peer may come in: the channel that it follows, from where, and what it hears first."""

    channel: Log
    position: Position
    open_session: "Callable[[Socket], SocketSession]"
    greeting: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A peer may not come in; answered as plain HTTP."""

    status: int
    reason: str


class Socket(asyncio.Protocol):
    """An open WebSocket that follows a channel; also the asyncio protocol of its transport."""

    __slots__ = (
        "_channel",
        "_file_number",
        "_is_closing",
        "_is_heard",
        "_is_stuck",
        "_limits",
        "_on_gone",
        "_reader",
        "_session",
        "_transport",
        "seen",
    )

    def __init__(
        self, transport: asyncio.Transport, limits: SocketLimits, on_gone: "Callable[[Socket], None]"
    ) -> None:
        self.seen = NEEDS_SNAPSHOT
        self._transport = transport
        self._file_number = _writable_file_number(transport)
        self._limits = limits
        self._on_gone = on_gone
        self._reader: MessageReader | None = None
        self._session: SocketSession | None = None
        self._channel: Log | None = None
        self._is_heard = True
        self._is_closing = False
        self._is_stuck = False
        transport.set_write_buffer_limits(high=0)

    def enter(self, admission: Admission) -> None:
        """Greet the peer, then let it follow the channel from its position on."""
        self._write(encode_text(admission.greeting))
        self._session = admission.open_session(self)
        self._channel = admission.channel
        self._channel.attach(self, admission.position)
        self._catch_up()

    def offer(self, frame: Frame) -> bool:
        """Take the frame at once, or stay behind."""
        if self._is_stuck or self._is_closing:
            return False
        self.seen = frame.last
        return self._write(frame.websocket)

    def reply(self, payload: bytes) -> None:
        """Say something to this peer alone."""
        if self._is_closing:
            return
        if self._transport.get_write_buffer_size() > self._limits.queued_reply_bytes:
            self.dismiss(CloseCode.POLICY_VIOLATION)
            return
        self._write(encode_text(payload))

    def dismiss(self, code: int) -> None:
        """Close with this code, and drop the connection if the peer does not answer in time."""
        if self._is_closing:
            return
        self._is_closing = True
        self._detach()
        self._transport.write(encode_close(code))
        loop = asyncio.get_running_loop()
        loop.call_later(self._limits.close_seconds, self._transport.abort)

    def shutdown(self) -> None:
        """Close because the server restarts; called by uvicorn."""
        self.dismiss(CloseCode.SERVICE_RESTART)
        self._transport.close()

    def check_alive(self) -> None:
        """Drop a peer that has been silent since the last check; ping the others."""
        if not self._is_heard:
            self._transport.abort()
            return
        self._is_heard = False
        if not self._is_closing and not self._is_stuck:
            self._write(PING)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the peer."""
        self._is_heard = True
        if self._is_closing and self._session is None:
            self._finish_close(data)
            return
        reader = self._reader or MessageReader(self._limits.message_bytes)
        try:
            for message in reader.feed(data):
                self._take(message.opcode, message.body)
        except FrameError as fault:
            self._fail(fault.code)
            return
        self._reader = None if reader.is_idle else reader

    def pause_writing(self) -> None:
        """Remember that bytes wait in the transport's buffer: with a limit of 0, this is called for the
        first.
        """
        self._is_stuck = True

    def resume_writing(self) -> None:
        """Go on: the transport's buffer is empty, so the peer reads."""
        self._is_stuck = False
        self._is_heard = True
        self._catch_up()

    def eof_received(self) -> None:
        """Let asyncio close the transport: a half-open WebSocket is of no use."""

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  gone is gone
        """Let go of everything."""
        self._is_closing = True
        self._detach()
        self._on_gone(self)

    def _catch_up(self) -> None:
        channel = self._channel
        while channel is not None and not self._is_closing and not self._is_stuck:
            frame = channel.catch_up(self)
            if frame is None or not self._write(frame.websocket):
                return

    def _take(self, opcode: Opcode, body: bytes) -> None:
        if self._is_closing:
            return
        if opcode is Opcode.TEXT:
            if self._session is not None:
                self._session.receive(body)
        elif opcode is Opcode.PING:
            self._pong(body)
        elif opcode is Opcode.CLOSE:
            self._is_closing = True
            self._detach()
            self._transport.write(close_answer(body))
            self._transport.close()
        elif opcode is Opcode.BINARY:
            raise FrameError(CloseCode.UNSUPPORTED_DATA)

    def _pong(self, body: bytes) -> None:
        """Answer a ping; a peer that pings without reading gets no more than one buffer of answers."""
        if self._transport.get_write_buffer_size() <= self._limits.queued_reply_bytes:
            self._write(encode_pong(body))

    def _fail(self, code: int) -> None:
        """Close at once, without waiting for the peer's answer (RFC 6455, section 7.1.7)."""
        self._is_closing = True
        self._detach()
        self._transport.write(encode_close(code))
        self._transport.close()

    def _finish_close(self, data: bytes) -> None:
        """Wait only for the answer to our close frame, and ignore all else."""
        reader = self._reader or MessageReader(self._limits.message_bytes)
        self._reader = reader
        try:
            is_answered = any(message.opcode is Opcode.CLOSE for message in reader.feed(data))
        except FrameError:
            is_answered = True
        if is_answered:
            self._transport.close()

    def _detach(self) -> None:
        if self._channel is not None:
            self._channel.detach(self)
            self._channel = None
        if self._session is not None:
            self._session.close()
            self._session = None

    def _write(self, wire: bytes) -> bool:
        """Write without waiting; answer whether the kernel took it all, else `resume_writing` will come."""
        taken = 0
        if self._file_number is not None and not self._is_stuck:
            try:
                taken = os.write(self._file_number, wire)
            except BlockingIOError:
                pass
            except OSError:
                self._transport.abort()
                return False
            if taken == len(wire):
                return True
        self._transport.write(wire[taken:])
        return not self._is_stuck


def _writable_file_number(transport: asyncio.Transport) -> int | None:
    """Return the socket's descriptor if bytes may be written to it directly, so not under TLS."""
    if transport.get_extra_info("sslcontext") is not None:
        return None
    connection = transport.get_extra_info("socket")
    return cast("int", connection.fileno()) if connection is not None else None
