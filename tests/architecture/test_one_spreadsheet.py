"""CSV is read and written in one place: another writer would forget the guards."""

import ast
from collections.abc import Iterator

from tests.architecture.test_one_gate import modules

PLACE = "kernel/spreadsheets/"


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_nobody_else_uses_the_csv_module() -> None:
    users = [name for name, tree in modules() if "csv" in imported(tree)]
    assert users == [f"{PLACE}_writing.py"]


def test_whoever_sends_csv_has_its_lines_from_there() -> None:
    sends = {
        name: tree
        for name, tree in modules()
        if any(
            isinstance(node, ast.Constant) and isinstance(node.value, str) and ".csv" in node.value
            for node in ast.walk(tree)
        )
        and name.startswith(("web/", "api/"))
    }
    assert sends, "no export was found"
    for name, tree in sends.items():
        assert "etalase.kernel.spreadsheets" in set(imported(tree)), name
