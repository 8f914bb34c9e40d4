"""The glossary is the list: what it replaces is in no name of the code, and one name has one meaning."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
PYTHON = [path for folder in ("src", "tests", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
TYPESCRIPT = sorted((ROOT / "frontend" / "src").rglob("*.ts"))
_ROW = re.compile(r"^\| (?P<old>[a-z, ]+) \| (?P<new>[^|]+) \|(?P<where>[^|]*)\|$", re.MULTILINE)
_TYPESCRIPT_NAME = re.compile(r"""(?<![\w$"'`./-])[A-Za-z_$][\w$]*(?=\s*[(:=,;)?<\]])""")
_PROSE = re.compile(r"/\*.*?\*/|//[^\n]*|`(?:[^`\\]|\\.)*`|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL)


def replaced() -> dict[str, str]:
    """Return each word of the glossary's table of replaced words, with the word to use."""
    table = GLOSSARY.partition("## Words that are not used")[2]
    return {old: row["new"].strip() for row in _ROW.finditer(table) for old in row["old"].split(", ")}


def parts(name: str) -> Iterator[str]:
    """Return the words of a name, in small letters."""
    for piece in re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).split("_"):
        yield piece.lower()


def names_of(path: Path) -> Iterator[str]:
    """Return the names that a file gives: of classes, functions, arguments, variables and fields."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ts":
        yield from _TYPESCRIPT_NAME.findall(_PROSE.sub("", text))
        return
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if not name.startswith(("test_", "Test")):  # a sentence, for people
                    yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


@pytest.mark.parametrize("path", [*PYTHON, *TYPESCRIPT], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_name_has_a_word_that_the_glossary_replaces(path: Path) -> None:
    words = replaced()
    assert len(words) >= 10
    found = {
        f"{name}: not {part} but {words[part]}"
        for name in names_of(path)
        for part in parts(re.sub("at_(most|least)", "", name))
        if part in words
    }
    assert not found


def test_a_public_class_has_its_name_for_itself() -> None:
    places: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "src" / "etalase").rglob("*.py")):
        if "lab" in path.parts:  # each gateway's simulator has its own book of the same things
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(str(path.relative_to(ROOT)))
    doubled = {name: sorted(found) for name, found in places.items() if len(found) > 1}
    assert not doubled
