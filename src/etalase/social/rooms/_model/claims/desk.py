"""What a claim is to the shop's till, and what the till answers, wherever it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from etalase.social.rooms._model.claims.entered import HostClaims
from etalase.social.rooms._model.claims.reading import ClaimRead, UnclearClaim


class ClaimVerdict(StrEnum):
    """What became of a claim."""

    HELD = "held"
    WAITLISTED = "waitlisted"
    """No unit is free; the buyer stands in line for what comes back."""
    SOLD_OUT = "sold_out"
    OVER_LIMIT = "over_limit"
    NOT_FOR_SALE = "not_for_sale"
    FROZEN = "frozen"
    """The shop checks its stock."""
    CLAIMS_CLOSED = "claims_closed"
    """The host takes no more claims for it."""
    BY_BUTTON_ONLY = "by_button_only"
    BUYER_NEEDED = "buyer_needed"
    """Nobody knows yet for whom to hold: the asker has no buyer's pass, or one that is too old."""
    CLOSED = "closed"
    """The law lets nobody hold anything in a room."""
    BUSY = "busy"
    """It was not tried: too many wait, or the till is out of reach."""


@dataclass(frozen=True, slots=True)
class RoomClaim:
    """A claim as the room hands it to the till. `buyer` is the till's own sealed word for who asks.

    `line` is the id of the chat line: sent again, it is the same claim. `locale` is the writer's language.
    """

    shop_id: UUID
    show: str
    line: str
    variant_id: UUID
    quantity: int
    buyer: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """What the till says. `number` is the claim's in its show, `available` what is left where it is sold out.

    `place` is the one in line, or among those who came after the last unit; `late_ms` by how many
    milliseconds. `link` is where in the shop somebody without a cart finds what is held for them.
    """

    verdict: ClaimVerdict
    available: int = 0
    expires_at: datetime | None = None
    number: int | None = None
    place: int = 0
    late_ms: int = 0
    link: str = ""


class ClaimsBy(StrEnum):
    """By which doors viewers claim an offer."""

    BOTH = "both"
    BUTTON = "button"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class ClaimClosing:
    """Whether claims of a show for an offer are `closed`, and by which doors they come; None is as before."""

    shop_id: UUID
    show: str
    product_id: UUID
    closed: bool | None = None
    by: ClaimsBy | None = None


class ClaimDesk(Protocol):
    """The shop's till, as far as it takes claims."""

    async def claim(self, claim: RoomClaim) -> ClaimAnswer:
        """Hold the units for the buyer, or say why not. Raises OSError when the till can't be asked."""
        ...

    async def enter(self, claims: HostClaims) -> tuple[ClaimAnswer, ...]:
        """Answer claims that a host has entered, in their order. Raises OSError as `claim` does."""
        ...

    async def close(self, closing: ClaimClosing) -> None:
        """Take no more claims for an offer, or take them again, or by other doors.

        Raises OSError as `claim` does.
        """
        ...


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """What a line of the chat has come to: what it asks for, and the till's answer where it was asked."""

    reading: ClaimRead | UnclearClaim
    answer: ClaimAnswer | None = None
