"""Rooms are asked by their port: outside their context nobody has a room itself, nor their registry."""

import ast
from collections.abc import Iterator
from inspect import get_annotations
from pathlib import Path

import pytest

from etalase.social import rooms
from etalase.social.rooms import OpenRoom, RoomService

SOURCE = Path(__file__).parents[2] / "src" / "etalase"
INSIDE = SOURCE / "social" / "rooms"
OWN = {"registry", "upkeep"}
"""What a `RoomService` is made of, and what leads to the room itself."""


def reaches_inside(source: str) -> Iterator[int]:
    """Give the lines that take a service of rooms apart."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in OWN and ast.unparse(node.value).endswith("rooms"):
            yield node.lineno


def test_nobody_outside_takes_the_rooms_apart() -> None:
    outside = [path for path in SOURCE.rglob("*.py") if not path.is_relative_to(INSIDE)]
    found = {str(path): lines for path in outside if (lines := list(reaches_inside(path.read_text())))}
    assert found == {}


@pytest.mark.parametrize("source", ["self._rooms.registry.find(code)", "given['x'].rooms.upkeep.save()"])
def test_taking_them_apart_is_found(source: str) -> None:
    assert list(reaches_inside(source)) == [1]


def test_the_face_has_the_port_and_not_the_room() -> None:
    assert "Room" not in rooms.__all__
    assert not hasattr(rooms, "Room")
    assert get_annotations(RoomService.open_room)["return"] is OpenRoom
