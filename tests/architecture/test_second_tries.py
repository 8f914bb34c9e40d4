"""Stories alone are told a second time, in CI alone: whatever else falls once has fallen."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.stories import conftest as stories

HERE = Path(__file__).parents[2]
AGAIN = re.compile(r"reruns|mark\.flaky")


class Collected:
    """What pytest gives of a test that it found."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.marks: list[Any] = []

    def add_marker(self, mark: Any) -> None:
        """Note a mark."""
        self.marks.append(mark.mark)

    def tries(self) -> int:
        """Tell how often it is tried."""
        return 1 + sum(int(mark.kwargs["reruns"]) for mark in self.marks if mark.name == "flaky")


@pytest.mark.parametrize("ci", [None, "true"])
def test_a_story_has_a_second_try_in_ci_and_nothing_else_has(
    monkeypatch: pytest.MonkeyPatch, ci: str | None
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if ci:
        monkeypatch.setenv("CI", ci)
    found = {path: Collected(path) for path in sorted((HERE / "tests").rglob("test_*.py"))}
    stories.pytest_collection_modifyitems(list(found.values()))  # type: ignore[arg-type]
    tried_again = {path for path, item in found.items() if item.tries() == 2}
    assert tried_again == (set((HERE / "tests" / "stories").glob("test_*.py")) if ci else set())
    assert all(item.tries() <= 2 for item in found.values())


def test_nobody_else_asks_for_a_second_try() -> None:
    """What fails now and then has a cause; nothing else runs a test again until it passes."""
    configured = [HERE / name for name in ("pyproject.toml", "Makefile", ".ci/run")]
    asking = {
        path.relative_to(HERE).as_posix()
        for path in (*(HERE / "tests").rglob("*.py"), *(path for path in configured if path.exists()))
        if path != Path(__file__) and AGAIN.search(path.read_text(encoding="utf-8"))
    }
    assert asking == {"tests/stories/conftest.py"}
