"""Which names look alike on a screen, so that nobody passes for another. No I/O."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

import regex
from confusable_homoglyphs import confusables

_HIDDEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u0300-\u036f]")
_SIGNS = regex.compile(r"[\N{REGISTERED SIGN}\N{TRADE MARK SIGN}\N{COPYRIGHT SIGN}\N{SERVICE MARK}]")
_FLAG = regex.compile(r"\p{Regional_Indicator}{2}")
_SAID = regex.compile(r"[\p{L}\p{N}\p{M}]")
_DRAWN = regex.compile(r"\p{Extended_Pictographic}")
"""All that a name of pictures has; beside letters they adorn: "Melati Kids \N{WHITE HEAVY CHECK MARK}"."""
_LETTER_IN_DRESS = re.compile(
    r"(?:LATIN LETTER SMALL CAPITAL|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER"
    r"|REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])"
)
"""Letters that TR 39 leaves out, for they are no part of any word: they are used for looks."""
_ONE_STROKE = str.maketrans("i", "l")
"""I is l's double, and i's capital: whoever shouts a name may write either."""


def look_alike(name: str, other: str) -> bool:
    """Tell whether people would take one name for the other.

    The skeletons of Unicode TR 39, section 4, compared without regard to case, accents and strokes, spaces,
    signs, and pictures beside letters.
    """
    return skeleton(name) == skeleton(other)


@lru_cache(maxsize=4096)  # 27 µs each, and a shop's few names are compared with at every line
def skeleton(name: str) -> str:
    """Return what is left of a name when all that looks alike is written alike; never to be shown."""
    bare = "".join(map(_undressed, _SIGNS.sub("", _FLAG.sub("", name) or name)))
    drawn = _drawn(unicodedata.normalize("NFKD", bare))
    folded = _drawn(unicodedata.normalize("NFD", drawn.casefold())).casefold().translate(_ONE_STROKE)
    return "".join(_SAID.findall(folded)) or "".join(_DRAWN.findall(folded)) or folded.strip()


def _undressed(sign: str) -> str:
    found = None if sign.isascii() else _LETTER_IN_DRESS.fullmatch(unicodedata.name(sign, ""))
    return found[1] if found else sign


def _drawn(text: str) -> str:
    """Write each sign by the prototype of those that it can be confused with, without marks and strokes."""
    return _HIDDEN.sub("", "".join(map(_prototype, _HIDDEN.sub("", text))))


@lru_cache(maxsize=4096)
def _prototype(sign: str) -> str:
    """Return a sign's prototype: its own where that is plain letters, or else its capital's.

    A small Cyrillic \N{CYRILLIC SMALL LETTER EM} resembles only a small capital, but its capital is an M.
    """
    table = _prototypes()
    own, of_capital = (_HIDDEN.sub("", table.get(one, one)) for one in (sign, sign.upper()))
    return own if own.isascii() or not of_capital.isascii() else of_capital


@cache
def _prototypes() -> Mapping[str, str]:
    """Return Unicode's confusables.txt as sign -> prototype.

    The package lists each sign with all that it can be confused with: a prototype with its whole class, any
    other sign with its prototype only. Of two that name each other, the one that sorts first stands for both.
    """
    known: Mapping[str, list[dict[str, str]]] = confusables.confusables_data
    table: dict[str, str] = {}
    for sign, others in known.items():
        prototype = others[0]["c"].strip("\u200e")
        mutual = len(known.get(prototype, ())) == 1
        if len(sign) == 1 and len(others) == 1 and not (mutual and sign < prototype):
            table[sign] = prototype
    return table
