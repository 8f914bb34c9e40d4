"""What an offer's variants are called in a line: labels, their words, other names for them. No I/O."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from etalase.social.rooms._model.claims import words
from etalase.social.rooms._model.claims.tokens import Kind, fold, is_near, split, squeeze
from etalase.social.rooms._model.offers import OfferCard

FUZZY_FROM = 4
"""Shorter words are too near to others for a slip of the finger to be told."""
MAX_PHRASE = 3
_NUMBER = re.compile(r"[0-9]+")
ITS = "nya"
"""What Indonesian hangs on a noun: "merahnya" is the red one."""
Variants = frozenset[UUID]
Key = TypeVar("Key")
NONE: Variants = frozenset()


@dataclass(frozen=True)
class Lexicon:
    """What the words of an offer mean: `title` nothing more than the offer; `exact` which variants fit by a
    value's whole name, `other` by another word for it, `partial` by one word of several.
    """

    variants: tuple[UUID, ...]
    exact: dict[tuple[str, ...], Variants]
    other: dict[str, Variants]
    partial: dict[str, Variants]
    title: frozenset[str]

    def find(self, phrase: tuple[str, ...]) -> Variants:
        """Return the variants that a phrase fits; none where it says nothing of them."""
        if found := self.exact.get(phrase, NONE):
            return found
        if len(phrase) > 1 and any(_NUMBER.fullmatch(word) for word in phrase):
            return NONE  # "abu 2" is no abu-abu, but two of them
        joined = "".join(phrase)
        name = name_of(joined)
        found = self.exact.get((joined,)) or self.other.get(name) or NONE
        if found or len(phrase) > 1:
            return found
        found = self.partial.get(joined) or self.partial.get(name) or NONE
        return found or (self.find((joined[: -len(ITS)],)) if joined[len(ITS) :].endswith(ITS) else NONE)

    def find_near(self, word: str) -> Variants | None:
        """Return the variants that a misspelt word fits; None where two names are as near."""
        if len(word) < FUZZY_FROM:
            return NONE
        names = {name for (name, *more) in self.exact if not more} | set(self.partial) | set(self.other)
        known = names | {alias for alias, name in words.ALIASES.items() if name in names}
        short = squeeze(word)
        near = {
            name if (name,) in self.exact else name_of(name)
            for name in known
            if len(name) >= FUZZY_FROM - 1 and (is_near(word, name) or short == squeeze(name))
        }
        fits = {self.find((name,)) for name in near}
        return fits.pop() if len(fits) == 1 else (None if fits else NONE)


def name_of(word: str) -> str:
    """Return the word that stands for all that mean the same."""
    return words.ALIASES.get(word, word)


def lexicon_of(card: OfferCard) -> Lexicon:
    """Return the names of an offer's variants."""
    return _lexicon(card.title, tuple((variant.variant_id, variant.label) for variant in card.variants))


@lru_cache(maxsize=512)
def _lexicon(title: str, labels: tuple[tuple[UUID, str], ...]) -> Lexicon:
    exact: dict[tuple[str, ...], set[UUID]] = {}
    other: dict[str, set[UUID]] = {}
    partial: dict[str, set[UUID]] = {}
    for variant_id, label in labels:
        for value in label.split("\u00b7"):
            phrase = _phrase(value)
            if not phrase:
                continue
            exact.setdefault(phrase, set()).add(variant_id)
            other.setdefault(name_of("".join(phrase)), set()).add(variant_id)
            for word in phrase if len(phrase) > 1 else ():
                partial.setdefault(name_of(word), set()).add(variant_id)
    return Lexicon(
        tuple(variant_id for variant_id, _ in labels),
        _frozen(exact),
        _frozen(other),
        _frozen(partial),
        frozenset(token.text for token in split(fold(title)) if token.kind is Kind.WORD),
    )


def _phrase(value: str) -> tuple[str, ...]:
    """Return a value's words, without what its number counts: "4-5 th" is "4-5"."""
    tokens = [token for token in split(fold(value)) if token.kind is not Kind.QUESTION]
    if any(token.kind in {Kind.NUMBER, Kind.RANGE} for token in tokens):
        tokens = [token for token in tokens if token.text not in words.AGES]
    return tuple(token.text for token in tokens)


def _frozen(sets: dict[Key, set[UUID]]) -> dict[Key, Variants]:
    return {key: frozenset(ids) for key, ids in sets.items()}


def union(sets: Iterable[Variants]) -> Variants:
    """Return all variants of the sets."""
    return frozenset[UUID]().union(*sets)
