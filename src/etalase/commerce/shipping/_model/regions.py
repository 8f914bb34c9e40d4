"""The provinces, cities and regencies, districts and postcodes of Indonesia, and how people look them up.

It refuses to guess: a text that fits several districts stays several districts.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from etalase.commerce.shipping._model.lookup import (
    MOST_WORDS,
    SHORT_NAMES,
    TELLING,
    Words,
    in_full,
    longest_fit,
    plain,
)

PROVINCE_DIGITS, CITY_DIGITS, DISTRICT_DIGITS = 2, 4, 6
POSTCODE_DIGITS = 5
FEW = 40
"""So many hits are looked at more closely."""

Villages = Mapping[str, str]
"""The villages of a district, by their names as `plain` writes them: name -> postcode."""


@dataclass(frozen=True, slots=True)
class Region:
    """A province (2 digits), city or regency (4) by its code of the Ministry of Home Affairs."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A district with everything above it: as exact as a courier's price list gets."""

    code: str
    district: str
    city: str
    province: str
    postcodes: tuple[str, ...]

    @property
    def city_code(self) -> str:
        """The code of the city or regency."""
        return self.code[:CITY_DIGITS]

    @property
    def province_code(self) -> str:
        """The code of the province."""
        return self.code[:PROVINCE_DIGITS]

    @property
    def label(self) -> str:
        """The text that names this place and no other."""
        return f"{self.district}, {self.city}, {self.province}"


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
        self._words = Words(
            (*label.split(), *place.postcodes) for label, place in zip(labels, self._list, strict=True)
        )
        self._village_words = Words(
            (word for name in villages.get(place.code, {}) for word in name.split()) for place in self._list
        )
        self._districts: dict[str, set[int]] = {}
        self._cities: dict[str, set[int]] = {}
        for number, place in enumerate(self._list):
            city = plain(place.city)
            self._districts.setdefault(plain(place.district), set()).add(number)
            for name in (city, city.partition(" ")[2]):
                self._cities.setdefault(name, set()).add(number)

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
        return cls(names, places, dict(map(_read_villages, village_lines)))

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
        """Return the one district that all the words fit."""
        exact = self._by_label.get(plain(text))
        if exact:
            return exact
        fitting = self._fitting(_words_of(text), whole=True)
        return self._list[fitting.pop()] if len(fitting) == 1 else None

    def postcode_in(self, text: str, place: Place) -> str:
        """Return the postcode of the place that the text names, by its village or itself; maybe nothing."""
        named = [word for word in plain(text).split() if word in place.postcodes]
        if named or len(place.postcodes) == 1:
            return (named or place.postcodes)[0]
        first = plain(text.partition(",")[0])
        villages = self._villages.get(place.code, {})
        return "" if first == plain(place.district) else villages.get(first, "")

    def _fitting(self, words: Sequence[str], *, whole: bool = False) -> set[int]:
        """Return the districts, by number, that the words fit; if need be those that many of them fit."""
        if not words:
            return set()
        found = [self._words.spelt(word) for word in words]
        fitting = set.intersection(*found)
        if fitting:
            return fitting
        found = [
            numbers | self._village_words.spelt(word) for numbers, word in zip(found, words, strict=True)
        ]
        return set.intersection(*found) or (set() if whole else longest_fit(found))

    def _ranked(self, fitting: set[int], words: Sequence[str], limit: int) -> list[int]:
        """Order districts: those of the longest name among the words first, then by label."""
        spelt = in_full(words)
        ranked: dict[int, None] = {}
        for length in range(len(spelt), 0, -1):
            for start in range(len(spelt) - length + 1):
                name = " ".join(spelt[start : start + length])
                for known in (self._districts, self._cities):
                    ranked.update(dict.fromkeys(sorted(known.get(name, set()) & fitting)))
        rest = heapq.nsmallest(max(limit, FEW), fitting.difference(ranked))
        rest.sort(key=lambda number: not plain(self._list[number].district).startswith(words[0]))
        return [*ranked, *rest][:limit]

    def _below(self, prefix: str, digits: int) -> list[Region]:
        found = (
            Region(code, name)
            for code, name in self._names.items()
            if len(code) == digits and code.startswith(prefix)
        )
        return sorted(found, key=lambda region: region.name)


def _words_of(text: str) -> list[str]:
    """Return the words to look for; two letters begin half of all names, and say little beside others."""
    words = plain(text).split()
    telling = [word for word in words if len(word) >= TELLING or word in SHORT_NAMES]
    return telling[:MOST_WORDS] or words[:2]


def _read_villages(line: str) -> tuple[str, dict[str, str]]:
    code, *groups = line.rstrip("\n").split("\t")
    return code, {
        plain(name): group[:POSTCODE_DIGITS]
        for group in groups
        for name in group[POSTCODE_DIGITS + 1 :].split("|")
    }
