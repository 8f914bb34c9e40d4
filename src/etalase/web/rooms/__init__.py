"""The pages of shows: the room that viewers see, and the studio in which hosts plan and hold them."""

from typing import Any

from etalase.web.rooms import _covers, _plans, _room, _studio
from etalase.web.rooms._access import RoomRules
from etalase.web.rooms._views import RoomPage, StudioPage

ROUTES: list[Any] = [*_room.ROUTES, *_covers.ROUTES, *_plans.ROUTES, *_studio.ROUTES]

__all__ = ["ROUTES", "RoomPage", "RoomRules", "StudioPage"]
