"""Values as ActionScript 3 writes them (Adobe, AMF 3, 2013): read, so that what follows is found.

Some encoders ask for AMF3 and then say one value or another of a command in it. Objects that write themselves
(externalizable) have no length, so whatever follows one is unreadable.
"""

from collections.abc import Callable
from typing import Any

from etalase.social.media._adapters.rtmp.bytewise import Bytewise, UnreadableBytes

MAX_TRAITS = 256
VECTOR_ITEM_BYTES = {0x0D: 4, 0x0E: 4, 0x0F: 8}
EXTERNALIZABLE, DYNAMIC = 0b100, 0b1000
Traits = tuple[tuple[str, ...], bool]


class Amf3Reader:
    """Reads one value and what it refers to. Raises Unreadable."""

    def __init__(self, source: Bytewise) -> None:
        self._source = source
        self._texts: list[str] = []
        self._traits: list[Traits] = []
        self._kinds: dict[int, Callable[[int], Any]] = {
            0x00: lambda _: None,  # undefined
            0x01: lambda _: None,
            0x02: lambda _: False,
            0x03: lambda _: True,
            0x04: lambda _: self._read_integer(),
            0x05: lambda _: source.read_double(),
            0x06: lambda _: self._read_text(),
            0x07: lambda _: self._read_bytes().decode("utf-8", "replace"),  # XML
            0x08: lambda _: self._read_date(),
            0x09: self._read_array,
            0x0A: self._read_object,
            0x0B: lambda _: self._read_bytes().decode("utf-8", "replace"),  # XML
            0x0C: lambda _: self._read_bytes(),
            0x10: self._read_object_vector,
            0x11: self._read_dictionary,
            **{kind: self._vector_reader(size) for kind, size in VECTOR_ITEM_BYTES.items()},
        }

    def read_first(self, depth: int) -> Any:
        """Return a value that stands among those of AMF0: its references begin anew."""
        self._texts.clear()
        self._traits.clear()
        return self.read(depth)

    def read(self, depth: int) -> Any:
        """Return the next value; a reference to an earlier one is None."""
        read = self._kinds.get(self._source.begin_value(depth))
        if read is None:
            raise UnreadableBytes
        return read(depth + 1)

    def _read_u29(self) -> int:
        """Read a number of up to 29 bits (section 1.3.1): seven to a byte, eight in the fourth."""
        value = 0
        for _ in range(3):
            byte = self._source.read_byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:  # noqa: PLR2004  # the bit that says "goes on"
                return value
        return value << 8 | self._source.read_byte()

    def _read_integer(self) -> float:
        value = self._read_u29()
        return float(value - (1 << 29) if value >> 28 else value)

    def _read_length(self) -> int | None:
        """Return how much follows; None for a reference."""
        head = self._read_u29()
        return head >> 1 if head & 1 else None

    def _read_text(self) -> str:
        head = self._read_u29()
        if not head & 1:
            if head >> 1 >= len(self._texts):
                raise UnreadableBytes
            return self._texts[head >> 1]
        text = self._source.read_text(head >> 1)
        if text:
            self._texts.append(text)
        return text

    def _read_bytes(self) -> bytes:
        return self._source.read(self._read_length() or 0)

    def _read_date(self) -> float | None:
        return None if self._read_length() is None else self._source.read_double()

    def _read_array(self, depth: int) -> dict[str, Any] | list[Any] | None:
        count = self._read_length()
        if count is None:
            return None
        named = self._read_pairs(depth)
        self._source.require(count)  # each is a byte at least
        listed = [self.read(depth) for _ in range(count)]
        return named or listed

    def _read_pairs(self, depth: int) -> dict[str, Any]:
        found = {}
        while name := self._read_text():
            found[name] = self.read(depth)
        return found

    def _read_object(self, depth: int) -> dict[str, Any] | None:
        head = self._read_u29()
        if not head & 1:
            return None
        names, is_dynamic = self._read_traits(head >> 1)
        found = {name: self.read(depth) for name in names}
        return found | self._read_pairs(depth) if is_dynamic else found

    def _read_traits(self, head: int) -> Traits:
        """Return an object's fixed names, and whether it has others (section 3.12)."""
        if not head & 1:
            if head >> 1 >= len(self._traits):
                raise UnreadableBytes
            return self._traits[head >> 1]
        if head & EXTERNALIZABLE >> 1 or head >> 3 > MAX_TRAITS:
            raise UnreadableBytes
        self._read_text()  # its class
        traits = tuple(self._read_text() for _ in range(head >> 3)), bool(head & DYNAMIC >> 1)
        self._traits.append(traits)
        return traits

    def _vector_reader(self, item_bytes: int) -> Callable[[int], None]:
        def read(_depth: int) -> None:
            count = self._read_length()
            if count is not None:
                self._source.skip(1 + count * item_bytes)

        return read

    def _read_object_vector(self, depth: int) -> None:
        count = self._read_length()
        if count is not None:
            self._source.skip(1)
            self._read_text()
            self._source.require(count)
            for _ in range(count):
                self.read(depth)

    def _read_dictionary(self, depth: int) -> None:
        count = self._read_length()
        if count is not None:
            self._source.skip(1)
            self._source.require(2 * count)
            for _ in range(2 * count):
                self.read(depth)
