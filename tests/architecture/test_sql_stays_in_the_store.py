"""SQL is written in `_store`, in `platform` and in `bootstrap`, and nowhere else.

import-linter refuses the import of SQLAlchemy and of asyncpg elsewhere. This finds what needs no import: a
statement that is sent, a text of SQL, and a table or a clause that somebody hands on.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.test_one_gate import modules

MAY_WRITE_SQL = ("platform/", "bootstrap/")
OTHERS = {"program"}
"""What executes something else: the condition of a clause of the law."""
SENDING = {"execute", "execute_driver_sql", "exec_driver_sql", "scalars", "connection"}
SQL = re.compile(
    r"\s*(SELECT\s.*\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s*\(|"
    r"(ALTER|CREATE|DROP|LOCK)\s+TABLE\s)",
    re.DOTALL,
)
PROGRAM_ITSELF = "__main__.py"


def is_store(path: str) -> bool:
    """Tell whether the module is a context's `_store`, or lies in one."""
    return path.endswith("/_store.py") or "/_store/" in path


def others() -> Iterator[tuple[str, ast.Module]]:
    """Yield each module that has no business with SQL."""
    for path, tree in modules():
        if not is_store(path) and not path.startswith(MAY_WRITE_SQL):
            yield path, tree


def sent_or_written(tree: ast.AST) -> Iterator[str]:
    """Yield each statement that is sent, and each text that is SQL, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_of_a_transaction(node):
            yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield f"{node.lineno}: {node.value.strip()[:40]!r}"


def _is_of_a_transaction(node: ast.Attribute) -> bool:
    owner = ast.unparse(node.value)
    if owner in OTHERS:
        return False
    return node.attr in SENDING or (node.attr == "stream" and owner.rpartition(".")[2].lstrip("_") == "tx")


def handed_on(tree: ast.AST, module: ModuleType) -> Iterator[str]:
    """Yield each name of the module, and each `module.name` that it reads, that is SQLAlchemy's."""
    for name, value in vars(module).items():
        if _is_sqlalchemys(value):
            yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = getattr(module, node.value.id, None)
            if isinstance(owner, ModuleType) and _is_sqlalchemys(getattr(owner, node.attr, None)):
                yield f"{node.lineno}: {ast.unparse(node)}"


def _is_sqlalchemys(value: object) -> bool:
    made_of = value.__name__ if isinstance(value, ModuleType) else type(value).__module__
    defined_in = str(getattr(value, "__module__", "") or "")
    return any(name.split(".")[0] in {"sqlalchemy", "asyncpg"} for name in (made_of, defined_in))


def loaded(path: str) -> ModuleType:
    """Return the module of a file below `etalase`."""
    name = Path(path).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    return importlib.import_module(f"etalase.{name}" if name != "__init__" else "etalase")


def test_no_statement_is_sent_or_written_elsewhere() -> None:
    assert sum(1 for path, tree in modules() if is_store(path) and any(sent_or_written(tree))) > 10
    found = [f"{path}:{what}" for path, tree in others() for what in sent_or_written(tree)]
    assert not found, "\n".join(found)


def test_no_table_and_no_clause_is_handed_on() -> None:
    found = [
        f"{path}: {what}"
        for path, tree in others()
        if path != PROGRAM_ITSELF
        for what in handed_on(tree, loaded(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "await tx.execute(query)",
        "rows = self._tx.stream(query)",
        "await tx.connection.run_sync(work)",
        "QUERY = 'SELECT id\\nFROM orders'",
        "QUERY = f'UPDATE orders SET state = {state}'",
    ],
)
def test_what_goes_around_the_store_is_found(line: str) -> None:
    tree = ast.parse(f"async def go():\n    {line}" if "await" in line else line)
    assert list(sent_or_written(tree))


def test_a_table_of_a_store_is_found_in_the_hands_of_others() -> None:
    module = loaded("commerce/shops/_queries.py")
    assert list(handed_on(ast.parse("store.shops"), module)) == ["1: store.shops"]
