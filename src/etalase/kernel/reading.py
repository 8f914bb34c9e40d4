"""The one reader of JSON and the one reader of numbers that come from outside, whoever sent them and however.

What can't be read is `Unreadable`, also where it is nested so deeply that the interpreter gives up. Numbers
in addresses, headers and frames have a bound: Python itself refuses to read one of more than 4300 digits.
"""

from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

MAX_DIGITS = 15
"""What JavaScript's numbers hold exactly, and a bigint with room to spare."""


class Unreadable(ValueError):
    """It is not the JSON that is wanted here. `why` tells for whoever sent it, and belongs in no log."""

    def __init__(self, why: str = "") -> None:
        super().__init__("not the JSON that is wanted here")
        self.why = why[:200]


class JsonReader(Generic[T]):
    """Reads JSON as one type; made once and used for each message."""

    def __init__(self, kind: Any) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)

    def read(self, text: bytes | str) -> T:
        """Return what the text says. Raises Unreadable."""
        try:
            return self._decoder.decode(text)
        except RecursionError:
            raise Unreadable("nested too deeply") from None
        except (msgspec.MsgspecError, ValueError) as error:
            raise Unreadable(str(error)) from None


def read_json(text: bytes | str, kind: type[T]) -> T:
    """Return what the text says, as this type. Raises Unreadable."""
    return JsonReader[T](kind).read(text)


def read_number(text: str, *, max_digits: int = MAX_DIGITS) -> int | None:
    """Return a number written in plain digits; None for anything else, and for more digits than that."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= max_digits else None
