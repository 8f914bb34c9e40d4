"""One log: no server and no app that runs in a process of ours sets up logging of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = {"uvicorn.Config": "log_config", "uvicorn.run": "log_config", "Litestar": "logging_config"}
"""What is called, and by which argument it is kept from the log."""


def servers_with_their_own_log(source: str) -> Iterator[int]:
    """Give the lines that make a server or an app and let it configure the log of the whole process."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or ast.unparse(call.func) not in SETTINGS:
            continue
        settings = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if settings.get(SETTINGS[ast.unparse(call.func)]) != "None":
            yield call.lineno


def test_no_server_brings_a_log_of_its_own() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for folder in ("src", "tests", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := list(servers_with_their_own_log(path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source", ["uvicorn.Config(app, port=0)", "uvicorn.run(app, log_config={})", "Litestar([hello])"]
)
def test_a_server_that_brings_one_is_found(source: str) -> None:
    assert list(servers_with_their_own_log(source)) == [1]
