"""If-None-Match is read as the standard says, in one place."""

import re
from pathlib import Path

import pytest

import etalase
from etalase.web._conditions import is_known

TAG = '"abc-1"'


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ("", False),
        (TAG, True),
        (f" {TAG} ", True),
        (f"W/{TAG}", True),
        (f'"x", {TAG}', True),
        (f'"x",W/{TAG},"y"', True),
        (f'"a,b" , {TAG}', True),
        ("*", True),
        (" * ", True),
        ('"x"', False),
        ('W/"x", "y"', False),
        ("abc-1", False),
        ('"abc-1', False),
        ('"*"', False),
        (f'"x, {TAG[1:]}', False),
    ],
)
def test_a_tag_is_known_or_not(header: str | None, *, known: bool) -> None:
    assert is_known(header, TAG) is known
    assert is_known(header, f"W/{TAG}") is known


def test_nothing_else_reads_the_header() -> None:
    root = Path(etalase.__file__).parent
    readers = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"if[-_]none[-_]match", path.read_text(), re.IGNORECASE)
    ]
    assert sorted(readers) == ["web/_assets.py", "web/_conditions.py", "web/_ranges.py"]
    for path in ("web/_assets.py", "web/_ranges.py"):
        assert "is_known(" in (root / path).read_text()
