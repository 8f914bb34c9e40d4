"""A stream holds no connection while its reader is slow: nothing is yielded inside a transaction."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src" / "etalase"


def is_context_manager(function: ast.AST) -> bool:
    """Tell whether the function gives its one value to a `with` block, which the block's owner ends."""
    assert isinstance(function, ast.AsyncFunctionDef)
    return any("contextmanager" in ast.unparse(decorator) for decorator in function.decorator_list)


def opens_transaction(block: ast.AST) -> bool:
    """Tell whether the block lies inside a transaction or holds a connection."""
    return isinstance(block, ast.AsyncWith) and any(
        ast.unparse(item.context_expr).endswith((".begin()", ".connect()")) for item in block.items
    )


def held_streams(source: str) -> Iterator[str]:
    """Name the generators that yield while they hold a connection."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.AsyncFunctionDef) or is_context_manager(function):
            continue
        for block in ast.walk(function):
            if opens_transaction(block) and any(isinstance(node, ast.Yield) for node in ast.walk(block)):
                yield function.name


def test_no_stream_holds_a_connection() -> None:
    found = {
        str(path.relative_to(SOURCES)): names
        for path in sorted(SOURCES.rglob("*.py"))
        if (names := list(held_streams(path.read_text())))
    }
    assert found == {}


def test_a_stream_that_holds_one_is_found() -> None:
    source = "async def rows(db):\n    async with db.begin() as tx:\n        yield tx\n"
    assert list(held_streams(source)) == ["rows"]
