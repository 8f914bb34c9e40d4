"""No test holds only on a quick machine: deadlines are for what hangs; pages are awaited, not glanced at."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hypothesis import settings

TESTS = Path(__file__).parents[1]
MIN_SECONDS = 60
GIVING_UP = {
    ("integration/platform/test_faults.py", "timeout"): "a caller that gives up",
}
"""Who is short of time on purpose, and why."""
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time_ns"}
MEASURED = {
    "make/stalls.py": "a machine that is busy on purpose",
    "make/waiting.py": "the deadlines for what hangs",
    "stories/test_a_broken_clock_plays_on.py": "what is too slow is seen anew, three times",
    "unit/platform/test_logs.py": "a deadline for what hangs",
    "unit/social/rooms/claims/test_lines_are_read_as_their_writers_meant.py": "its CPU",
}
"""Who looks at a clock, and why that is no race against the machine."""
GLANCES = {
    "is_visible", "is_hidden", "is_enabled", "is_disabled", "is_checked", "is_editable", "text_content",
    "query_selector", "query_selector_all", "element_handle", "element_handles", "wait_for_timeout",
}  # fmt: skip
"""What Playwright says of the page at this very moment, whatever it is about to become."""


def calls(folder: Path) -> Iterator[tuple[str, str, ast.Call]]:
    """Yield each call in the tests: the file, the name that is called, the call."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                yield path.relative_to(TESTS).as_posix(), name, node


def given(call: ast.Call, name: str) -> ast.expr | None:
    """Return the keyword of a call."""
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def is_short(value: ast.expr | None) -> bool:
    """Tell whether this is a number of too few seconds."""
    return (
        isinstance(value, ast.Constant) and isinstance(value.value, int | float) and value.value < MIN_SECONDS
    )


def test_no_deadline_is_nearer_than_a_busy_machine_needs() -> None:
    found = set()
    for file, name, call in calls(TESTS):
        deadlines = {"wait_for": call.args[1:2], "timeout": call.args[:1]}.get(name, [])
        if any(map(is_short, deadlines)) and ast.unparse(call.func).startswith("asyncio."):
            found.add((file, name))
    assert found == set(GIVING_UP)


def test_no_test_races_a_clock() -> None:
    """What was quick enough is not on a busy machine: a test counts statements, pictures, media time."""
    looks = {file for file, name, _ in calls(TESTS) if name in CLOCKS}
    looks |= {
        path.relative_to(TESTS).as_posix()
        for path in TESTS.rglob("*.py")
        if path != Path(__file__) and "performance.now" in path.read_text(encoding="utf-8")
    }
    assert looks == set(MEASURED)


def test_no_example_of_a_property_is_short_of_time() -> None:
    """Hypothesis gives each example 200 ms, and calls a slow machine unhealthy, unless it is told."""
    assert settings.get_profile("patient").deadline is None
    hasty = [
        f"{file}:{call.lineno}"
        for file, name, call in calls(TESTS)
        if name == "settings"
        and (
            given(call, "deadline") is not None
            or "too_slow" not in ast.unparse(given(call, "suppress_health_check") or ast.Name("too_slow"))
        )
    ]
    assert not hasty, hasty


def test_whoever_calls_a_real_server_waits_for_its_answer() -> None:
    """An `httpx` client gives up after five seconds by itself."""
    hasty = [
        f"{file}:{call.lineno}"
        for file, name, call in calls(TESTS)
        if name in {"AsyncClient", "Client"}
        and ast.unparse(call.func).startswith("httpx.")
        and given(call, "transport") is None
        and (given(call, "timeout") is None or is_short(given(call, "timeout")))
    ]
    assert not hasty, hasty


def test_stories_expect_and_never_glance() -> None:
    glances = [
        f"{file}:{call.lineno}: {name}" for file, name, call in calls(TESTS / "stories") if name in GLANCES
    ]
    assert not glances, glances


def test_nobody_looks_once_at_where_a_page_is() -> None:
    """`page.url` in an assertion, where `expect(page).to_have_url` waits."""
    once = [
        f"{path.name}:{node.lineno}"
        for path in sorted((TESTS / "stories").glob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert)
        and ".url" in ast.unparse(node.test)
        and "page" in ast.unparse(node.test)
    ]
    assert not once, once
