"""What comes in and what goes wrong passes one gate each; nobody goes around it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "etalase"
DRIVERS = ("asyncpg", "sqlalchemy.exc")
READER = "kernel/reading.py"
OUR_OWN_JSON = {
    "web/_assets.py": "the list of built files, which is part of the program",
    "web/_documents/fonts.py": "what is installed beside the fonts",
    "lab/": "a pretend bank and pretend people read what the program itself has sent",
}
MAY_KNOW_DRIVERS = {
    f"platform/{name}.py" for name in ("faults", "jobs", "listening", "preparing", "provision", "postgres")
}


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return each module of ours, by its path below `etalase`; read once for all who only look at it."""
    return tuple(
        (path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(SOURCE.rglob("*.py"))
    )


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield what a module imports, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_drivers_errors_are_known_at_the_gate_only() -> None:
    found = {
        path
        for path, tree in modules()
        for name in imported(tree)
        if any(name == driver or name.startswith(f"{driver}.") for driver in DRIVERS)
    }
    assert "platform/faults.py" in found, "the gate itself must be seen, or the test sees nothing"
    assert found <= MAY_KNOW_DRIVERS


def test_an_exception_is_given_to_the_log_whole() -> None:
    """The log tells what may be said of it; `str` and `repr` repeat what somebody sent."""
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and node.name:
                for call in ast.walk(node):
                    if _logs(call):
                        for keyword in call.keywords:  # type: ignore[attr-defined]
                            assert not _is_text_of(keyword.value, node.name), (path, call.lineno)  # type: ignore[attr-defined]


def _logs(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"log", "logger"}
    )


def _is_text_of(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"str", "repr"}
        and any(isinstance(argument, ast.Name) and argument.id == name for argument in call.args)
        for call in ast.walk(node)
    ) or any(
        isinstance(part, ast.FormattedValue) and getattr(part.value, "id", "") == name
        for part in ast.walk(node)
    )


def test_json_from_outside_is_read_by_the_one_reader() -> None:
    """Both msgspec and json raise RecursionError besides their own errors; the reader knows."""
    found = {path for path, tree in modules() for node in ast.walk(tree) if _decodes_json(node)}
    assert READER in found
    assert not [path for path in found - {READER} if not path.startswith(tuple(OUR_OWN_JSON))]


def _decodes_json(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    if called in {"json.loads", "json.load", "decode_json", "msgspec.json.decode", "response.json"}:
        return True
    return called.startswith("msgspec.json.Decoder") or called.endswith(".receive_json")
