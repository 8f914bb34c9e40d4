"""What viewers and hosts may ask of a room, as it comes over the wire, and what becomes of it.

One class is one command. A `Decided` one turns into an event, or into a refusal, by looking at the room; the
others (`Say`, `TakeName`, `GiveHearts`) have paces and names to mind, and are carried out by the room itself.
"""

from abc import abstractmethod
from typing import Annotated, Protocol
from uuid import UUID

import msgspec

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import poisoned_paths
from etalase.kernel.reading import JsonReader, Unreadable
from etalase.social.rooms._errors import (
    NoNextOffer,
    NoSuchCommand,
    NoSuchLine,
    OfferNotInTray,
    OfferNotPinned,
    ShowNotLive,
)
from etalase.social.rooms._model import log
from etalase.social.rooms._model.claims import ClaimsBy
from etalase.social.rooms._model.decisions import Participant, require_host, require_viewer
from etalase.social.rooms._model.state import RoomState, ShowState

MAX_MUTE_SECONDS = 24 * 60 * 60
HEARTS_AT_ONCE = 20
KEY_LENGTHS = (8, 64)
BUYER_LENGTH = 1000
MAX_NUMBER = 2**53 - 1
"""What JavaScript's numbers hold exactly."""
AskersNumber = Annotated[int, msgspec.Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]


class _Command(msgspec.Struct, tag_field="do", kw_only=True):
    """`id` is the asker's own number, and comes back with the reply."""

    id: AskersNumber = 0


class Say(_Command, tag="say"):
    """Write a line; with a name, take that name first.

    `key` is the asker's own name for this one line: sent again under the same key, it is said once. `buyer`
    is the till's word for who they are, so that a line which asks to buy is a claim.
    """

    text: str
    name: str | None = None
    key: Annotated[str, msgspec.Meta(min_length=KEY_LENGTHS[0], max_length=KEY_LENGTHS[1])] | None = None
    buyer: Annotated[str, msgspec.Meta(max_length=BUYER_LENGTH)] = ""


class TakeName(_Command, tag="name"):
    """Be called so from the next line on."""

    name: str


class GiveHearts(_Command, tag="heart"):
    """Give hearts."""

    count: Annotated[int, msgspec.Meta(ge=1, le=HEARTS_AT_ONCE)] = 1


class RoomFacts(Protocol):
    """What a decision looks at."""

    @property
    def state(self) -> RoomState:
        """All that viewers see."""
        ...

    def now(self) -> int:
        """Return the present moment as Unix milliseconds."""
        ...


class Decided(_Command):
    """A command that becomes an event by a decision alone."""

    @abstractmethod
    def decide(self, room: RoomFacts, who: Participant) -> log.RoomEvent:
        """Return the event; raise a refusal."""


class PinOffer(Decided, tag="pin"):
    """Show this offer of the tray; whatever was shown before gives way."""

    product_id: UUID

    def decide(self, room: RoomFacts, who: Participant) -> log.OfferPinned:
        """Refuse viewers, a show that is not live, and what the tray lacks."""
        _require_offer(room, who, self.product_id)
        return log.OfferPinned(self.product_id)


class UnpinOffer(Decided, tag="unpin"):
    """Show no offer."""

    def decide(self, room: RoomFacts, who: Participant) -> log.OfferUnpinned:
        """Refuse viewers, and where no offer is shown."""
        require_host(who)
        if room.state.pinned is None:
            raise OfferNotPinned
        return log.OfferUnpinned(room.state.pinned.product_id)


class PinNext(Decided, tag="next"):
    """Show the offer of the tray that comes after the one on show; the first where none is."""

    def decide(self, room: RoomFacts, who: Participant) -> log.OfferPinned:
        """Refuse viewers, a show that is not live, and the end of the tray."""
        require_host(who)
        if room.state.show.state is not ShowState.LIVE:
            raise ShowNotLive
        tray = [card.product_id for card in room.state.tray]
        shown = room.state.pinned
        place = tray.index(shown.product_id) + 1 if shown and shown.product_id in tray else 0
        if place == len(tray):
            raise NoNextOffer
        return log.OfferPinned(tray[place])


class CloseClaims(Decided, tag="close_claims"):
    """Take no more claims for this offer of the tray."""

    product_id: UUID

    def decide(self, room: RoomFacts, who: Participant) -> log.ClaimsClosedByHost:
        """Refuse viewers, a show that is not live, and what the tray lacks."""
        _require_offer(room, who, self.product_id)
        return log.ClaimsClosedByHost(self.product_id)


