"""An index of the words of places' names. No I/O.

A look-up must not hold up everybody else: words are found by bisection and joined as sets of numbers, at most
`MAX_WORDS` of them, and a slip of the finger is sought among a few hundred spellings, not among all names.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from string import ascii_lowercase

from etalase.commerce.shipping._model.spelling import SHORT_NAMES, modern

MAX_WORDS = 10
MIN_WORD_LENGTH = 3
"""So many letters of a word tell something."""
SURE = 4
"""So many letters of a word still tell what it should be when one of them is wrong."""
LONGEST_WORD = 30


class WordIndex:
    """Which entries, by their numbers, have a word that begins so. An entry is names, each of some words."""

    def __init__(self, entries: Iterable[Iterable[str]]) -> None:
        of_word: dict[str, list[int]] = {}
        for number, names in enumerate(entries):
            for word in {word for name in names for word in words_and_pairs(name)}:
                of_word.setdefault(word, []).append(number)
        self._words = sorted(of_word)
        self._starts = [0, *accumulate(len(of_word[word]) for word in self._words)]
        self._numbers = array("H", (number for word in self._words for number in of_word[word]))

    def beginning(self, start: str) -> set[int]:
        """Return the entries with a word that begins like this; the words of an alphabet stand together."""
        first = bisect_left(self._words, start)
        last = bisect_left(self._words, start + "\x7f", first)
        return set(self._numbers[self._starts[first] : self._starts[last]])

    def spelt(self, words: Sequence[str]) -> list[set[int]]:
        """Return for each word the entries that it may stand for: as it is written, written out, or joined.

        "Kramat Jati" and "Kramatjati" are one name to everybody but the list.
        """
        found = [self._spelt_alone(word) for word in words]
        for place, (one, other) in enumerate(pairwise(words)):
            joined = self.beginning(one + other)
            if one in SHORT_NAMES:  # "Pd. Gede" is Pondokgede
                joined |= self.beginning("".join([*SHORT_NAMES[one].split(), other]))
            found[place] |= joined
            found[place + 1] |= joined
        return found

    def slipped(self, words: Sequence[str]) -> list[set[int]]:
        """Return for each word, alone and with its neighbour, the entries that it means but for a slip."""
        found = [self._slipped(word) for word in words]
        for place, (one, other) in enumerate(pairwise(words)):
            joined = self._slipped(one + other)
            found[place] |= joined
            found[place + 1] |= joined
        return found

    def _slipped(self, word: str) -> set[int]:
        found: set[int] = set()
        if SURE <= len(word) <= LONGEST_WORD and word.isalpha():
            for near in set(one_slip_from(word)):
                place = bisect_left(self._words, near)
                if place < len(self._words) and self._words[place] == near:
                    found.update(self._numbers[self._starts[place] : self._starts[place + 1]])
        return found

    def _spelt_alone(self, word: str) -> set[int]:
        found = self.beginning(word)
        if word in SHORT_NAMES:
            found |= set.intersection(*map(self.beginning, SHORT_NAMES[word].split()))
        if found:
            return found
        today = modern(word)
        if today in SHORT_NAMES:
            return set.intersection(*map(self.beginning, SHORT_NAMES[today].split()))
        return self.beginning(today) or self.beginning(today.replace("j", "y"))


def words_and_pairs(name: str) -> list[str]:
    """Return the words of a name, and each two that stand together as one."""
    words = name.split()
    return [*words, *map("".join, pairwise(words))]


def one_slip_from(word: str) -> Iterator[str]:
    """Yield what one letter too many, too few, wrong, or two in the wrong order could have been."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def longest_fit(found: Sequence[set[int]]) -> set[int]:
    """Return what fits all the words; if nothing does, as many of the last ones as fit something together.

    Addresses go from the small to the large, and begin with what no list of places knows: a street, a house.
    """
    known = [numbers for numbers in found if numbers]
    fit: set[int] = set()
    for numbers in reversed(known):
        narrower = fit & numbers if fit else numbers
        if not narrower:
            break
        fit = narrower
    return fit
