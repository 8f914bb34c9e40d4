"""What becomes of a command: an event, or a refusal. Pure; pace and durability are the room's business."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from etalase.kernel.errors import IdempotencyKeyReused
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_id
from etalase.kernel.lookalikes import look_alike
from etalase.social.rooms._errors import (
    NameNeeded,
    NameNotFree,
    NotAHost,
    ShowIsOver,
    ShowNotLive,
)
from etalase.social.rooms._model import log
from etalase.social.rooms._model.moderation import Moderation
from etalase.social.rooms._model.state import RoomState, ShowState

LINE_LENGTH = 200
NAME_LENGTH = 30
VIEWER_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Participant:
    """Whoever speaks: `viewer` is a public pseudonym; hosts speak under their shop's roof.

    `address` is where they come from, as far as paces are concerned; nothing when that can't be told.
    `credential` is the session or token by which a host came in: once it has ended, they are a host no more.
    """

    viewer: str
    name: str | None = None
    is_host: bool = False
    address: str = ""
    credential: UUID | None = None


def line_id(show_id: UUID, viewer: str, key: str | None) -> str:
    """Return the id of a viewer's line: the same for the same key in the same show, else a new one."""
    return str(new_id() if key is None else uuid5(show_id, f"{viewer}\n{key}"))


def choose_name(name: str, reserved: Iterable[str], *, is_host: bool) -> str:
    """Return the name as it will be shown. Only hosts may be called like the shop or one of them."""
    fields = Fields()
    chosen = fields.line("name", name, max_length=NAME_LENGTH)
    fields.settle()
    if not is_host:
        require_free_name(chosen, reserved)
    return chosen


def require_free_name(name: str, reserved: Iterable[str]) -> None:
    """Refuse a name that people would take for a reserved one."""
    if any(look_alike(name, other) for other in reserved):
        raise NameNotFree


def say(
    state: RoomState, moderation: Moderation, participant: Participant, text: str, line_id: str, now: int
) -> log.ChatSaid:
    """Let the visitor say a line."""
    if state.show.state is ShowState.ENDED:
        raise ShowIsOver
    if not participant.is_host:
        moderation.require_voice(participant.viewer, now)
    if participant.name is None:
        raise NameNeeded
    fields = Fields()
    line = fields.line("text", text, max_length=LINE_LENGTH)
    fields.settle()
    return log.ChatSaid(line_id, participant.viewer, participant.name, line, participant.is_host)


def require_same_line(said: str, text: str) -> None:
    """Refuse another line under a key under which one was said."""
    if Fields().line("text", text, max_length=LINE_LENGTH) != said:
        raise IdempotencyKeyReused


def require_hearts_welcome(state: RoomState, moderation: Moderation, participant: Participant) -> None:
    """Refuse hearts when the show is not live, and from those who are blocked."""
    if state.show.state is not ShowState.LIVE:
        raise ShowNotLive
    if participant.viewer in moderation.blocked:
        moderation.require_voice(participant.viewer, 0)


def require_host(participant: Participant) -> None:
    """Refuse everyone but the shop's hosts."""
    if not participant.is_host:
        raise NotAHost


def require_viewer(viewer: str) -> str:
    """Return a viewer's pseudonym as a host named it; refuse what can't be one."""
    fields = Fields()
    known = fields.identifier("viewer", viewer, max_length=VIEWER_LENGTH)
    fields.settle()
    return known
