"""Stores are written in one way: dataclasses leave them; rows are read by name, written as parameters."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_one_gate import modules
from tests.architecture.test_sql_stays_in_the_store import is_store

OF_A_ROW = {"_mapping", "_asdict", "_fields", "mappings"}
LEAVES_NO_STORE = ("Any", "Row", "Select", "ColumnElement", "Table", "Result")


def stores() -> Iterator[tuple[str, ast.Module]]:
    """Yield the stores of contexts; the outbox's is read by `platform.outbox` alone."""
    for path, tree in modules():
        if is_store(path) and not path.startswith("platform/"):
            yield path, tree


def oddities(tree: ast.Module) -> Iterator[str]:
    """Yield what a store does in another way than the others."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            parts = (node for node in ast.walk(function) if isinstance(node, ast.expr))
            yield from (f"{node.lineno}: {why}" for node in parts for why in _odd(node))
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
            returned = {part.id for part in ast.walk(node.returns or node) if isinstance(part, ast.Name)}
            if returned & set(LEAVES_NO_STORE):
                yield f"{node.lineno}: {node.name} gives away {ast.unparse(node.returns or node)}"


def _odd(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and node.attr in OF_A_ROW:
        yield f"a row by its {node.attr}, and not field by field"
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":
        yield "a field by a name that is only known when it runs"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
        if node.args or any(keyword.arg is None for keyword in node.keywords):
            yield "a whole row in .values(): it is given to execute as parameters"
        written = ast.unparse(node.func.value)
        if written.startswith(("insert(", "upsert(")) and not _is_of_expressions(node):
            yield "a new row's figures in .values(): they are given to execute as parameters"


def _is_of_expressions(call: ast.Call) -> bool:
    """Tell whether the database finds the values."""
    return all(ast.unparse(keyword.value).endswith(".scalar_subquery()") for keyword in call.keywords)


def test_stores_are_written_in_one_way() -> None:
    looked_at = list(stores())
    assert len(looked_at) > 25
    found = [f"{path}:{what}" for path, tree in looked_at for what in oddities(tree)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "await tx.execute(insert(orders).values(order_row(order)))",
        "await tx.execute(update(orders).where(here).values(**row))",
        "await tx.execute(upsert(marks).values(number=number).on_conflict_do_nothing())",
        "return Person(**row._mapping)",
        "return [dict(row) for row in (await tx.execute(_FIND)).mappings()]",
        "return {name: getattr(row, name) for name in NAMES}",
    ],
)
def test_another_way_is_found(line: str) -> None:
    assert list(oddities(ast.parse(f"async def go(tx):\n    {line}")))


@pytest.mark.parametrize("returned", ["list[Row[Any]]", "Any", "Select[Any]", "Sequence[Any]"])
def test_a_row_that_leaves_is_found(returned: str) -> None:
    assert list(oddities(ast.parse(f"async def list_steps(tx) -> {returned}:\n    return []")))
