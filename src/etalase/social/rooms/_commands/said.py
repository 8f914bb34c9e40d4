"""The last lines of each viewer, so that a line sent twice is said once.

Whoever lost the connection between a line and its reply sends the line again under the same key. The line's
id is made from that key, so the stored log itself remembers it: a room that is opened anew knows its last
lines.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from etalase.social.rooms._model.log import ChatSaid

VIEWERS = 20_000
LINES_OF_ONE_VIEWER = 16
"""More than anybody may write in the time in which a client still sends a line again."""


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line that is known already: its name and text, and what to wait for while it is not stored yet."""

    name: str
    text: str
    on_its_way: asyncio.Future[None] | None = None


class KnownLines:
    """What was said in one room of late. Everything happens on the loop's thread."""

    def __init__(self) -> None:
        self._of_viewer: OrderedDict[str, OrderedDict[str, KnownLine]] = OrderedDict()
        self._on_their_way: dict[str, KnownLine] = {}

    def find(self, viewer: str, line_id: str) -> KnownLine | None:
        """Return the viewer's line with this id, if it is known."""
        known: OrderedDict[str, KnownLine] = self._of_viewer.get(viewer, OrderedDict())
        return known.get(line_id) or self._on_their_way.get(line_id)

    def expect(self, line: ChatSaid, stored: asyncio.Future[None]) -> None:
        """Know a line that waits to be stored, until it is, or is refused."""
        self._on_their_way[line.id] = KnownLine(line.name, line.text, stored)
        stored.add_done_callback(lambda _: self._on_their_way.pop(line.id, None))

    def remember(self, line: ChatSaid) -> None:
        """Know a stored line; the oldest lines, and the viewers silent for longest, are forgotten."""
        lines = self._of_viewer.setdefault(line.viewer, OrderedDict())
        lines[line.id] = KnownLine(line.name, line.text)
        if len(lines) > LINES_OF_ONE_VIEWER:
            lines.popitem(last=False)
        self._of_viewer.move_to_end(line.viewer)
        if len(self._of_viewer) > VIEWERS:
            self._of_viewer.popitem(last=False)
