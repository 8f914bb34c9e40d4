"""Which names look alike on a screen, so that nobody passes for another. No I/O."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

import regex
from confusable_homoglyphs import confusables

_HIDDEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u0300-\u036f]")
_SAID = regex.compile(r"[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]")
_LETTER_IN_DRESS = re.compile(
    r"(?:LATIN LETTER SMALL CAPITAL|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER) ([A-Z])"
)
"""Letters that TR 39 leaves out, for they are no part of any word: they are used for looks."""
_ONE_STROKE = str.maketrans("i", "l")
"""I is l's double, and i's capital: whoever shouts a name may write either."""


def look_alike(name: str, other: str) -> bool:
    """Tell whether people would take one name for the other.

    The skeletons of Unicode TR 39, section 4, compared without regard to case, accents, spaces and signs.
    """
    return skeleton(name) == skeleton(other)


@lru_cache(maxsize=4096)  # 27 µs each, and a shop's few names are compared with at every line
def skeleton(name: str) -> str:
    """Return what is left of a name when all that looks alike is written alike; never to be shown."""
    bare = "".join(map(_undressed, name))
    drawn = _drawn(_HIDDEN.sub("", unicodedata.normalize("NFKD", bare)))
    folded = _drawn(unicodedata.normalize("NFD", drawn.casefold())).translate(_ONE_STROKE)
    return "".join(_SAID.findall(folded)) or folded.strip()


def _undressed(sign: str) -> str:
    found = None if sign.isascii() else _LETTER_IN_DRESS.fullmatch(unicodedata.name(sign, ""))
    return found[1] if found else sign


def _drawn(text: str) -> str:
    """Write each sign by the prototype of those that it can be confused with."""
    table = _prototypes()
    return "".join(table.get(sign, sign) for sign in text)


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
