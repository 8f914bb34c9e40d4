"""One RTMP connection as a machine without I/O: bytes in, events and bytes out.

However the bytes are cut, the events are the same; whatever they are, nothing is raised: what is no RTMP
ends in `Broken`. Between `PublishAsked` and its answer nothing is read: some encoders send at once, and their
first message says how to decode the rest. Media goes out only while somebody is let in, as tags of FLV.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from etalase.social.media._adapters.rtmp.amf import Value, read_values, write_values
from etalase.social.media._adapters.rtmp.chunks import (
    BROADCASTER_BYTES,
    FIRST_CHUNK_SIZE,
    STRANGER_BYTES,
    ChunkReader,
    ChunkStreamBroken,
    RtmpMessage,
    write_message,
)
from etalase.social.media._adapters.rtmp.commands import Command, answer_connect, read_command
from etalase.social.media._adapters.rtmp.flv import AGGREGATE, AUDIO, VIDEO, Tag, split_aggregate
from etalase.social.media._adapters.rtmp.handshake import Handshake

CHUNK_SIZE, ACKNOWLEDGED, USER_CONTROL, WINDOW, BANDWIDTH = 1, 3, 4, 5, 6
COMMAND_AMF3, COMMAND = 17, 20
STREAM_BEGIN, PING, PONG = 0, 6, 7
CONTROL_CHUNKS, COMMAND_CHUNKS, STATUS_CHUNKS = 2, 3, 5
OUR_CHUNK_SIZE = 4_096
WINDOW_BYTES = 2_500_000
MIN_WINDOW_BYTES = 16 << 10
MAX_MESSAGE_STREAMS = 16
HEADER_BYTES = 12
MAX_STRANGER_BYTES = 256 << 10
"""What a peer may send in all before it is let in."""
MAX_HELD_BYTES = 4 << 20
"""What may come before a request to publish is answered; whoever reads should wait meanwhile."""


@dataclass(frozen=True, slots=True)
class ShookHands:
    """The handshake is over."""


@dataclass(frozen=True, slots=True)
class PublishAsked:
    """Somebody wants to broadcast under this name; answer with `accept` or `refuse`."""

    message_stream: int
    app: str
    name: str


@dataclass(frozen=True, slots=True)
class MediaCame:
    """A piece of sound or picture of whoever was let in."""

    tag: Tag


@dataclass(frozen=True, slots=True)
class PublishEnded:
    """The broadcaster says that nothing follows."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What came is no RTMP, or more than we take. It is the last event."""

    reason: str


Event = ShookHands | PublishAsked | MediaCame | PublishEnded | Broken


