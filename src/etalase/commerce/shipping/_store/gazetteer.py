"""The country's regions, read once from `regions.tsv` and `villages.tsv`."""

from functools import cache
from importlib import resources

from etalase.commerce.shipping._model import Gazetteer


@cache
def gazetteer() -> Gazetteer:
    """Return the country's regions."""
    return Gazetteer.from_lines(_lines("regions.tsv"), _lines("villages.tsv"))


def _lines(name: str) -> list[str]:
    return resources.files(__package__ or "").joinpath(name).read_text(encoding="utf-8").splitlines()
