"""How people write the names of places, and an index of their words. No I/O.

A look-up must not hold up everybody else, so all words are found by bisection and joined as sets of numbers.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate

MOST_WORDS = 10
TELLING = 3
"""So many letters of a word tell something."""
NOISE = re.compile(r"[^a-z0-9]+")
ABBREVIATIONS = {
    "kab": "kabupaten",
    "kodya": "kota",
    "kotamadya": "kota",
    "kotamadia": "kota",
    "adm": "administrasi",
    "kep": "kepulauan",
    "kec": "",
    "kecamatan": "",
    "prov": "",
    "prop": "",
    "provinsi": "",
    "propinsi": "",
    "kel": "",
    "kelurahan": "",
    "desa": "",
    "indonesia": "",
    "jkt": "jakarta",
    "jl": "jalan",
}
SHORT_NAMES = {
    "babel": "bangka belitung",
    "bdg": "bandung",
    "di": "daerah istimewa",
    "diy": "daerah istimewa yogyakarta",
    "dki": "daerah khusus ibukota",
    "dps": "denpasar",
    "jabar": "jawa barat",
    "jakbar": "jakarta barat",
    "jakpus": "jakarta pusat",
    "jaksel": "jakarta selatan",
    "jaktim": "jakarta timur",
    "jakut": "jakarta utara",
    "jateng": "jawa tengah",
    "jatim": "jawa timur",
    "jogja": "yogyakarta",
    "jogjakarta": "yogyakarta",
    "kalbar": "kalimantan barat",
    "kalsel": "kalimantan selatan",
    "kaltara": "kalimantan utara",
    "kalteng": "kalimantan tengah",
    "kaltim": "kalimantan timur",
    "kepri": "kepulauan riau",
    "makasar": "makassar",
    "malut": "maluku utara",
    "nad": "aceh",
    "ntb": "nusa tenggara barat",
    "ntt": "nusa tenggara timur",
    "sby": "surabaya",
    "smg": "semarang",
    "solo": "surakarta",
    "sulbar": "sulawesi barat",
    "sulsel": "sulawesi selatan",
    "sulteng": "sulawesi tengah",
    "sultra": "sulawesi tenggara",
    "sulut": "sulawesi utara",
    "sumbar": "sumatera barat",
    "sumsel": "sumatera selatan",
    "sumut": "sumatera utara",
    "sumatra": "sumatera",
    "tangsel": "tangerang selatan",
    "jogya": "yogyakarta",
    "yogya": "yogyakarta",
    "yogja": "yogyakarta",
}
"""What a place is called for short. A district may be called so in full, so both are looked up."""


def plain(text: str) -> str:
    """Fold a name to lower-case words, with abbreviations written out or left away."""
    words = NOISE.sub(" ", text.lower()).split()
    return " ".join(filter(None, (ABBREVIATIONS.get(word, word) for word in words)))


def in_full(words: Iterable[str]) -> list[str]:
    """Write short names out."""
    return [part for word in words for part in SHORT_NAMES.get(word, word).split()]


class Words:
    """Which entries, by their numbers, have a word that begins so."""

    def __init__(self, entries: Iterable[Iterable[str]]) -> None:
        of_word: dict[str, list[int]] = {}
        for number, words in enumerate(entries):
            for word in set(words):
                of_word.setdefault(word, []).append(number)
        self._words = sorted(of_word)
        self._starts = [0, *accumulate(len(of_word[word]) for word in self._words)]
        self._numbers = array("H", (number for word in self._words for number in of_word[word]))

    def beginning(self, start: str) -> set[int]:
        """Return the entries with a word that begins like this; the words of an alphabet stand together."""
        first = bisect_left(self._words, start)
        last = bisect_left(self._words, start + "\x7f", first)
        return set(self._numbers[self._starts[first] : self._starts[last]])

    def spelt(self, word: str) -> set[int]:
        """Return the entries that the word may stand for: as it is written, or written out."""
        found = self.beginning(word)
        if word in SHORT_NAMES:
            found |= set.intersection(*map(self.beginning, SHORT_NAMES[word].split()))
        return found


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