class OpenClaims(Decided, tag="open_claims"):
    """Take claims for this offer again."""

    product_id: UUID

    def decide(self, room: RoomFacts, who: Participant) -> log.ClaimsOpened:
        """Refuse viewers, a show that is not live, and what the tray lacks."""
        _require_offer(room, who, self.product_id)
        return log.ClaimsOpened(self.product_id)


class ChooseClaimDoors(Decided, tag="claim_doors"):
    """Take claims for this offer by button, by comment or by both."""

    product_id: UUID
    by: ClaimsBy

    def decide(self, room: RoomFacts, who: Participant) -> log.ClaimDoorsChosen:
        """Refuse viewers, a show that is not live, and what the tray lacks."""
        _require_offer(room, who, self.product_id)
        return log.ClaimDoorsChosen(self.product_id, self.by)


def _require_offer(room: RoomFacts, who: Participant, product_id: UUID) -> None:
    require_host(who)
    if room.state.show.state is not ShowState.LIVE:
        raise ShowNotLive
    if not room.state.has_offer(product_id):
        raise OfferNotInTray


class DeleteLine(Decided, tag="delete"):
    """Take away a line that can still be seen: a host any, a viewer their own."""

    line: str

    def decide(self, room: RoomFacts, who: Participant) -> log.ChatDeleted:
        """Refuse a line that is not there, and viewers where it is another's."""
        found = next((said for said in room.state.chat if said.id == self.line), None)
        if found is None:
            raise NoSuchLine
        if found.viewer != who.viewer:
            require_host(who)
        return log.ChatDeleted(self.line)


class MuteViewer(Decided, tag="mute"):
    """Let a viewer not write for so long."""

    viewer: str
    seconds: Annotated[int, msgspec.Meta(ge=1, le=MAX_MUTE_SECONDS)] = 300

    def decide(self, room: RoomFacts, who: Participant) -> log.ViewerMuted:
        """Refuse viewers."""
        require_host(who)
        return log.ViewerMuted(require_viewer(self.viewer), room.now() + self.seconds * 1000)


class UnmuteViewer(Decided, tag="unmute"):
    """Let a viewer write again."""

    viewer: str

    def decide(self, room: RoomFacts, who: Participant) -> log.ViewerUnmuted:  # noqa: ARG002
        """Refuse viewers."""
        require_host(who)
        return log.ViewerUnmuted(require_viewer(self.viewer))


class BlockViewer(Decided, tag="block"):
    """Let a viewer write nothing in this shop's rooms any more."""

    viewer: str

    def decide(self, room: RoomFacts, who: Participant) -> log.ViewerBlocked:  # noqa: ARG002
        """Refuse viewers."""
        require_host(who)
        return log.ViewerBlocked(require_viewer(self.viewer))


class UnblockViewer(Decided, tag="unblock"):
    """Let a blocked viewer write again."""

    viewer: str

    def decide(self, room: RoomFacts, who: Participant) -> log.ViewerUnblocked:  # noqa: ARG002
        """Refuse viewers."""
        require_host(who)
        return log.ViewerUnblocked(require_viewer(self.viewer))


Command = (
    Say
    | TakeName
    | GiveHearts
    | PinOffer
    | UnpinOffer
    | PinNext
    | CloseClaims
    | OpenClaims
    | ChooseClaimDoors
    | DeleteLine
    | MuteViewer
    | UnmuteViewer
    | BlockViewer
    | UnblockViewer
)

_commands: JsonReader[Command] = JsonReader(Command)


class _Numbered(msgspec.Struct):
    id: AskersNumber = 0


_numbers: JsonReader[_Numbered] = JsonReader(_Numbered)


def read_command(text: bytes) -> Command:
    """Return the command, or refuse what cannot be read as one."""
    try:
        command = _commands.read(text)
    except Unreadable as fault:
        raise NoSuchCommand(reason=fault.why) from None
    poisoned = [
        FieldProblem(field, "unreadable") for field in poisoned_paths(msgspec.structs.asdict(command))
    ]
    if poisoned:
        raise Invalid(*poisoned)
    return command


def command_number(text: bytes) -> int:
    """Return the asker's number of a command that could not be read, or 0, so that the refusal finds its
    way.
    """
    try:
        return _numbers.read(text).id
    except Unreadable:
        return 0
