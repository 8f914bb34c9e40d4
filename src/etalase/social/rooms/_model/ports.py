"""What rooms need from others, and what an operator may set."""

from dataclasses import dataclass, fields
from typing import Protocol, runtime_checkable
from uuid import UUID

from etalase.social.rooms._model.claims import ClaimsQuestion, ShowClaims
from etalase.social.rooms._model.offers import OfferCard
from etalase.social.rooms._model.pace import Pace
from etalase.social.rooms._model.sales import SalesFigures


@runtime_checkable
class Shopfront(Protocol):
    """A look at the shop's window, wherever the shop is."""

    async def list_offers(self, shop_id: UUID) -> tuple[OfferCard, ...]:
        """Return what the shop offers today. Raises OSError when the shop can't be asked."""
        ...


class Till(Protocol):
    """The shop's own count of its sales, wherever the shop is."""

    async def count_sales(self, shop_id: UUID, show_code: str) -> SalesFigures:
        """Return what a show has brought so far.

        Raises OSError when the shop can't be asked, and a refusal where the law keeps the figures there.
        """
        ...

    async def list_claims(self, question: ClaimsQuestion) -> ShowClaims:
        """Return how it stands with a show's claims. Raises what `count_sales` raises."""
        ...


class Broadcasting(Protocol):
    """Whatever carries the shows' video: told when a show is over."""

    async def end(self, show_id: UUID) -> None:
        """Send the broadcaster away and finish the recording."""
        ...


@dataclass(frozen=True)
class RoomSettings:
    """How rooms are run."""

    lines_at_once: int = 5
    lines_per_minute: int = 30
    room_lines_per_second: int = 50
    large_room_viewers: int = 200
    idle_seconds: int = 120
    address_viewers_per_minute: int = 300
    address_lines_per_minute: int = 600
    address_connections: int = 1000
    end_without_video_hours: int = 3

    def __post_init__(self) -> None:
        """Refuse figures with which no room works."""
        for name in (field.name for field in fields(self)):
            minimum = 0 if name in {"large_room_viewers", "end_without_video_hours"} else 1
            if getattr(self, name) < minimum:
                raise ValueError(f"{name} must be at least {minimum}")

    @property
    def viewer_pace(self) -> Pace:
        """How fast one viewer may write."""
        return Pace(self.lines_at_once, self.lines_per_minute / 60)

    @property
    def room_pace(self) -> Pace:
        """How fast a whole room may be written to."""
        return Pace(self.room_lines_per_second * 2, self.room_lines_per_second)

    @property
    def address_newcomers_pace(self) -> Pace:
        """How many new viewers may come from one address."""
        return Pace(self.address_viewers_per_minute, self.address_viewers_per_minute / 60)

    @property
    def address_lines_pace(self) -> Pace:
        """How fast all viewers of one address together may write in one room."""
        return Pace(max(1, self.address_lines_per_minute / 10), self.address_lines_per_minute / 60)


HEARTS_PACE = Pace(burst=60, per_second=10)
"""How many hearts one viewer may give."""
COMMANDS_PACE = Pace(burst=30, per_second=5)
"""How many commands of any kind one viewer may send."""
