"""The provinces, cities and regencies, districts and postcodes of Indonesia, and how people look them up.

It refuses to guess: a text that fits several districts stays several districts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

PROVINCE_DIGITS, CITY_DIGITS, DISTRICT_DIGITS = 2, 4, 6
NOISE = re.compile(r"[^a-z0-9]+")
ABBREVIATIONS = {
    "kab": "kabupaten",
    "kec": "",
    "kecamatan": "",
    "prov": "",
    "provinsi": "",
    "kel": "",
    "jkt": "jakarta",
}


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

    def __init__(self, names: dict[str, str], places: Sequence[Place]) -> None:
        self._names = names
        self._places = {place.code: place for place in places}
        self._by_label = {plain(place.label): place for place in places}
        self._haystacks = [
            (f" {plain(place.label)} {' '.join(place.postcodes)}", plain(place.district), place)
            for place in places
        ]

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Self:
        """Read lines of code, name and, for a district, its postcodes, parted by tabs."""
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
        return cls(names, places)

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
        """Find the districts that the words or the postcode fit, best first."""
        wanted = plain(text)
        exact = self._by_label.get(wanted)
        if exact:
            return [exact]
        words = [f" {word}" for word in wanted.split()]
        if not words:
            return []
        hits = [
            (rank(wanted, district), place.label, place)
            for haystack, district, place in self._haystacks
            if all(word in haystack for word in words)
        ]
        return [place for _, _, place in sorted(hits, key=lambda hit: hit[:2])[:limit]]

    def _below(self, prefix: str, digits: int) -> list[Region]:
        found = (
            Region(code, name)
            for code, name in self._names.items()
            if len(code) == digits and code.startswith(prefix)
        )
        return sorted(found, key=lambda region: region.name)


def plain(text: str) -> str:
    """Fold a name to lower-case words, with abbreviations written out or left away."""
    words = NOISE.sub(" ", text.lower()).split()
    return " ".join(filter(None, (ABBREVIATIONS.get(word, word) for word in words)))


def rank(wanted: str, district: str) -> int:
    """Order hits: the district of that name, then those that begin with it, then all others."""
    if wanted == district or wanted.startswith(f"{district} "):
        return 0
    return 1 if district.startswith(wanted) else 2
