"""The kinds of events of a room: what the log holds, what viewers hear, and what each makes of the room.

One class is one kind: its fields, its frame and its reducer. `type` is the name on the wire and in the stored
log; it never changes its meaning. Fields may be added with a default, never renamed or removed. Moments are
Unix milliseconds.

The law: a snapshot, followed by the events after its number, equals a later snapshot. So `after` is total: an
event that does not fit changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar, dataclass_transform
from uuid import UUID

import msgspec

from etalase.social.rooms._model.claims import ClaimsBy
from etalase.social.rooms._model.moderation import Moderation
from etalase.social.rooms._model.offers import OfferCard, with_deal_left, with_stock
from etalase.social.rooms._model.state import (
    CHAT_LINES,
    ChatLine,
    ClaimCount,
    OfferDoor,
    Pin,
    RoomState,
    ShowState,
    Sold,
    Video,
)


class RoomEvent:
    """Something that happened in a room.

    One that is not `urgent` may wait for the next tick of a large room; one that is `of_shop` silences or
    frees its viewer in all rooms of the shop.
    """

    __slots__ = ()
    type: ClassVar[str]
    urgent: ClassVar[bool]
    of_shop: ClassVar[bool]

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event, which happened at this moment."""
        return state

    def silence(self, moderation: Moderation) -> Moderation:
        """Return who may not write after the event."""
        return moderation


E = TypeVar("E", bound=RoomEvent)
EVENT_TYPES: dict[str, type[RoomEvent]] = {}
"""Every kind by its type; a kind is in it by being declared."""


@dataclass_transform(frozen_default=True)
def room_event(kind: str, *, urgent: bool = True, of_shop: bool = False) -> Callable[[type[E]], type[E]]:
    """Declare a kind of event."""

    def declare(declared: type[E]) -> type[E]:
        made = dataclass(frozen=True, slots=True)(declared)
        made.type, made.urgent, made.of_shop = kind, urgent, of_shop
        EVENT_TYPES[kind] = made
        return made

    return declare


@room_event("show.edited")
class ShowEdited(RoomEvent):
    """The show has another title or time."""

    title: str
    starts_at: int

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        return replace(state, show=replace(state.show, title=self.title, starts_at=self.starts_at))


@room_event("show.started")
class ShowStarted(RoomEvent):
    """The show is live."""

    started_at: int

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        if state.show.state is not ShowState.PLANNED:
            return state
        return replace(state, show=replace(state.show, state=ShowState.LIVE, started_at=self.started_at))


@room_event("show.ended")
class ShowEnded(RoomEvent):
    """The show is over."""

    ended_at: int

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        show = replace(state.show, state=ShowState.ENDED, ended_at=self.ended_at)
        return replace(state, show=show, pinned=None, video=Video())


@room_event("video.changed")
class VideoChanged(RoomEvent):
    """There is another video to play, or none for now."""

    playlist: str | None
    session: str | None

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        return replace(state, video=Video(self.playlist, self.session))


@room_event("offer.pinned")
class OfferPinned(RoomEvent):
    """The host shows this offer now."""

    product_id: UUID

    def after(self, state: RoomState, at: int) -> RoomState:
        """Return the state after the event."""
        if state.show.state is not ShowState.LIVE or not state.has_offer(self.product_id):
            return state
        return replace(state, pinned=Pin(self.product_id, at))


@room_event("offer.unpinned")
class OfferUnpinned(RoomEvent):
    """The host no longer shows this offer."""

    product_id: UUID

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        if state.pinned is None or state.pinned.product_id != self.product_id:
            return state
        return replace(state, pinned=None)


@room_event("tray.changed")
class TrayChanged(RoomEvent):
    """The offers of the show are these now, in this order."""

    tray: tuple[OfferCard, ...]

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        after = replace(state, tray=self.tray)
        if after.pinned is not None and not after.has_offer(after.pinned.product_id):
            return replace(after, pinned=None)
        return after


@room_event("stock.changed")
class OfferStockChanged(RoomEvent):
    """So much of a variant is left to buy."""

    product_id: UUID
    variant_id: UUID
    available: int

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        tray = tuple(
            with_stock(card, self.variant_id, self.available) if card.product_id == self.product_id else card
            for card in state.tray
        )
        return replace(state, tray=tray)


@room_event("deal.taken")
class OfferDealTaken(RoomEvent):
    """So many units of a deal are left at its price, after some were held or given back."""

    product_id: UUID
    deal_id: UUID
    left: int

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        tray = tuple(
            with_deal_left(card, self.deal_id, self.left) if card.product_id == self.product_id else card
            for card in state.tray
        )
        return replace(state, tray=tray)


