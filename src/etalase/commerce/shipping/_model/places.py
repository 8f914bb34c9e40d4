"""What a region and a place are, and a line of the list of villages. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass

from etalase.commerce.shipping._model.spelling import plain

PROVINCE_DIGITS, CITY_DIGITS, DISTRICT_DIGITS = 2, 4, 6
POSTCODE_DIGITS = 5
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


def read_villages(line: str) -> tuple[str, Villages]:
    """Read a district's code, and for each postcode the villages that it serves."""
    code, *groups = line.rstrip("\n").split("\t")
    return code, {
        plain(name): group[:POSTCODE_DIGITS]
        for group in groups
        for name in group[POSTCODE_DIGITS + 1 :].split("|")
    }
