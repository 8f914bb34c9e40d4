"""A line of the chat as tokens: folded, without ornament, each with what kind of thing it is. No I/O."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_TOKENS = 20
"""A line with more says something else than what it wants."""

_PHONE = re.compile(r"(?<!\d)(?:\+?62|0)8[\d-]{7,14}(?!\d)")
_HIDDEN = re.compile("[\u0300-\u036f\u200b-\u200f\u2060\ufe0e\ufe0f\u20e3]")
_LETTER_SIGN = re.compile(r"(?:NEGATIVE )?(?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])")
_TOKEN = re.compile(
    r"(?P<range>(?<!\d)\d{1,3}\s?[-/~]\s?\d{1,3}(?!\d))"
    r"|(?P<price>\brp\.?\s?\d[\d.,]*|(?<!\d)\d{1,3}(?:[.,]\d{3})+|(?<!\d)\d+(?:[.,]\d+)?\s?(?:rb|ribu|k|jt|juta)\b)"
    r"|(?P<size>(?<!\d)\d{1,2}\s?xl\b)"
    r"|(?P<count>(?<!\w)[x*+]\s?\d{1,3}(?!\d)|(?<!\d)\d{1,3}\s?x(?!\w))"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d_]+(?:['\u2019.-](?=[^\W\d_])[^\W\d_]+)*(?:2(?:nya)?(?![\w]))?)"
    r"|(?P<question>\?)"
)
_REPEATED = re.compile(r"(.)\1+")
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212\u00d7\u2715", "------xx")


class Kind(StrEnum):
    """What a token is by its looks."""

    RANGE = "range"
    PRICE = "price"
    SIZE = "size"
    COUNT = "count"
    NUMBER = "number"
    WORD = "word"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; of a range, a size or a count without its spaces."""

    kind: Kind
    text: str


def fold(line: str) -> str:
    """Return the line in small, plain letters and digits: full width, circled, keycaps, accents are none."""
    plain = "".join(map(_letter_of, line))
    folded = unicodedata.normalize("NFKD", plain).casefold().translate(_DASHES)
    return _PHONE.sub(" ", _HIDDEN.sub("", folded)).replace(" a/n ", " a.n ")


def split(folded: str) -> list[Token]:
    """Return the tokens of a folded line; the same word twice in a row, as in abu-abu, is one."""
    tokens: list[Token] = []
    for found in _TOKEN.finditer(folded):
        kind = Kind(found.lastgroup or "")
        text = found[0]
        if kind in {Kind.RANGE, Kind.SIZE, Kind.COUNT}:
            text = re.sub(r"\s", "", text).replace("/", "-").replace("~", "-")
        half, dash, other = text.partition("-")
        text = half if dash and half == other and kind is Kind.WORD else text
        if not (tokens and kind is Kind.WORD and tokens[-1].text == text):
            tokens.append(Token(kind, text))
        if len(tokens) > MAX_TOKENS:
            break
    return tokens


def squeeze(word: str) -> str:
    """Return the word with each repeated letter once, as "keeeep" and "keep" are one."""
    return _REPEATED.sub(r"\1", word)


def is_near(word: str, other: str) -> bool:
    """Tell whether one slip of the finger lies between two words: a letter more, less, other, or swapped."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return word == other
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    rest, another = word[start:], other[start:]
    swapped = len(rest) > 1 and len(another) > 1 and rest[1::-1] == another[:2] and rest[2:] == another[2:]
    return swapped or rest[1:] == another[1:] or rest[1:] == another or rest == another[1:]


def _letter_of(sign: str) -> str:
    found = None if sign.isascii() else _LETTER_SIGN.fullmatch(unicodedata.name(sign, ""))
    return f" {found[1]}" if found else sign
