"""The events of a room: what its log holds and what its viewers hear.

`type` is the name on the wire and in the stored log; it never changes its meaning. Fields may be added with a
default, never renamed or removed. Moments are Unix milliseconds.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import msgspec

from etalase.social.rooms._model.offers import OfferCard


@dataclass(frozen=True, slots=True)
class ShowEdited:
    """The show has another title or time."""

    type: ClassVar[str] = "show.edited"
    title: str
    starts_at: int


@dataclass(frozen=True, slots=True)
class ShowStarted:
    """The show is live."""

    type: ClassVar[str] = "show.started"
    started_at: int


@dataclass(frozen=True, slots=True)
class ShowEnded:
    """The show is over."""

    type: ClassVar[str] = "show.ended"
    ended_at: int


@dataclass(frozen=True, slots=True)
class VideoChanged:
    """There is another video to play, or none for now."""

    type: ClassVar[str] = "video.changed"
    playlist: str | None
    session: str | None


@dataclass(frozen=True, slots=True)
class OfferPinned:
    """The host shows this offer now."""

    type: ClassVar[str] = "offer.pinned"
    product_id: UUID


@dataclass(frozen=True, slots=True)
class OfferUnpinned:
    """The host no longer shows this offer."""

    type: ClassVar[str] = "offer.unpinned"
    product_id: UUID


@dataclass(frozen=True, slots=True)
class TrayChanged:
    """The offers of the show are these now, in this order."""

    type: ClassVar[str] = "tray.changed"
    tray: tuple[OfferCard, ...]


@dataclass(frozen=True, slots=True)
class OfferStockChanged:
    """So much of a variant is left to buy."""

    type: ClassVar[str] = "stock.changed"
    product_id: UUID
    variant_id: UUID
    available: int


@dataclass(frozen=True, slots=True)
class OfferSold:
    """Somebody has bought."""

    type: ClassVar[str] = "offer.sold"
    product_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class ChatSaid:
    """Somebody has said something. Name and text are plain text: they are shown, never interpreted."""

    type: ClassVar[str] = "chat.said"
    id: str
    viewer: str
    name: str
    text: str
    host: bool


@dataclass(frozen=True, slots=True)
class ChatDeleted:
    """A line was taken away."""

    type: ClassVar[str] = "chat.deleted"
    line: str


@dataclass(frozen=True, slots=True)
class ViewerMuted:
    """A viewer may not write until then."""

    type: ClassVar[str] = "viewer.muted"
    viewer: str
    until: int


@dataclass(frozen=True, slots=True)
class ViewerUnmuted:
    """A viewer may write again."""

    type: ClassVar[str] = "viewer.unmuted"
    viewer: str


@dataclass(frozen=True, slots=True)
class ViewerBlocked:
    """A viewer may not write in this shop's rooms; their lines are gone."""

    type: ClassVar[str] = "viewer.blocked"
    viewer: str


@dataclass(frozen=True, slots=True)
class ViewerUnblocked:
    """A viewer may write again; their lines stay gone."""

    type: ClassVar[str] = "viewer.unblocked"
    viewer: str


@dataclass(frozen=True, slots=True)
class HeartsAdded:
    """Viewers gave hearts: `count` since the last such event, `total` in all."""

    type: ClassVar[str] = "hearts.added"
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class ViewersCounted:
    """So many are watching."""

    type: ClassVar[str] = "viewers.counted"
    count: int


RoomEvent = (
    ShowEdited
    | ShowStarted
    | ShowEnded
    | VideoChanged
    | OfferPinned
    | OfferUnpinned
    | TrayChanged
    | OfferStockChanged
    | OfferSold
    | ChatSaid
    | ChatDeleted
    | ViewerMuted
    | ViewerUnmuted
    | ViewerBlocked
    | ViewerUnblocked
    | HeartsAdded
    | ViewersCounted
)

EVENT_TYPES: dict[str, type[RoomEvent]] = {kind.type: kind for kind in RoomEvent.__args__}

UNHURRIED = (ChatSaid, HeartsAdded, ViewersCounted)
"""Events that may wait for the next tick of a large room."""


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
