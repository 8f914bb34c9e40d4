"""One log: no server that runs in a process of ours sets up logging of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def servers_with_their_own_log(source: str) -> Iterator[int]:
    """Give the lines that configure uvicorn and let it configure the log of the whole process."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or ast.unparse(call.func) not in ("uvicorn.Config", "uvicorn.run"):
            continue
        settings = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if settings.get("log_config") != "None":
            yield call.lineno


def test_no_server_brings_a_log_of_its_own() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for folder in ("src", "tests", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := list(servers_with_their_own_log(path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize("source", ["uvicorn.Config(app, port=0)", "uvicorn.run(app, log_config={})"])
def test_a_server_that_brings_one_is_found(source: str) -> None:
    assert list(servers_with_their_own_log(source)) == [1]
