"""The types that scripts share with the server, written as TypeScript from the server's structs.

`python -m etalase.web.browser_types frontend/src/room/protocol.ts` writes the file; with `--check` it says
whether the file is what the structs are now. So a field exists on both sides or on none.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from msgspec import inspect as shapes

from etalase.social.media import StreamHealth
from etalase.social.rooms import EVENT_TYPES, Command, SalesFigures
from etalase.web import _frames as frames
from etalase.web import _holds as holds
from etalase.web.rooms import RoomPage, StudioPage

ANSWERS = (
    RoomPage,
    StudioPage,
    StreamHealth,
    SalesFigures,
    frames.SilencedList,
    frames.ClaimList,
    frames.ClaimEntered,
    frames.ReplayState,
    frames.Acknowledged,
    holds.HoldList,
    holds.HoldGranted,
    holds.PlaceGiven,
    holds.LineSeen,
    holds.HoldTerms,
    holds.BuyerKnown,
)
"""What the pages carry, and what the scripts are answered."""
HEAD = """\
/** The types that the server and the scripts share, made by `make fix` from the server's structs, which
 * explain them; docs/protocols/room.md says what each frame and event means. */
"""
TAIL = """\
/** `at` is in milliseconds since 1970, by the server's clock. */
export type RoomEvent = { seq: number; at: number } & (
EVENTS
);

export type Command =
COMMANDS;

export type Reply = { t: "reply"; id: number } & Outcome;

export type Outcome = { ok: true; result?: CommandResult } | { ok: false; problem: CommandProblem };

export type Frame =
  | ({ t: "hello" } & Hello)
  | ({ t: "snapshot" } & Snapshot)
  | { t: "events"; events: RoomEvent[] }
  | Reply;
"""
PLAIN: dict[type[shapes.Type], str] = {
    shapes.IntType: "number",
    shapes.FloatType: "number",
    shapes.StrType: "string",
    shapes.UUIDType: "string",
    shapes.DateTimeType: "string",
    shapes.BoolType: "boolean",
    shapes.NoneType: "null",
    shapes.AnyType: "unknown",
}


@dataclass
class Module:
    """The interfaces of one TypeScript module, each once, in the order in which they were needed."""

    interfaces: dict[str, str] = field(default_factory=dict)

    def type_of(self, shape: shapes.Type) -> str:
        """Return a type as TypeScript writes it; what it refers to is added to the module."""
        match shape:
            case shapes.UnionType(types=types):
                written = " | ".join(dict.fromkeys(map(self.type_of, types)))
            case shapes.ListType(item_type=item) | shapes.VarTupleType(item_type=item):
                written = f"{self.type_of(item)}[]"
            case shapes.DictType(value_type=value):
                written = f"Record<string, {self.type_of(value)}>"
            case shapes.LiteralType(values=values):
                written = " | ".join(f'"{value}"' for value in values)
            case shapes.EnumType(cls=kind):
                written = " | ".join(f'"{member.value}"' for member in kind)
            case shapes.StructType(cls=kind) | shapes.DataclassType(cls=kind):
                written = self.add(kind)
            case _:
                written = PLAIN[type(shape)]
        return written

    def add(self, kind: type[Any], *, read: bool = False) -> str:
        """Add an interface; what the server reads may lack what has a default. Return its name."""
        name = kind.__name__
        if name not in self.interfaces:
            self.interfaces[name] = ""  # one that refers to itself is there already
            may_lack = read or is_lean(kind)
            lines = []
            for one in fields_of(kind):
                mark = "?" if may_lack and not one.required else ""
                if not (read and one.name == "id"):  # the connection numbers what it sends
                    lines.append(f"  {one.encode_name}{mark}: {self.type_of(one.type)};")
            body = "\n".join(lines)
            self.interfaces[name] = f"export interface {name} {{\n{body}\n}}\n" if lines else ""
        return name

    def union(self, tag: str, kinds: Iterator[tuple[str, type[Any]]], *, read: bool) -> str:
        """Return the members of a union that a field tells apart."""
        members = []
        for value, kind in kinds:
            name = self.add(kind, read=read)
            own = f'{{ {tag}: "{value}" }}'
            members.append(f"  | ({own} & {name})" if self.interfaces[name] else f"  | {own}")
        return "\n".join(members)


def fields_of(kind: type[Any]) -> tuple[shapes.Field, ...]:
    """Return the fields of a struct or dataclass."""
    shape = shapes.type_info(kind)
    return shape.fields if isinstance(shape, shapes.StructType | shapes.DataclassType) else ()


def is_lean(kind: type[Any]) -> bool:
    """Tell whether the struct leaves out what has its default."""
    config = getattr(kind, "__struct_config__", None)
    return config is not None and config.omit_defaults


def module() -> str:
    """Return the whole module."""
    made = Module()
    for kind in (*ANSWERS, frames.Hello, frames.Snapshot, frames.CommandProblem, frames.CommandResult):
        made.add(kind)
    made.add(holds.HoldWanted, read=True)
    events = made.union("type", iter(EVENT_TYPES.items()), read=False)
    asked = ((str(kind.__struct_config__.tag), kind) for kind in get_args(Command))
    commands = made.union("do", asked, read=True)
    tail = TAIL.replace("EVENTS", events).replace("COMMANDS", commands)
    return "\n".join([HEAD, *filter(None, made.interfaces.values()), tail])


def main(arguments: list[str]) -> int:
    """Write the module, or check that it is written."""
    is_check = "--check" in arguments
    path = Path(next(argument for argument in arguments if not argument.startswith("-")))
    text = module()
    if not is_check:
        path.write_text(text, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != text:
        sys.stderr.write(f"{path} is not what the server's structs say. Run: make fix\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
