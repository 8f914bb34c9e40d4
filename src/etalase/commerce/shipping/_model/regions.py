"""The provinces, cities and regencies, districts and postcodes of Indonesia, and how people look them up.

It refuses to guess: a text that fits several districts stays several districts.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from etalase.commerce.shipping._model.lookup import (
    MAX_WORDS,
    MIN_WORD_LENGTH,
    WordIndex,
    longest_fit,
    words_and_pairs,
)
from etalase.commerce.shipping._model.places import (
    CITY_DIGITS,
    DISTRICT_DIGITS,
    PROVINCE_DIGITS,
    Place,
    Region,
    Villages,
    read_villages,
)
from etalase.commerce.shipping._model.spelling import SHORT_NAMES, from_english, in_full, modern, plain

FEW = 40
"""So many hits are looked at more closely."""


class Gazetteer:
    """All regions in memory, searchable by the words that people type."""

    def __init__(
        self, names: dict[str, str], places: Sequence[Place], villages: Mapping[str, Villages]
    ) -> None:
        self._names = names
        self._list = sorted(places, key=lambda place: place.label)
        self._places = {place.code: place for place in self._list}
        self._villages = villages
        labels = [plain(place.label) for place in self._list]
        self._by_label = dict(zip(labels, self._list, strict=True))
        self._words = WordIndex(
            (*map(plain, (place.district, place.city, place.province)), *place.postcodes)
            for place in self._list
        )
        self._village_words = WordIndex(villages.get(place.code, {}) for place in self._list)
        self._districts: dict[str, set[int]] = {}
        self._regions: dict[str, set[int]] = {}
        for number, place in enumerate(self._list):
            self._districts.setdefault(_joined(plain(place.district)), set()).add(number)
            for name in _names_of_region(plain(place.city), plain(place.province)):
                self._regions.setdefault(_joined(name), set()).add(number)

    @classmethod
    def from_lines(cls, lines: Iterable[str], village_lines: Iterable[str] = ()) -> Self:
        """Read lines of code, name and, for a district, its postcodes, parted by tabs.

        A line of villages is a district's code, and for each postcode the villages that it serves.
        """
        names: dict[str, str] = {}
        postcodes: dict[str, tuple[str, ...]] = {}
        for line in lines:
            code, name, *rest = line.rstrip("\n").split("\t")
            names[code] = name
            if len(code) == DISTRICT_DIGITS:
                postcodes[code] = tuple(rest[0].split()) if rest else ()
        places = [
            Place(code, names[code], names[code[:CITY_DIGITS]], names[code[:PROVINCE_DIGITS]], codes)
            for code, codes in postcodes.items()
        ]
        return cls(names, places, dict(map(read_villages, village_lines)))

    def provinces(self) -> list[Region]:
        """List the provinces by name."""
        return self._below("", PROVINCE_DIGITS)

    def cities(self, province_code: str) -> list[Region]:
        """List the cities and regencies of a province by name."""
        return self._below(province_code, CITY_DIGITS)

    def places(self, city_code: str) -> list[Place]:
        """List the districts of a city or regency by name."""
        found = [place for place in self._places.values() if place.city_code == city_code]
        return sorted(found, key=lambda place: place.district)

    def find_place(self, code: str) -> Place | None:
        """Return the district of that code."""
        return self._places.get(code)

    def find_region(self, code: str) -> Region | None:
        """Return the province, city or regency of that code."""
        name = self._names.get(code)
        return Region(code, name) if name and len(code) != DISTRICT_DIGITS else None

    def find_region_by_name(self, text: str) -> Region | None:
        """Return the province, city or regency whose full name, with or without its province, is the text."""
        wanted = plain(text)
        for code, name in self._names.items():
            if len(code) == DISTRICT_DIGITS:
                continue
            with_parent = f"{name} {self._names[code[:PROVINCE_DIGITS]]}"
            if wanted and wanted in (plain(name), plain(with_parent)):
                return Region(code, name)
        return None

    def describe(self, code: str) -> str:
        """Name a region so that it can be told from its namesakes: a city with its province."""
        name = self._names[code]
        return name if len(code) == PROVINCE_DIGITS else f"{name}, {self._names[code[:PROVINCE_DIGITS]]}"

    def search(self, text: str, limit: int = 12) -> list[Place]:
        """Find the districts that the words or the postcode fit, best first.

        Villages are looked through when no district, city or province fits; when nothing fits everything,
        the end of the text counts most.
        """
        exact = self._by_label.get(plain(text))
        if exact:
            return [exact]
        words = _words_of(text)
        return [self._list[number] for number in self._ranked(self._fitting(words), words, limit)]

    def find_named(self, text: str) -> Place | None:
        """Return the one district that all the words fit; None where they may mean several, or a city."""
        exact = self._by_label.get(plain(text))
        if exact:
            return exact
        words = _words_of(text)
        fitting = self._fitting(words, whole=True)
        if len(fitting) > 1:
            fitting = self._in_full(words, fitting)
        place = self._list[fitting.pop()] if len(fitting) == 1 else None
        return place if place and self._is_named(place, words) else None

    def postcode_in(self, text: str, place: Place) -> str:
        """Return the postcode of the place that the text names, by its village or itself; maybe nothing."""
        named = [word for word in plain(text).split() if word in place.postcodes]
        if named or len(place.postcodes) == 1:
            return (named or place.postcodes)[0]
        first = _joined(plain(text.partition(",")[0]))
        if first == _joined(plain(place.district)):
            return ""
        villages = self._villages.get(place.code, {})
        return next((code for name, code in villages.items() if _joined(name) == first), "")

    def _fitting(self, words: Sequence[str], *, whole: bool = False) -> set[int]:
        """Return the districts, by number, that the words fit; if need be those that many of them fit.

        `whole` is to know and not to guess: all words must fit, and none is mended.
        """
        if not words:
            return set()
        found = self._words.spelt(words)
        of_villages = self._village_words.spelt(words)
        if fitting := set.intersection(*found):
            return fitting | self._with_village(words, set.intersection(*of_villages))
        found = [numbers | village for numbers, village in zip(found, of_villages, strict=True)]
        fitting = set.intersection(*found)
        if fitting or whole:
            return fitting
        names = [numbers for numbers, word in zip(found, words, strict=True) if word.isalpha()]
        if names and len(names) < len(words) and (fitting := set.intersection(*names)):
            return fitting.union(*(numbers for numbers in found if numbers not in names))
        found = [numbers | slip for numbers, slip in zip(found, self._words.slipped(words), strict=True)]
        return set.intersection(*found) or longest_fit(found)

    def _with_village(self, words: Sequence[str], among: set[int]) -> set[int]:
        """Return those of the districts that have a village of just this name."""
        name = _joined(words)
        return {
            number
            for number in among
            if any(_joined(village) == name for village in self._villages.get(self._list[number].code, {}))
        }

    def _in_full(self, words: Sequence[str], fitting: set[int]) -> set[int]:
        """Return those of the districts whose full name stands there, beside nothing but what they lie in.

        "Serpong, Tangsel" is not Serpong Utara. But "Depok, Jawa Barat" may be a district or the city.
        """
        spelt = in_full(words)
        if len(spelt) == 1 or _joined(spelt) in self._regions:
            return set()  # "Siantar" is a district, and what people call Pematangsiantar
        full: set[int] = set()
        for length in range(1, len(spelt) + 1):
            for start in range(len(spelt) - length + 1):
                rest = spelt[:start] + spelt[start + length :]
                name = _joined(spelt[start : start + length])
                for number in self._districts.get(name, set()) & fitting:
                    if self._lies_in(self._list[number], rest, with_city=name in self._regions):
                        full.add(number)
        return full

    def _lies_in(self, place: Place, words: Sequence[str], *, with_city: bool) -> bool:
        """Tell whether the words are of what is above a place, and none else; `with_city`, its city too."""
        city = plain(place.city).split()
        above = {*city, *plain(place.province).split(), *place.postcodes}
        return above.issuperset(words) and (not with_city or set(city[1:]).issubset(words))

    def _is_named(self, place: Place, words: Sequence[str]) -> bool:
        """Tell whether what the place's names leave of the words is of one village, and not of several.

        One word at least is whole: "Nusa Dua" begins some names of Nanaet Duabesi, and means another place.
        """
        villages = self._villages.get(place.code, {})
        whole = {*place.postcodes}.union(*map(words_and_pairs, (plain(place.district), *villages)))
        said = words_and_pairs(" ".join(in_full(words)))
        if whole.isdisjoint([*said, *map(modern, said)]):
            return False
        own = WordIndex([[*map(plain, (place.district, place.city, place.province)), *place.postcodes]])
        left = [word for word, found in zip(words, own.spelt(words), strict=True) if not found]
        return not left or any(all(WordIndex([[name]]).spelt(left)) for name in villages)

    def _ranked(self, fitting: set[int], words: Sequence[str], limit: int) -> list[int]:
        """Order districts: those of the longest name among the words first, then by label."""
        spelt = in_full(words)
        ranked: dict[int, None] = {}
        for length in range(len(spelt), 0, -1):
            for start in range(len(spelt) - length + 1):
                name = _joined(spelt[start : start + length])
                for known in (self._districts, self._regions):
                    ranked.update(dict.fromkeys(sorted(known.get(name, set()) & fitting, key=self._urban)))
        rest = heapq.nsmallest(max(limit, FEW), fitting.difference(ranked))
        rest.sort(key=lambda number: not plain(self._list[number].district).startswith(words[0]))
        return [*ranked, *rest][:limit]

    def _urban(self, number: int) -> tuple[bool, int]:
        """Order cities before the regencies of the same name, where fewer people live in each district."""
        return not self._list[number].city.startswith("Kota"), number

    def _below(self, prefix: str, digits: int) -> list[Region]:
        found = (
            Region(code, name)
            for code, name in self._names.items()
            if len(code) == digits and code.startswith(prefix)
        )
        return sorted(found, key=lambda region: region.name)


def _words_of(text: str) -> list[str]:
    """Return the words to look for; two letters begin half of all names, and say little beside others."""
    words = from_english(plain(text)).split()
    distinct = [word for word in words if len(word) >= MIN_WORD_LENGTH or word in SHORT_NAMES]
    return distinct[:MAX_WORDS] or words[:2]


def _joined(words: str | Sequence[str]) -> str:
    """Return a name as it is compared: where its words part is written in more ways than one."""
    return words.replace(" ", "") if isinstance(words, str) else "".join(words)


def _names_of_region(city: str, province: str) -> Iterator[str]:
    """Yield what the city or regency, and the province, is called."""
    kind, _, name = city.partition(" ")
    yield from (city, name, f"{name} {kind}", province)
    if name.startswith("administrasi "):
        yield name.removeprefix("administrasi ")
    for title in ("daerah istimewa ", "daerah khusus ibukota ", "kepulauan "):
        if province.startswith(title):
            yield province.removeprefix(title)
