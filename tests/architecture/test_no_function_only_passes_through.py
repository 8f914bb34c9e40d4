"""A face gives what does the work: no command and no query only calls one function with what it was given."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_one_gate import modules

ALLOWED: dict[str, str] = {}
"""`path::function` -> why it stands between."""
INNER = ("/_commands", "/_queries")


def passing_through(tree: ast.Module) -> Iterator[str]:
    """Yield each function that hands its arguments, all and unchanged, to one function of its own context."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _hands_over(node, _own_names(tree)):
            yield node.name


def _hands_over(node: ast.FunctionDef | ast.AsyncFunctionDef, own: set[str]) -> bool:
    call = _only_call(node)
    if call is None or ast.unparse(call.func).partition(".")[0] not in own:
        return False
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    names = [value.id for value in given if isinstance(value, ast.Name)]
    arguments = node.args
    taken = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len(names) == len(given) and sorted(names) == sorted(taken)


def _only_call(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Call | None:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if len(body) != 1 or not isinstance(body[0], ast.Return | ast.Expr):
        return None
    value = body[0].value
    value = value.value if isinstance(value, ast.Await) else value
    return value if isinstance(value, ast.Call) else None


def _own_names(tree: ast.Module) -> set[str]:
    """Return what the module has of its own context's store and model."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if any(part in f"{node.module}.{alias.name}".split(".") for part in ("_store", "_model"))
    }


def test_no_command_and_no_query_only_passes_on() -> None:
    looked_at = [(path, tree) for path, tree in modules() if any(part in f"/{path}" for part in INNER)]
    assert len(looked_at) > 20
    found = {f"{path}::{name}" for path, tree in looked_at for name in passing_through(tree)}
    assert found == ALLOWED.keys()


@pytest.mark.parametrize(
    "body",
    [
        "return await store.find(tx, one, limit=limit)",
        "await store.find(limit, tx, one)",
        "return find(tx, one, limit)",
    ],
)
def test_one_that_does_is_found(body: str) -> None:
    tree = ast.parse(
        "from etalase.commerce.shops import _store as store\n"
        "from etalase.commerce.shops._store import find\n"
        f"async def look(tx, one, *, limit):\n    'Look.'\n    {body}"
    )
    assert list(passing_through(tree)) == ["look"]


@pytest.mark.parametrize(
    "body", ["return await store.find(tx, one, limit=1)", "return known(await store.find(tx, one, limit))"]
)
def test_one_that_decides_something_is_not(body: str) -> None:
    tree = ast.parse(
        "from etalase.commerce.shops import _store as store\n"
        f"async def look(tx, one, *, limit):\n    'Look.'\n    {body}"
    )
    assert not list(passing_through(tree))
