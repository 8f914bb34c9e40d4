"""No module has a name that says nothing."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "manager", "common", "data", "info", "process", "misc"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {path.stem.strip("_") for path in (ROOT / "src").rglob("*.py")}
    assert not names & EMPTY_WORDS