class RtmpSession:
    """The server's side of a connection."""

    def __init__(self) -> None:
        self._handshake = Handshake()
        self._chunks = ChunkReader()
        self._out: list[bytes] = []
        self._app = ""
        self._streams = 0
        self._on_air: int | None = None
        self._asked: int | None = None
        self._messages: Iterator[RtmpMessage] = iter(())
        self._held = bytearray()
        self._is_broken = False
        self._received = self._acknowledged = self._as_stranger = 0
        self._window = WINDOW_BYTES
        self._chunk_size = FIRST_CHUNK_SIZE
        self._commands: dict[str, Callable[[Command], Iterator[Event]]] = {
            "connect": self._connect,
            "createStream": self._create_stream,
            "publish": self._publish,
            "FCPublish": self._answer_fc_publish,
            "FCUnpublish": self._end,
            "closeStream": self._end,
            "deleteStream": self._end,
            "play": self._refuse_play,
            "releaseStream": self._acknowledge,
            "_checkbw": self._acknowledge,
            "getStreamLength": self._answer_no_length,
        }

    # --- in ------------------------------------------------------------------------------------

    def receive(self, content: bytes) -> list[Event]:
        """Take the next bytes; return what they mean. After `accept` or `refuse` call it with none."""
        events: list[Event] = []
        if self._is_broken:
            return events
        try:
            events.extend(self._read(content))
        except ChunkStreamBroken as error:
            self._is_broken = True
            events.append(Broken(str(error)))
        return events

    def _read(self, content: bytes) -> Iterator[Event]:
        if not self._handshake.is_over:
            rest = self._handshake.feed(content)
            self._out.append(self._handshake.take_output())
            if rest is None:
                return
            yield ShookHands()
            content = rest
        self._count(len(content))
        self._held += content
        if len(self._held) > MAX_HELD_BYTES:
            raise ChunkStreamBroken(f"more than {MAX_HELD_BYTES} bytes before an answer")
        while not self._waits_for_an_answer():
            message = next(self._messages, None)
            if message is not None:
                yield from self._take(message)
            elif self._held:
                content, self._held = bytes(self._held), bytearray()
                self._messages = self._chunks.feed(content)
            else:
                return

    def _waits_for_an_answer(self) -> bool:
        return self._asked is not None

    def _count(self, size: int) -> None:
        self._received += size
        if self._received - self._acknowledged >= self._window:
            self._acknowledged = self._received
            self._send_control(ACKNOWLEDGED, (self._received & 0xFFFF_FFFF).to_bytes(4, "big"))

    def _take(self, message: RtmpMessage) -> Iterator[Event]:
        if self._on_air is None:
            self._as_stranger += HEADER_BYTES + len(message.payload)
            if self._as_stranger > MAX_STRANGER_BYTES:
                raise ChunkStreamBroken(f"more than {MAX_STRANGER_BYTES} bytes and no key")
        if message.type_id in {AUDIO, VIDEO}:
            if message.message_stream == self._on_air:
                yield MediaCame(Tag(message.type_id, message.timestamp, message.payload))
        elif message.type_id == AGGREGATE:
            if message.message_stream == self._on_air:
                yield from map(MediaCame, split_aggregate(message.payload, message.timestamp))
        elif message.type_id in {COMMAND, COMMAND_AMF3}:
            payload = message.payload[1:] if message.type_id == COMMAND_AMF3 else message.payload
            command = read_command(message.message_stream, read_values(payload))
            if command is not None:
                yield from self._commands.get(command.name, self._refuse_unknown)(command)
        else:
            self._obey(message)

    def _obey(self, message: RtmpMessage) -> None:
        """Follow a protocol control message (5.4, 7.1.7); metadata and the like is let go."""
        number = int.from_bytes(message.payload[:4], "big")
        if message.type_id == WINDOW and number:
            self._window = max(MIN_WINDOW_BYTES, min(number, WINDOW_BYTES))
        elif message.type_id == BANDWIDTH:
            self._send_control(WINDOW, WINDOW_BYTES.to_bytes(4, "big"))
        elif message.type_id == USER_CONTROL and message.payload[:2] == PING.to_bytes(2, "big"):
            self._send_control(USER_CONTROL, PONG.to_bytes(2, "big") + message.payload[2:6])

    # --- commands ------------------------------------------------------------------------------

    def _connect(self, command: Command) -> Iterator[Event]:
        announced = command.find_object()
        self._app = str(announced.get("app") or "")
        self._send_control(WINDOW, WINDOW_BYTES.to_bytes(4, "big"))
        self._send_control(BANDWIDTH, WINDOW_BYTES.to_bytes(4, "big") + b"\x02")
        self._send_control(CHUNK_SIZE, OUR_CHUNK_SIZE.to_bytes(4, "big"))
        self._chunk_size = OUR_CHUNK_SIZE
        self._send(0, "_result", command.transaction, *answer_connect(announced))
        yield from ()

    def _create_stream(self, command: Command) -> Iterator[Event]:
        if self._streams >= MAX_MESSAGE_STREAMS:
            raise ChunkStreamBroken(f"more than {MAX_MESSAGE_STREAMS} message streams")
        self._streams += 1
        self._send(0, "_result", command.transaction, None, self._streams)
        yield from ()

    def _publish(self, command: Command) -> Iterator[Event]:
        if self._on_air is not None or self._asked is not None:
            self.refuse("This connection broadcasts already.", message_stream=command.message_stream)
            return
        self._asked = command.message_stream
        yield PublishAsked(command.message_stream, self._app, command.find_text())

    def _answer_fc_publish(self, command: Command) -> Iterator[Event]:
        """Answer Flash Media Live Encoder's question, which comes before the key is looked at."""
        self._acknowledge_now(command)
        status = {"level": "status", "code": "NetStream.Publish.Start", "description": "Go on with publish."}
        self._send(0, "onFCPublish", 0, None, status)
        yield from ()

    def _end(self, command: Command) -> Iterator[Event]:
        self._acknowledge_now(command)
        if self._on_air is not None:
            self.end("Nothing more is expected.")
            yield PublishEnded()

    def _acknowledge(self, command: Command) -> Iterator[Event]:
        self._acknowledge_now(command)
        yield from ()

    def _acknowledge_now(self, command: Command) -> None:
        if command.transaction:
            self._send(0, "_result", command.transaction, None, None)

    def _answer_no_length(self, command: Command) -> Iterator[Event]:
        self._send(0, "_result", command.transaction, None, 0)
        yield from ()

    def _refuse_play(self, command: Command) -> Iterator[Event]:
        self._send_status(
            command.message_stream, "error", "NetStream.Play.StreamNotFound", "Shows are watched by HLS."
        )
        yield from ()

    def _refuse_unknown(self, command: Command) -> Iterator[Event]:
        if command.transaction and command.name not in {"_result", "_error"}:
            status = {
                "level": "error",
                "code": "NetConnection.Call.Failed",
                "description": "No such command.",
            }
            self._send(0, "_error", command.transaction, None, status)
        yield from ()

    # --- out -----------------------------------------------------------------------------------

    def accept(self) -> None:
        """Let in whoever asked: what they send from now on is media."""
        if self._asked is None:
            raise RuntimeError("nobody asked")
        self._on_air, self._asked = self._asked, None
        self._as_stranger = 0
        self._chunks.max_unfinished_bytes = BROADCASTER_BYTES
        self._send_control(USER_CONTROL, STREAM_BEGIN.to_bytes(2, "big") + self._on_air.to_bytes(4, "big"))
        self._send_status(self._on_air, "status", "NetStream.Publish.Start", "You are on air.")

    def refuse(self, why: str, *, message_stream: int | None = None) -> None:
        """Say no to a request to publish, by default to the one that waits, in the way that encoders show."""
        if message_stream is None:
            message_stream, self._asked = self._asked or 0, None
        self._send_status(message_stream, "error", "NetStream.Publish.BadName", why)

    def end(self, why: str, *, failed: bool = False) -> None:
        """Tell the broadcaster that it is over."""
        if self._on_air is not None:
            code = "NetStream.Failed" if failed else "NetStream.Unpublish.Success"
            self._send_status(self._on_air, "error" if failed else "status", code, why)
            self._on_air = None
            self._chunks.max_unfinished_bytes = STRANGER_BYTES

    def take_output(self) -> bytes:
        """Return what is to be sent, once."""
        content, self._out = b"".join(self._out), []
        return content

    def _send_status(self, message_stream: int, level: str, code: str, description: str) -> None:
        status = {"level": level, "code": code, "description": description}
        self._send(message_stream, "onStatus", 0, None, status, chunk_stream=STATUS_CHUNKS)

    def _send(self, message_stream: int, *values: Value, chunk_stream: int = COMMAND_CHUNKS) -> None:
        message = RtmpMessage(message_stream, COMMAND, 0, write_values(*values))
        self._out.append(write_message(message, chunk_stream=chunk_stream, chunk_size=self._chunk_size))

    def _send_control(self, type_id: int, payload: bytes) -> None:
        self._out.append(write_message(RtmpMessage(0, type_id, 0, payload), chunk_stream=CONTROL_CHUNKS))
