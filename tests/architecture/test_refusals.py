"""Every refusal is told to people: its code has a row in the one table of status and words."""

import importlib
import pkgutil
from collections.abc import Iterator

import etalase
from etalase.kernel.errors import Refusal
from etalase.web._refusal_words import REFUSALS


def refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Yield each kind of refusal of the house."""
    for kind in base.__subclasses__():
        yield kind
        yield from refusals(kind)


def all_refusals() -> set[type[Refusal]]:
    """Import every module, so that none of its refusals is missed."""
    for found in pkgutil.walk_packages(etalase.__path__, "etalase."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    return {kind for kind in refusals() if kind.__module__.startswith("etalase.") and "code" in vars(kind)}


def test_every_refusal_has_a_status_and_words() -> None:
    missing = {f"{kind.__module__}.{kind.__name__}" for kind in all_refusals() if kind.code not in REFUSALS}
    assert not missing


def test_no_row_speaks_of_a_refusal_that_is_gone() -> None:
    assert set(REFUSALS) <= {kind.code for kind in all_refusals()}
