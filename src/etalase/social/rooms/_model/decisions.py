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
    NoSuchLine,
    NotAHost,
    OfferNotInTray,
    OfferNotPinned,
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


def pin(state: RoomState, participant: Participant, product_id: UUID) -> log.OfferPinned:
    """Show an offer of the tray; whatever was shown before gives way."""
    require_host(participant)
    if state.show.state is not ShowState.LIVE:
        raise ShowNotLive
    if not state.has_offer(product_id):
        raise OfferNotInTray
    return log.OfferPinned(product_id)


def unpin(state: RoomState, participant: Participant) -> log.OfferUnpinned:
    """Show no offer."""
    require_host(participant)
    if state.pinned is None:
        raise OfferNotPinned
    return log.OfferUnpinned(state.pinned.product_id)


def delete(state: RoomState, participant: Participant, line: str) -> log.ChatDeleted:
    """Take away a line that can still be seen: a host any, a viewer their own."""
    found = next((said for said in state.chat if said.id == line), None)
    if found is None:
        raise NoSuchLine
    if found.viewer != participant.viewer:
        require_host(participant)
    return log.ChatDeleted(line)


def mute(participant: Participant, viewer: str, until: int) -> log.ViewerMuted:
    """Let a viewer not write until then."""
    require_host(participant)
    return log.ViewerMuted(_known_viewer(viewer), until)


def unmute(participant: Participant, viewer: str) -> log.ViewerUnmuted:
    """Let a muted viewer write again."""
    require_host(participant)
    return log.ViewerUnmuted(_known_viewer(viewer))


def block(participant: Participant, viewer: str) -> log.ViewerBlocked:
    """Let a viewer write nothing in this shop's rooms."""
    require_host(participant)
    return log.ViewerBlocked(_known_viewer(viewer))


def unblock(participant: Participant, viewer: str) -> log.ViewerUnblocked:
    """Let a blocked viewer write again."""
    require_host(participant)
    return log.ViewerUnblocked(_known_viewer(viewer))


def require_host(participant: Participant) -> None:
    """Refuse everyone but the shop's hosts."""
    if not participant.is_host:
        raise NotAHost


def _known_viewer(viewer: str) -> str:
    fields = Fields()
    known = fields.identifier("viewer", viewer, max_length=VIEWER_LENGTH)
    fields.settle()
    return known
