"""The state of a room and what each event makes of it.

The law: a snapshot, followed by the events after its number, equals a later snapshot. So `apply` is total (an
event that does not fit changes nothing), and everything that viewers see is in `RoomState` and nowhere else.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import singledispatch
from uuid import UUID

from etalase.social.rooms._model import log
from etalase.social.rooms._model.offers import OfferCard, with_stock

CHAT_LINES = 50
"""How many of the last lines a late comer sees."""


class ShowState(StrEnum):
    """Where a show is in its life; it only ever moves forward."""

    PLANNED = "planned"
    LIVE = "live"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RoomShow:
    """The show as the room tells it; moments are Unix milliseconds."""

    code: str
    title: str
    state: ShowState
    starts_at: int
    started_at: int | None = None
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """What to play: the playlist's address, and the media session that it belongs to."""

    playlist: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """The offer that the host shows now, and since when."""

    product_id: UUID
    at: int


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of the chat, in plain text."""

    id: str
    viewer: str
    name: str
    text: str
    at: int
    host: bool


@dataclass(frozen=True, slots=True)
class Sold:
    """What the show has sold so far."""

    units: int = 0


@dataclass(frozen=True, slots=True)
class RoomState:
    """All that a viewer of the room sees; a snapshot is this, encoded."""

    epoch: str
    show: RoomShow
    video: Video = Video()
    pinned: Pin | None = None
    tray: tuple[OfferCard, ...] = ()
    chat: tuple[ChatLine, ...] = ()
    viewers: int = 0
    hearts: int = 0
    sold: Sold = Sold()

    def has_offer(self, product_id: UUID) -> bool:
        """Say whether the tray has this offer."""
        return any(card.product_id == product_id for card in self.tray)


@singledispatch
def apply(event: log.RoomEvent, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    """Return the state after the event, which happened at this moment."""
    return state


@apply.register
def _(event: log.ShowEdited, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    return replace(state, show=replace(state.show, title=event.title, starts_at=event.starts_at))


@apply.register
def _(event: log.ShowStarted, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    if state.show.state is not ShowState.PLANNED:
        return state
    return replace(state, show=replace(state.show, state=ShowState.LIVE, started_at=event.started_at))


@apply.register
def _(event: log.ShowEnded, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    show = replace(state.show, state=ShowState.ENDED, ended_at=event.ended_at)
    return replace(state, show=show, pinned=None, video=Video())


@apply.register
def _(event: log.VideoChanged, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    return replace(state, video=Video(event.playlist, event.session))


@apply.register
def _(event: log.OfferPinned, state: RoomState, at: int) -> RoomState:
    if state.show.state is not ShowState.LIVE or not state.has_offer(event.product_id):
        return state
    return replace(state, pinned=Pin(event.product_id, at))


@apply.register
def _(event: log.OfferUnpinned, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    if state.pinned is None or state.pinned.product_id != event.product_id:
        return state
    return replace(state, pinned=None)


@apply.register
def _(event: log.TrayChanged, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    after = replace(state, tray=event.tray)
    if after.pinned is not None and not after.has_offer(after.pinned.product_id):
        return replace(after, pinned=None)
    return after


@apply.register
def _(event: log.OfferStockChanged, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    tray = tuple(
        with_stock(card, event.variant_id, event.available) if card.product_id == event.product_id else card
        for card in state.tray
    )
    return replace(state, tray=tray)


@apply.register
def _(event: log.OfferSold, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    return replace(state, sold=Sold(state.sold.units + event.quantity))


@apply.register
def _(event: log.ChatSaid, state: RoomState, at: int) -> RoomState:
    line = ChatLine(event.id, event.viewer, event.name, event.text, at, event.host)
    return replace(state, chat=(*state.chat, line)[-CHAT_LINES:])


@apply.register
def _(event: log.ChatDeleted, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    return replace(state, chat=tuple(line for line in state.chat if line.id != event.line))


@apply.register
def _(event: log.ViewerBlocked, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    return replace(state, chat=tuple(line for line in state.chat if line.viewer != event.viewer))


@apply.register
def _(event: log.HeartsAdded, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    return replace(state, hearts=event.total)


@apply.register
def _(event: log.ViewersCounted, state: RoomState, at: int) -> RoomState:  # noqa: ARG001
    return replace(state, viewers=event.count)
