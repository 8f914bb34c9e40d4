"""The state of a room: everything that viewers see is in `RoomState` and nowhere else.

What an event makes of it is said by the event's class, in `log.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from etalase.social.rooms._model.claims import ClaimsBy
from etalase.social.rooms._model.offers import OfferCard

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
class ClaimCount:
    """How many claims the show has had, and the last link of their chain, in hex."""

    number: int = 0
    head: str = ""


@dataclass(frozen=True, slots=True)
class OfferDoor:
    """The one door by which an offer is claimed."""

    product_id: UUID
    by: ClaimsBy


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
    claims: ClaimCount = ClaimCount()
    closed: tuple[UUID, ...] = ()
    """The offers for which the host takes no more claims."""
    doors: tuple[OfferDoor, ...] = ()
    """The offers that are claimed by one door alone."""

    def claims_by(self, product_id: UUID) -> ClaimsBy:
        """Return by which doors the offer is claimed; what is over or yet to come goes by any."""
        if self.show.state is not ShowState.LIVE:
            return ClaimsBy.BOTH
        return next((door.by for door in self.doors if door.product_id == product_id), ClaimsBy.BOTH)

    def has_offer(self, product_id: UUID) -> bool:
        """Say whether the tray has this offer."""
        return any(card.product_id == product_id for card in self.tray)
