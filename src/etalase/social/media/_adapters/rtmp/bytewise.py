"""Reading numbers and texts out of bytes, never beyond their end."""

import struct

MAX_DEPTH = 16
MAX_VALUES = 2_000
"""How many values a command may have, with those inside others; encoders send some twenty."""


class UnreadableBytes(ValueError):
    """The bytes end too early, or say something that isn't known."""


class Bytewise:
    """Bytes and a place in them."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0
        self._values = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return self._place >= len(self._content)

    def begin_value(self, depth: int) -> int:
        """Return the kind of the value that begins here. Raises Unreadable where it is one too many."""
        self._values += 1
        if depth > MAX_DEPTH or self._values > MAX_VALUES:
            raise UnreadableBytes
        return self.read_byte()

    def require(self, size: int) -> None:
        """Raise Unreadable unless so many bytes are left."""
        if size > len(self._content) - self._place:
            raise UnreadableBytes

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        self.require(size)
        self._place += size
        return self._content[self._place - size : self._place]

    def skip(self, size: int) -> None:
        """Leave out the next bytes."""
        self.read(size)

    def read_number(self, size: int) -> int:
        """Return an unsigned number of so many bytes, the highest first."""
        return int.from_bytes(self.read(size), "big")

    def read_byte(self) -> int:
        """Return the next byte."""
        return self.read(1)[0]

    def peek_byte(self) -> int:
        """Return the next byte and stay before it."""
        self.require(1)
        return self._content[self._place]

    def read_double(self) -> float:
        """Return a number of 64 bits (IEEE 754)."""
        return float(struct.unpack(">d", self.read(8))[0])

    def read_text(self, size: int) -> str:
        """Return a text of so many bytes; what is no UTF-8 in it is replaced."""
        return self.read(size).decode("utf-8", "replace")
