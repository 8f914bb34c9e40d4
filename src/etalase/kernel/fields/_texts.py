"""Texts as people type and paste them: what is cleaned, what is refused, how long one is. No words, no I/O.

Refused is what nobody types and what deceives: controls, halves of a character, overrides of direction,
banners of marks, and texts in which there is nothing to see. Cleaned away is what shows nothing by itself.
"""

import re
import unicodedata
from collections.abc import Iterator

import regex

CODE_POINTS_PER_GRAPHEME = 12
"""The longest emoji in use, two people with skin tones, has ten."""
MAX_MARKS = 5
"""Marks in a row. Vietnamese has 2, Thai 3, Tibetan and pointed Hebrew 4; noise has dozens."""

_POISON = regex.compile(
    r"[[\p{Cc}--[\t\n\v\f\r\x85]]\p{Cs}\p{Noncharacter_Code_Point}\u202d\u202e\ufff9-\ufffd]", regex.V1
)
_MARKS = regex.compile(rf"\p{{M}}{{{MAX_MARKS + 1}}}")
_VISIBLE = regex.compile(
    r"[[\p{L}\p{N}\p{P}\p{S}\p{Extended_Pictographic}]"
    r"--\p{Default_Ignorable_Code_Point}--[\u2800\U0001d159]]",
    regex.V1,
)
_SHAPING = r"\u034f\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Joiners and variation selectors: Javanese, Arabic and emoji need them."""
_UNSEEN = regex.compile(
    r"(\U0001f3f4[\U000e0020-\U000e007f]+)|"  # a flag of a region, which is spelled in tags
    rf"[[\p{{Default_Ignorable_Code_Point}}\p{{Co}}\u061c\u200e\u200f\u2800\U0001d159]--[{_SHAPING}]]",
    regex.V1,
)
_IDLE = regex.compile(
    r"(?:(?<=^|[\p{Latin}\p{Greek}\p{Cyrillic}\p{Z}\t\n\u0300-\u036f]|[\p{P}--\p{Emoji}])"
    rf"|(?<=[0-9#*])(?!\ufe0f?\u20e3))[{_SHAPING}]+",
    regex.V1,
)
"""The same behind letters that don't join, where they show nothing but make another text of it."""
_GRAPHEME = regex.compile(r"\X")
_MANY_BLANK_LINES = re.compile(r"\n{3,}")


def is_poisoned(text: str) -> bool:
    """Tell whether the text holds what nobody types: to be refused, never stored and never shown."""
    return not _is_plain(text) and _POISON.search(text) is not None


def is_readable(text: str) -> bool:
    """Tell whether a text can be taken: nothing in it deceives, and if it is there, it can be seen."""
    if _is_plain(text):
        return True
    if is_poisoned(text) or _MARKS.search(text):
        return False
    return not text.strip() or _VISIBLE.search(text) is not None


def one_line(text: str) -> str:
    """Return the text composed (NFC), its white space folded to single spaces, without unseen marks."""
    return " ".join((text if text.isascii() else _seen(text)).split())


def _seen(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    seen = _IDLE.sub("", _UNSEEN.sub(r"\1", composed))
    return seen if seen == composed else unicodedata.normalize("NFC", seen)


def paragraphs(text: str) -> str:
    """Return the text as `one_line` does, but keep line breaks, at most one blank line in a row."""
    return _MANY_BLANK_LINES.sub("\n\n", "\n".join(map(one_line, text.splitlines()))).strip()


def _is_plain(text: str) -> bool:
    """Tell at once of the usual text that nothing is wrong with it."""
    return text.isascii() and text.isprintable()


def length(text: str) -> int:
    """Return how many letters, as people count them, the text has: extended grapheme clusters (UAX 29).

    What is longer than any letter in use, such as thirty joined faces, is shown as so many and counts so.
    """
    sizes = (len(found[0]) for found in _GRAPHEME.finditer(text))
    return sum(1 if size <= CODE_POINTS_PER_GRAPHEME else size for size in sizes)


def is_longer(text: str, maximum: int) -> bool:
    """Tell whether the text has more letters than that, or hides too much behind them."""
    if len(text) <= maximum:
        return False
    return len(text) > maximum * CODE_POINTS_PER_GRAPHEME or length(text) > maximum


def poisoned_paths(value: object, path: str = "") -> Iterator[str]:
    """Yield where in a decoded document a poisoned text stands, or a poisoned name: `variants.0.size`."""
    waiting = [(value, path)]
    while waiting:  # not by recursion: strangers choose the depth
        one, where = waiting.pop()
        if isinstance(one, str):
            if is_poisoned(one):
                yield where
        elif isinstance(one, dict):
            for name, inner in one.items():
                if is_poisoned(str(name)):
                    yield where
                else:
                    waiting.append((inner, f"{where}.{name}" if where else str(name)))
        elif isinstance(one, list | tuple):
            waiting.extend(
                (inner, f"{where}.{place}" if where else str(place)) for place, inner in enumerate(one)
            )
