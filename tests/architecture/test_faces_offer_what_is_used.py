"""A face offers what somebody outside uses; a name that nobody uses is a promise for nothing."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARENTS = ("commerce", "social")
ROOTS = ("accounts", "bridge")
EXCEPTIONS: dict[str, str] = {}
"""Names that nobody uses by name outside, like `etalase.commerce.orders.OrderPage`, and why they stay."""

Faces = dict[str, Path]


def faces() -> Faces:
    """Return the folder of each context by its module."""
    source = ROOT / "src" / "etalase"
    folders = [source / root for root in ROOTS]
    folders += [folder for parent in PARENTS for folder in sorted((source / parent).iterdir())]
    found = [folder for folder in folders if (folder / "__init__.py").exists()]
    return {".".join(folder.relative_to(ROOT / "src").parts): folder for folder in found}


def uses(source: str, modules: Faces) -> Iterator[tuple[str, str]]:
    """Yield each (context, name) that a module's text takes from a face."""
    aliases: dict[str, str] = {}
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if f"{node.module}.{alias.name}" in modules:
                    aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                elif node.module in modules:
                    yield node.module, alias.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            yield aliases[node.value.id], node.attr


def unused(modules: Faces) -> list[str]:
    """Return the names in a face that no source, test or bench outside the context uses."""
    used: defaultdict[str, set[str]] = defaultdict(set)
    for folder in ("src", "tests", "bench"):
        for path in (ROOT / folder).rglob("*.py"):
            for module, name in uses(path.read_text(encoding="utf-8"), modules):
                if not path.is_relative_to(modules[module]):
                    used[module].add(name)
    return [
        f"{module}.{name}"
        for module, folder in modules.items()
        for name in offered((folder / "__init__.py").read_text(encoding="utf-8"))
        if name not in used[module]
    ]


def offered(source: str) -> list[str]:
    """Return what `__all__` of a face lists."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def test_every_name_in_a_face_is_used_outside() -> None:
    assert set(unused(faces())) == set(EXCEPTIONS)


def test_uses_are_found_however_they_are_written() -> None:
    modules = {"etalase.commerce.orders": ROOT}
    text = "from etalase.commerce import orders\nfrom etalase.commerce.orders import place\norders.cancel()"
    assert set(uses(text, modules)) == {(module, name) for module in modules for name in ("place", "cancel")}
