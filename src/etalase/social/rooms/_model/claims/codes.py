"""Where a line names an offer by its code, and what it then says besides. No I/O."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from re import Pattern

from etalase.social.rooms._model.claims.tokens import fold
from etalase.social.rooms._model.offers import OfferCard

_NUMBER = re.compile(r"[0-9]+")
_PARTS = re.compile(r"([a-z]+)([0-9]+)")
_UNKNOWN = re.compile(r"(?<![a-z0-9])([a-z]{1,2})[\s.-]?\d{1,3}(?![0-9a-z])")
_LOOKS = {"0": "[0o]", "1": "[1il|]"}
_MARK = r"(?:\b(?:no|nomor|nomer|kode|code|number|item|num)\b[\s.:#]{0,2}|#\s?)"


@dataclass(frozen=True, slots=True)
class Named:
    """The offers that a line names, and the line without their codes; `is_sure` where they are exact."""

    cards: tuple[OfferCard, ...]
    rest: str
    is_sure: bool = True
    is_strange: bool = False
    """It names a code like those of the tray that is none of them."""


def find_codes(folded: str, tray: Iterable[OfferCard]) -> Named:
    """Return which offers the line names. Of two codes that begin at one place, the longer counts."""
    coded = [(card, fold(card.code).strip()) for card in tray if card.code.strip()]
    for is_sure, pattern_of in ((True, _exact), (False, _loose)):
        spots = [
            (found.start(), -len(found[0]), found.end(), card)
            for card, code in coded
            for found in pattern_of(code).finditer(folded)
        ]
        chosen, rest = _choose(sorted(spots, key=lambda spot: spot[:3]), folded)
        if chosen:
            return Named(tuple(chosen), rest, is_sure)
    prefixes = {parts[1] for _, code in coded if (parts := _PARTS.fullmatch(code))}
    strange = [found for found in _UNKNOWN.finditer(folded) if found[1] in prefixes]
    return Named((), _UNKNOWN.sub(" ", folded) if strange else folded, is_strange=bool(strange))


def _choose(spots: list[tuple[int, int, int, OfferCard]], folded: str) -> tuple[list[OfferCard], str]:
    """Return the offers of spots that don't overlap, each once; offers of one spot are all of them."""
    chosen: list[OfferCard] = []
    rest, end, last = "", 0, (-1, -1)
    for start, _, stop, card in spots:
        if start < end and (start, stop) != last:
            continue
        if card not in chosen:
            chosen.append(card)
        rest += folded[end:start] + " "
        end, last = max(end, stop), (start, stop)
    return chosen, rest + folded[end:]


@lru_cache(maxsize=2048)
def _exact(code: str) -> Pattern[str]:
    if _NUMBER.fullmatch(code):
        return re.compile(rf"(?<![a-z0-9]){_MARK}0{{0,2}}{code}(?![0-9])")
    parts = _PARTS.fullmatch(code)
    if parts is None:
        return re.compile(rf"(?:{_MARK})?(?<![a-z0-9]){re.escape(code)}(?![a-z0-9])")
    return re.compile(rf"(?:{_MARK})?(?<![a-z0-9]){parts[1]}[.\-_#/]?0{{0,2}}{parts[2]}(?![0-9])")


@lru_cache(maxsize=2048)
def _loose(code: str) -> Pattern[str]:
    """Match what people write for the code: a space in it, o for 0, l or i for 1."""
    parts = _PARTS.fullmatch(code)
    if parts is None:
        return re.compile(r"(?!)")
    digits = "".join(_LOOKS.get(digit, digit) for digit in parts[2])
    return re.compile(rf"(?:{_MARK})?(?<![a-z0-9]){parts[1]}[\s.\-_#/]{{0,2}}{digits}(?![0-9a-z])")
