"""Builders of what an RTMP encoder sends, written down by the standard and not by the house's own writer."""

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import dataclass

NULL, UNDEFINED, UNSUPPORTED = b"\x05", b"\x06", b"\x0d"
OBJECT_END = b"\x00\x00\x09"
HANDSHAKE = b"\x03" + bytes(1536) + bytes(1536)
COMMAND, COMMAND_AMF3 = 20, 17


def text(value: str) -> bytes:
    """Return an AMF0 string."""
    return b"\x02" + name(value)


def name(value: str) -> bytes:
    """Return the name of an object's property."""
    return len(value.encode()).to_bytes(2, "big") + value.encode()


def number(value: float) -> bytes:
    """Return an AMF0 number."""
    return b"\x00" + struct.pack(">d", value)


def an_object(**values: bytes) -> bytes:
    """Return an AMF0 object of values that are AMF0 already."""
    return b"\x03" + b"".join(name(key) + value for key, value in values.items()) + OBJECT_END


def basic(form: int, stream: int) -> bytes:
    """Return a chunk's basic header."""
    if stream < 64:
        return bytes([form << 6 | stream])
    if stream < 320:
        return bytes([form << 6, stream - 64])
    return bytes([form << 6 | 1]) + (stream - 64).to_bytes(2, "little")


def written(
    stream: int, type_id: int, timestamp: int, payload: bytes, *, message_stream: int = 1, chunk: int = 128
) -> bytes:
    """Return a message with a full header, cut into chunks."""
    stated = min(timestamp, 0xFFFFFF)
    more = timestamp.to_bytes(4, "big") if stated == 0xFFFFFF else b""
    header = stated.to_bytes(3, "big") + len(payload).to_bytes(3, "big") + bytes([type_id])
    pieces = [payload[start : start + chunk] for start in range(0, len(payload), chunk)] or [b""]
    first = basic(0, stream) + header + message_stream.to_bytes(4, "little") + more + pieces[0]
    return first + b"".join(basic(3, stream) + more + piece for piece in pieces[1:])


def call(*values: bytes, message_stream: int = 0, type_id: int = COMMAND) -> bytes:
    """Return a command."""
    return written(3, type_id, 0, b"".join(values), message_stream=message_stream)


def connect(**more: bytes) -> bytes:
    """Return the first command."""
    return call(text("connect"), number(1), an_object(app=text("live"), **more))


CREATE_STREAM = call(text("createStream"), number(2), NULL)


def publish(key: str, *, message_stream: int = 1, kind: Sequence[bytes] = (text("live"),)) -> bytes:
    """Return the request to broadcast."""
    return call(text("publish"), number(3), NULL, text(key), *kind, message_stream=message_stream)


def picture(timestamp: int, body: bytes = b"\x17\x01\x00\x00\x00x", *, message_stream: int = 1) -> bytes:
    """Return a message of the picture."""
    return written(6, 9, timestamp, body, message_stream=message_stream)


@dataclass(frozen=True)
class Said:
    """A message of the server."""

    chunk_stream: int
    message_stream: int
    type_id: int
    payload: bytes


def read_strictly(content: bytes, *, size: int = 128) -> list[Said]:
    """Return what a server said, as a client hears it that forgives nothing."""
    found: list[Said] = []
    place = 0
    while place < len(content):
        form, stream = content[place] >> 6, content[place] & 0x3F
        assert form == 0, "a header that leans on the one before it"
        length = int.from_bytes(content[place + 4 : place + 7], "big")
        type_id = content[place + 7]
        message_stream = int.from_bytes(content[place + 8 : place + 12], "little")
        payload, place = b"", place + 12
        while len(payload) < length:
            if payload:
                assert content[place] == 0xC0 | stream
                place += 1
            piece = content[place : place + min(size, length - len(payload))]
            payload, place = payload + piece, place + len(piece)
        if type_id == 1:
            size = int.from_bytes(payload, "big")
        found.append(Said(stream, message_stream, type_id, payload))
    return found


async def shake_hands(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection after the handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HANDSHAKE[:1537])
    answer = await reader.readexactly(1 + 2 * 1536)
    assert answer[:1] == b"\x03"
    writer.write(answer[1:1537])
    return reader, writer
