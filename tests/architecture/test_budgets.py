"""Functions and files stay small enough to be read in one look."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTION_USUAL, MAX_FUNCTION = 25, 50
FILE_USUAL, MAX_FILE, MAX_TEST_FILE = 250, 400, 600
USUAL_SHARE = 0.9
MAX_TEMPLATE_LINE = 120
"""Characters. djangofmt lays tags out; what stands inside an expression it leaves to whoever writes it."""
EXCEPTIONS: dict[str, str] = {}
"""`path` or `path::function` -> why it may be longer."""


def sources(*folders: str) -> list[Path]:
    """Return the Python files below the folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def functions() -> Iterator[tuple[str, int]]:
    """Yield each function's place and its lines without the docstring."""
    for path in sources("src", "bench"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                doc = node.body[0] if ast.get_docstring(node) else None
                if doc is not None:
                    lines -= (doc.end_lineno or doc.lineno) - doc.lineno + 1
                yield f"{path.relative_to(ROOT)}::{node.name}", lines


def line_count(path: Path) -> int:
    """Return the number of lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def test_functions_keep_their_budget() -> None:
    measured = dict(functions())
    over = {place: lines for place, lines in measured.items() if lines > MAX_FUNCTION}
    assert not {place: lines for place, lines in over.items() if place not in EXCEPTIONS}
    usual = sum(lines <= FUNCTION_USUAL for lines in measured.values())
    assert usual >= USUAL_SHARE * len(measured)


def test_files_keep_their_budget() -> None:
    measured = {str(path.relative_to(ROOT)): line_count(path) for path in sources("src", "bench")}
    over = {path: lines for path, lines in measured.items() if lines > MAX_FILE and path not in EXCEPTIONS}
    assert not over
    assert sum(lines <= FILE_USUAL for lines in measured.values()) >= USUAL_SHARE * len(measured)


def test_test_files_keep_their_budget() -> None:
    assert not {str(path): line_count(path) for path in sources("tests") if line_count(path) > MAX_TEST_FILE}


def test_templates_keep_their_budget() -> None:
    templates = sorted((ROOT / "src").rglob("*.html"))
    assert templates
    long = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for path in templates
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MAX_TEMPLATE_LINE
    ]
    assert not long, "\n".join(long)
    assert not [str(path) for path in templates if line_count(path) > MAX_FILE]


def test_every_exception_still_needs_to_be_one() -> None:
    measured = dict(functions()) | {
        str(path.relative_to(ROOT)): line_count(path) for path in sources("src", "bench")
    }
    assert not [
        place
        for place in EXCEPTIONS
        if measured.get(place, 0) <= (MAX_FUNCTION if "::" in place else MAX_FILE)
    ]
