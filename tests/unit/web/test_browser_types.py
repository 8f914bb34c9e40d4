"""The scripts' types are the server's: what a struct gains, they gain."""

from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from etalase.web.browser_types import Module, main, module

PROTOCOL = Path(__file__).parents[3] / "frontend" / "src" / "room" / "protocol.ts"


class Inner(msgspec.Struct):
    """A part."""

    id_: UUID
    sizes: tuple[int, ...]


class Whole(msgspec.Struct, rename="camel"):
    """Something with every kind of field."""

    state: Literal["on", "off"]
    parts: list[Inner]
    by_name: dict[str, float]
    until: int | None = None


class Lean(msgspec.Struct, omit_defaults=True):
    """Something that leaves out what it has not."""

    must: bool
    may: str | None = None


def test_the_scripts_types_are_what_the_structs_are_now() -> None:
    assert main(["--check", str(PROTOCOL)]) == 0


def test_another_file_is_told(tmp_path: Path) -> None:
    other = tmp_path / "protocol.ts"
    other.write_text(module() + "\n", encoding="utf-8")
    assert main(["--check", str(other)]) == 1
    assert main([str(other)]) == 0
    assert other.read_text(encoding="utf-8") == PROTOCOL.read_text(encoding="utf-8")


def test_fields_are_written_as_they_are_on_the_wire() -> None:
    made = Module()
    made.add(Whole)
    assert made.interfaces["Whole"].splitlines()[1:-1] == [
        '  state: "off" | "on";',
        "  parts: Inner[];",
        "  byName: Record<string, number>;",
        "  until: number | null;",
    ]
    assert made.interfaces["Inner"].splitlines()[1:-1] == ["  id_: string;", "  sizes: number[];"]


def test_what_may_be_missing_is_optional() -> None:
    made = Module()
    made.add(Lean)
    made.add(Inner, read=True)
    assert "  must: boolean;" in made.interfaces["Lean"]
    assert "  may?: string | null;" in made.interfaces["Lean"]
