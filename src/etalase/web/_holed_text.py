"""A rendered text with holes that are filled for each reader, and compressed once for all of them.

The parts between holes are deflated each by itself: none refers to what stands before it (Z_FULL_FLUSH of
zlib), so a hole's filling goes between them as a stored block (RFC 1951, section 3.2.4), and all of it is one
gzip member (RFC 1952). A filling is a secret of its reader; as it is never compressed, no length says what it
is like.
"""

import re
import zlib
from collections.abc import Mapping
from functools import cached_property
from secrets import token_hex

LEVEL = 6
MAX_FILLING_BYTES = 0xFFFF
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
_KEY = token_hex(16)
_HOLE = re.compile(rf"{_KEY}-([a-z_]+);")


def hole(name: str) -> str:
    """Return what marks a hole of this name in a text: nobody outside of this process can write it."""
    return f"{_KEY}-{name};"


class HoledText:
    """A text, and the names of what fills its holes."""

    def __init__(self, text: str) -> None:
        pieces = _HOLE.split(text)
        self._parts = [part.encode() for part in pieces[::2]]
        self._names = pieces[1::2]

    def fill(self, fillings: Mapping[str, str]) -> bytes:
        """Return the text with its holes filled."""
        return b"".join(_in_turn(self._parts, [fillings[name].encode() for name in self._names]))

    def fill_zipped(self, fillings: Mapping[str, str]) -> bytes:
        """Return the same as one gzip member. No filling is longer than `MAX_FILLING_BYTES`."""
        filled = [fillings[name].encode() for name in self._names]
        body = b"".join(_in_turn(self._deflated, [_stored(filling) for filling in filled]))
        check = length = 0
        for piece in _in_turn(self._parts, filled):
            check = zlib.crc32(piece, check)
            length += len(piece)
        return _HEAD + body + check.to_bytes(4, "little") + (length & 0xFFFFFFFF).to_bytes(4, "little")

    @cached_property
    def _deflated(self) -> list[bytes]:
        compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        *before, last = self._parts
        deflated = [compressor.compress(part) + compressor.flush(zlib.Z_FULL_FLUSH) for part in before]
        return [*deflated, compressor.compress(last) + compressor.flush(zlib.Z_FINISH)]


def _in_turn(parts: list[bytes], fillings: list[bytes]) -> list[bytes]:
    turns = [b""] * (len(parts) + len(fillings))
    turns[::2], turns[1::2] = parts, fillings
    return turns


def _stored(filling: bytes) -> bytes:
    size = len(filling)
    return b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + filling
