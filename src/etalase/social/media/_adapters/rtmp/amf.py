"""Values of RTMP's commands: AMF0 (Adobe, 2007) read and written, AMF3 (Adobe, 2013) read.

Encoders announce ever new things, and nearly all of it is of no use here. So a reader never fails on what it
doesn't know: it returns the values before that place. Nothing is built that is larger than what came in, and
nothing is nested deeper than `bytewise.MAX_DEPTH`.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from etalase.social.media._adapters.rtmp.amf3 import Amf3Reader
from etalase.social.media._adapters.rtmp.bytewise import Bytewise, UnreadableBytes

OBJECT_END = 0x09
AMF3_FOLLOWS = 0x11

Value = Any
"""None, a bool, a float, a str, a dict or a list of such."""


def read_values(content: bytes) -> list[Value]:
    """Return the values of a command, up to the first that can't be read."""
    reader = Amf0Reader(content)
    values: list[Value] = []
    while not reader.source.is_empty:
        try:
            values.append(reader.read())
        except UnreadableBytes:
            break
    return values


class Amf0Reader:
    """Reads one value after the other. Raises Unreadable."""

    def __init__(self, content: bytes) -> None:
        self.source = Bytewise(content)
        self._amf3 = Amf3Reader(self.source)
        self._kinds: dict[int, Callable[[int], Value]] = {
            0x00: lambda _: self.source.read_double(),
            0x01: lambda _: self.source.read_byte() != 0,
            0x02: lambda _: self._read_text(2),
            0x03: self._read_object,
            0x05: lambda _: None,
            0x06: lambda _: None,  # undefined
            0x07: lambda _: self.source.skip(2),  # a reference to what was read before: of no use here
            0x08: self._read_named_array,
            0x0A: self._read_array,
            0x0B: lambda _: self._read_date(),
            0x0C: lambda _: self._read_text(4),
            0x0D: lambda _: None,  # unsupported
            0x0F: lambda _: self._read_text(4),  # XML
            0x10: self._read_typed_object,
            AMF3_FOLLOWS: self._amf3.read_first,
        }

    def read(self, depth: int = 0) -> Value:
        """Return the next value."""
        read = self._kinds.get(self.source.begin_value(depth))
        if read is None:
            raise UnreadableBytes
        return read(depth + 1)

    def _read_text(self, width: int) -> str:
        return self.source.read_text(self.source.read_number(width))

    def _read_date(self) -> float:
        milliseconds = self.source.read_double()
        self.source.skip(2)  # a time zone that is always 0
        return milliseconds

    def _read_object(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while True:
            name = self._read_text(2)
            if not name and self.source.peek_byte() == OBJECT_END:
                self.source.skip(1)
                return found
            found[name] = self.read(depth)

    def _read_named_array(self, depth: int) -> dict[str, Value]:
        self.source.skip(4)  # how many there are, which encoders get wrong
        return self._read_object(depth)

    def _read_typed_object(self, depth: int) -> dict[str, Value]:
        self._read_text(2)  # its class
        return self._read_object(depth)

    def _read_array(self, depth: int) -> list[Value]:
        count = self.source.read_number(4)
        self.source.require(count)  # each is a byte at least
        return [self.read(depth) for _ in range(count)]


def write_values(*values: Value) -> bytes:
    """Return the values as AMF0."""
    return b"".join(_write(value) for value in values)


def _write(value: Value) -> bytes:
    if value is None:
        return b"\x05"
    if isinstance(value, bool):
        return b"\x01" + bytes([value])
    if isinstance(value, int | float):
        return b"\x00" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\x02" + _named(value)
    if isinstance(value, Mapping):
        pairs = b"".join(_named(name) + _write(part) for name, part in value.items())
        return b"\x03" + pairs + b"\x00\x00\x09"
    if isinstance(value, Sequence):
        return b"\x0a" + len(value).to_bytes(4, "big") + write_values(*value)
    raise TypeError(f"AMF has no {type(value)}")


def _named(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded
