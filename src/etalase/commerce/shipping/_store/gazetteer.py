"""The country's regions, read once from `regions.tsv`."""

from functools import cache
from importlib import resources

from etalase.commerce.shipping._model import Gazetteer


@cache
def load_gazetteer() -> Gazetteer:
    """Read the regions: some 8,000 lines, a tenth of a second, kept for the life of the process."""
    text = resources.files(__package__ or "").joinpath("regions.tsv").read_text(encoding="utf-8")
    return Gazetteer.from_lines(text.splitlines())
