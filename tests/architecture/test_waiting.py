"""No test waits for time to pass: it waits for what it waits for, in one place, with a generous deadline."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
THE_PLACE = TESTS / "make" / "waiting.py"
FORBIDDEN = {"sleep", "wait_for_timeout"}
AT_A_PEERS_PACE = {
    "integration/commerce/inventory/test_the_sweep_ends.py": 1,  # a sweep falls asleep; nothing tells when
    "make/media.py": 1,  # looks at every edition of a playlist, beside the test
    "integration/platform/test_connections.py": 3,  # peers who send or read slowly
    "integration/web/test_no_secret_is_logged.py": 2,  # peers who leave in the middle; a log that stays empty
    "stories/test_nothing_is_lost_when_something_dies.py": 1,  # how long the database is away
    "stories/street.py": 1,  # a camera films so long
}
"""Who calls `pace`, how often, and why."""


def calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call with the last part of its name. What merely yields a turn of the loop is no waiting."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            is_turn = node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
            if not is_turn:
                yield name, node


def waits(source: str) -> list[str]:
    """Return how a text waits for time: by a call, or in a page's script."""
    found = [name for name, _ in calls(source) if name in FORBIDDEN]
    scripts = re.findall(r"await new Promise\(\((\w+)\) => setTimeout\(\1, [\d_]{4,}\)", source)
    return found + ["setTimeout"] * len(scripts)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("await asyncio.sleep(0.1)", 1),
        ("time.sleep(2)", 1),
        ("from time import sleep\nsleep(LONG)", 1),
        ("await page.wait_for_timeout(300)", 1),
        ("await asyncio.sleep(0)", 0),
        ("text('SELECT pg_sleep(1)')", 0),
        ("'await new Promise((r) => setTimeout(r, 3000))'", 1),
    ],
)
def test_a_wait_is_known_when_it_is_seen(source: str, found: int) -> None:
    assert len(waits(source)) == found


def test_no_test_waits_for_time() -> None:
    waiting = {
        str(path.relative_to(TESTS)): found
        for path in TESTS.rglob("*.py")
        if path not in {THE_PLACE, Path(__file__)} and (found := waits(path.read_text(encoding="utf-8")))
    }
    assert waiting == {}, "wait by tests.make.waiting.until for what shall be so"


def test_only_peers_take_their_time() -> None:
    paced = Counter(
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if path not in {THE_PLACE, Path(__file__)}
        for name, _ in calls(path.read_text(encoding="utf-8"))
        if name == "pace"
    )
    assert paced == AT_A_PEERS_PACE
