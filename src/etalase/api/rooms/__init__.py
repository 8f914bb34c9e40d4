"""Shows and their rooms, for programs: plan, fill the tray, go live, pin, moderate, end.

Reading a show needs no token: whoever has the link may watch. Everything else needs the token of a host of
the show's shop; to others the show does not exist. What happens in the room comes by its socket, described
in `docs/protocols/room.md`; a token in the socket's Authorization header makes it a host's.
"""

from typing import Any

from etalase.api.rooms import _shows, _stage

ROUTES: list[Any] = [*_shows.ROUTES, *_stage.ROUTES]

__all__ = ["ROUTES"]