@room_event("offer.sold")
class OfferSold(RoomEvent):
    """Somebody has bought."""

    product_id: UUID
    variant_id: UUID
    quantity: int

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        return replace(state, sold=Sold(state.sold.units + self.quantity))


@room_event("claims.counted", urgent=False)
class ClaimsCounted(RoomEvent):
    """The show has had so many claims; `head` is the last link of their chain, which can't change now."""

    number: int
    head: str

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        if self.number <= state.claims.number:
            return state
        return replace(state, claims=ClaimCount(self.number, self.head))


@room_event("claims.closed")
class ClaimsClosedByHost(RoomEvent):
    """The host takes no more claims for this offer."""

    product_id: UUID

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        if self.product_id in state.closed:
            return state
        return replace(state, closed=(*state.closed, self.product_id))


@room_event("claims.opened")
class ClaimsOpened(RoomEvent):
    """The host takes claims for this offer again."""

    product_id: UUID

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        return replace(state, closed=tuple(one for one in state.closed if one != self.product_id))


@room_event("claims.doors")
class ClaimDoorsChosen(RoomEvent):
    """The host takes claims for this offer by button, by comment or by both."""

    product_id: UUID
    by: ClaimsBy

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        others = tuple(door for door in state.doors if door.product_id != self.product_id)
        own = () if self.by is ClaimsBy.BOTH else (OfferDoor(self.product_id, self.by),)
        return replace(state, doors=(*others, *own))


@room_event("chat.said", urgent=False)
class ChatSaid(RoomEvent):
    """Somebody has said something. Name and text are plain text: they are shown, never interpreted."""

    id: str
    viewer: str
    name: str
    text: str
    host: bool

    def after(self, state: RoomState, at: int) -> RoomState:
        """Return the state after the event."""
        line = ChatLine(self.id, self.viewer, self.name, self.text, at, self.host)
        return replace(state, chat=(*state.chat, line)[-CHAT_LINES:])


@room_event("chat.deleted")
class ChatDeleted(RoomEvent):
    """A line was taken away."""

    line: str

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        return replace(state, chat=tuple(line for line in state.chat if line.id != self.line))


@room_event("viewer.muted")
class ViewerMuted(RoomEvent):
    """A viewer may not write until then."""

    viewer: str
    until: int

    def silence(self, moderation: Moderation) -> Moderation:
        """Return the lists after the event."""
        return replace(moderation, muted={**moderation.muted, self.viewer: self.until})


@room_event("viewer.unmuted")
class ViewerUnmuted(RoomEvent):
    """A viewer may write again."""

    viewer: str

    def silence(self, moderation: Moderation) -> Moderation:
        """Return the lists after the event."""
        return replace(
            moderation, muted={who: until for who, until in moderation.muted.items() if who != self.viewer}
        )


@room_event("viewer.blocked", of_shop=True)
class ViewerBlocked(RoomEvent):
    """A viewer may not write in this shop's rooms; their lines are gone."""

    viewer: str

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        return replace(state, chat=tuple(line for line in state.chat if line.viewer != self.viewer))

    def silence(self, moderation: Moderation) -> Moderation:
        """Return the lists after the event."""
        return replace(moderation, blocked=moderation.blocked | {self.viewer})


@room_event("viewer.unblocked", of_shop=True)
class ViewerUnblocked(RoomEvent):
    """A viewer may write again; their lines stay gone."""

    viewer: str

    def silence(self, moderation: Moderation) -> Moderation:
        """Return the lists after the event."""
        return replace(moderation, blocked=moderation.blocked - {self.viewer})


@room_event("hearts.added", urgent=False)
class HeartsAdded(RoomEvent):
    """Viewers gave hearts: `count` since the last such event, `total` in all."""

    count: int
    total: int

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        return replace(state, hearts=self.total)


@room_event("viewers.counted", urgent=False)
class ViewersCounted(RoomEvent):
    """So many are watching."""

    count: int

    def after(self, state: RoomState, at: int) -> RoomState:  # noqa: ARG002
        """Return the state after the event."""
        return replace(state, viewers=self.count)


def encode_event(event: RoomEvent, *, number: int, at: int) -> bytes:
    """Return the event as viewers hear it."""
    return msgspec.json.encode({"seq": number, "at": at, "type": event.type, **msgspec.to_builtins(event)})


def event_body(event: RoomEvent) -> dict[str, object]:
    """Return the event's own fields, as the stored log keeps them."""
    body: dict[str, object] = msgspec.to_builtins(event)
    return body


def read_event(kind: str, body: object) -> RoomEvent | None:
    """Return the event of this type, or None for a type that this version does not know."""
    found = EVENT_TYPES.get(kind)
    return None if found is None else msgspec.convert(body, found)
