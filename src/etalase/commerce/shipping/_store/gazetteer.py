"""The country's regions, read once from `regions.tsv` and `villages.tsv`."""

from functools import cache
from importlib import resources

from etalase.commerce.shipping._model import Gazetteer


@cache
def load_gazetteer() -> Gazetteer:
    """Read the regions: some 90,000 names, half a second, kept for the life of the process."""
    return Gazetteer.from_lines(_lines("regions.tsv"), _lines("villages.tsv"))


def _lines(name: str) -> list[str]:
    return resources.files(__package__ or "").joinpath(name).read_text(encoding="utf-8").splitlines()
