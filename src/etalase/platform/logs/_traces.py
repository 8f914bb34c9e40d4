"""What may be said of an exception and of a value: enough to find the fault, and nothing that somebody sent.

Local variables are never told. An exception's own words are told where they speak of code, as the
interpreter's and our own do; a parser's or a driver's words repeat what it was given, so of those only the
kind is told. Everything is bounded. Taking things down here is cheap and is done where they happen; making
text of them is left to the log's thread.
"""

import linecache
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from reprlib import Repr
from types import TracebackType
from uuid import UUID

from etalase.kernel.errors import Refusal

Plain = str | int | float | bool | None

MAX_CHARS = 400
FIRST_FRAMES, LAST_FRAMES, OUR_FRAMES = 4, 24, 12
OURS = "/etalase/"
MAX_LINKED = 4
MAX_BITS = 128
SPEAK_OF_CODE = frozenset(
    {
        TypeError,
        AttributeError,
        NameError,
        UnboundLocalError,
        ImportError,
        ModuleNotFoundError,
        RecursionError,
    }
    | {ZeroDivisionError, NotImplementedError, StopIteration}
)
SECRET_NAME = re.compile(r"passw|secret|token|cookie|authorization|credential|csrf|signature", re.IGNORECASE)
CONTROLS = {number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0))} | {
    number: f"\\u{number:04x}" for number in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}

_shortener = Repr()
_shortener.maxlevel = 3
_shortener.maxstring = _shortener.maxother = _shortener.maxlong = 80

Frame = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """An exception as it was when it was taken down, without a hold on what it held."""

    message: str
    frames: tuple[Frame, ...]
    skipped: int
    before: "tuple[str, Trace] | None"
    inside: "tuple[Trace, ...]"

    @property
    def site(self) -> tuple[object, ...]:
        """Return what two occurrences of one fault have alike."""
        return (self.message.partition(":")[0], self.frames, tuple(trace.site for trace in self.inside))


def describe(error: BaseException) -> str:
    """Return an exception in one line."""
    words = _words(error)
    kind = type(error).__name__
    return shorten(f"{kind}: {words}" if words else kind)


def _words(error: BaseException) -> str:
    if isinstance(error, Refusal):
        return error.code
    if isinstance(error, BaseExceptionGroup):
        return f"{len(error.exceptions)} in it"
    if isinstance(error, UnicodeError | ValueError):  # they tell what could not be read
        return ""
    if type(error).__module__.partition(".")[0] == "etalase" or type(error) in SPEAK_OF_CODE:
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or ""
    return ""


def take_down(error: BaseException, depth: int = 0) -> Trace:
    """Return what will be told of an exception and of those behind and inside it."""
    frames, skipped = _frames_of(error.__traceback__)
    before = None
    if depth < MAX_LINKED:
        if error.__cause__ is not None:
            before = ("The cause of this", take_down(error.__cause__, depth + 1))
        elif error.__context__ is not None and not error.__suppress_context__:
            before = ("While this was handled", take_down(error.__context__, depth + 1))
    inside = error.exceptions[:MAX_LINKED] if isinstance(error, BaseExceptionGroup) else ()
    within = tuple(take_down(member, depth + 1) for member in inside) if depth < MAX_LINKED else ()
    return Trace(describe(error), frames, skipped, before, within)


def _frames_of(traceback: TracebackType | None) -> tuple[tuple[Frame, ...], int]:
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append((code.co_filename, traceback.tb_lineno or 0, code.co_name))
        traceback = traceback.tb_next
    between = frames[FIRST_FRAMES:-LAST_FRAMES]
    ours = [frame for frame in between if OURS in frame[0]][-OUR_FRAMES:]
    skipped = len(between) - len(ours)
    kept = frames[:FIRST_FRAMES] + ours + frames[-LAST_FRAMES:] if skipped else frames
    return tuple(kept), skipped


def write_out(trace: Trace) -> str:
    """Return a traceback in Python's own form, bounded, with lines of code and without values."""
    return "\n".join(_lines_of(trace))


def _lines_of(trace: Trace, indent: str = "") -> Iterator[str]:
    if trace.before is not None:
        how, earlier = trace.before
        yield from _lines_of(earlier, indent)
        yield f"{indent}{how}:"
    yield f"{indent}Traceback (most recent call last):"
    for place, (path, number, name) in enumerate(trace.frames):
        if trace.skipped and place == FIRST_FRAMES:
            yield f"{indent}  ... and {trace.skipped} more ..."
        yield f'{indent}  File "{path}", line {number}, in {name}'
        if code := linecache.getline(path, number).strip():
            yield f"{indent}    {shorten(code, 160)}"
    yield f"{indent}{trace.message}"
    for member in trace.inside:
        yield from _lines_of(member, f"{indent}  | ")


def shorten(text: str, limit: int = MAX_CHARS) -> str:
    """Return a text that fits, on one line, and commands no terminal."""
    if len(text) > limit:
        text = f"{text[:limit]}... ({len(text)} characters)"
    return text.translate(CONTROLS)


def plain(name: str, value: object) -> Plain:
    """Return a value as the log keeps it; what is called a secret is not kept."""
    if value is None or isinstance(value, bool | float):
        return value
    if SECRET_NAME.search(name):
        return "(not told)"
    if isinstance(value, int):
        return value if value.bit_length() <= MAX_BITS else "(a large number)"
    return describe(value) if isinstance(value, BaseException) else shorten(_text_of(value))


def _text_of(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"({len(value)} bytes)"
    if isinstance(value, str | UUID | Path | Decimal | Fraction | date | timedelta | Enum):
        return str(value)
    return _shortener.repr(value)
