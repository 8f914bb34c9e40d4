"""A kind of room event, or a command, is one class, and everything that lists the kinds has it."""

import re
from pathlib import Path
from typing import get_args

import pytest

from etalase.social.rooms import EVENT_TYPES, Command
from etalase.social.rooms._model import commands
from etalase.social.rooms._model.log import RoomEvent

PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocols" / "room.md").read_text(encoding="utf-8")


def command_classes(kind: type[commands._Command] = commands._Command) -> set[type]:
    """Return all commands that are declared, without their bases."""
    below = kind.__subclasses__()
    return set().union(*map(command_classes, below)) if below else {kind}


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_the_protocol_says_what_an_event_does(name: str) -> None:
    assert re.search(rf"^\| `{re.escape(name)}` \|", PROTOCOL, re.MULTILINE)


@pytest.mark.parametrize("kind", sorted(command_classes(), key=str))
def test_a_command_is_read_and_written_down(kind: type) -> None:
    assert kind in get_args(Command)
    assert re.search(rf"^\|[^|]*`{kind.__struct_config__.tag}`", PROTOCOL, re.MULTILINE)  # type: ignore[attr-defined]


def test_no_event_is_taken_for_another() -> None:
    assert len({kind.__name__ for kind in EVENT_TYPES.values()}) == len(EVENT_TYPES)
    assert all(kind.type == name and issubclass(kind, RoomEvent) for name, kind in EVENT_TYPES.items())
