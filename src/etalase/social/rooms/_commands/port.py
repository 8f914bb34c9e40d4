"""The port to an open room: what sockets, pages and the API may know of it, whichever node keeps it."""

from typing import Protocol

from etalase.platform.realtime import Log
from etalase.social.rooms._model.claims import ClaimLine
from etalase.social.rooms._model.decisions import Participant
from etalase.social.rooms._model.moderation import Silenced
from etalase.social.rooms._model.show import Show
from etalase.social.rooms._model.state import RoomState


class OpenRoom(Protocol):
    """A room as its doors see it: what it shows, the log that its viewers follow, and who is there.

    Nothing here waits, and nothing here changes what the room shows: for that, ask the `RoomService`.
    """

    @property
    def show(self) -> Show:
        """The show, as it is stored."""
        ...

    @property
    def state(self) -> RoomState:
        """All that a viewer sees now, after the log's last event."""
        ...

    @property
    def feed(self) -> Log:
        """The log to follow, from an epoch and a number."""
        ...

    def arrive(self, participant: Participant) -> None:
        """Count one connection in."""
        ...

    def leave(self, participant: Participant) -> None:
        """Count one connection out."""
        ...

    def poll(self, participant: Participant) -> None:
        """Count a viewer who asks now and then."""
        ...

    def now(self) -> int:
        """Return the server's clock, in Unix milliseconds."""
        ...

    def name_of(self, viewer: str) -> str | None:
        """Return what the viewer is called here."""
        ...

    def claim_line(self, line_id: str) -> ClaimLine | None:
        """Return the words of a claim and who wrote them, if they are known."""
        ...

    def list_silenced(self) -> list[Silenced]:
        """Return who may not write here now."""
        ...
