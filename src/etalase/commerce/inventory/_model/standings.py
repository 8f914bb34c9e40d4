"""How it stands with a show's last claims, and who is next in each line; nobody is named. No I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from etalase.commerce.inventory._model.claims import Claim, pseudonym_of_buyer
from etalase.commerce.inventory._model.holds import Hold, HoldState
from etalase.commerce.inventory._model.waitlist import PlaceState, WaitlistPlace

CLAIMS_SHOWN = 200
"""As many of a show's last claims as a host looks through."""
PLACES_READ = 1000
FIRST_SHOWN = 3


class ClaimState(StrEnum):
    """How it stands with what a claim came to."""

    NONE = "none"
    """It came to nothing."""
    HELD = "held"
    ORDERED = "ordered"
    """It is part of an order that is not paid yet."""
    SOLD = "sold"
    LAPSED = "lapsed"
    RELEASED = "released"
    WAITING = "waiting"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """A claim and how it stands with it; `hold_id` is what is held for it, until that moment."""

    claim: Claim
    standing: ClaimState
    hold_id: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    """Somebody in line: their last claim's number in the show, if they made one, and how many they want."""

    number: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class LineFront:
    """How many wait for a variant, and who is next, the first first."""

    variant_id: UUID
    waiting: int
    first: tuple[WaitingClaim, ...]


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """A show's last claims, the newest first, and the lines that somebody waits in."""

    claims: tuple[ClaimStanding, ...]
    lines: tuple[LineFront, ...]


_STANDINGS = {
    HoldState.RELEASED: ClaimState.RELEASED,
    HoldState.EXPIRED: ClaimState.LAPSED,
    HoldState.SOLD: ClaimState.SOLD,
}


def stand(
    show: str,
    claims: Iterable[tuple[Claim, UUID | None]],
    places: Iterable[WaitlistPlace],
    holds: Mapping[UUID, Hold],
) -> tuple[ClaimStanding, ...]:
    """Return how it stands with each claim, which comes with its hold: a buyer has one place in a line."""
    latest = {(pseudonym_of_buyer(show, one.holder), one.variant_id): one for one in places}
    return tuple(_stand(claim, hold_id, latest, holds) for claim, hold_id in claims)


def _stand(
    claim: Claim,
    hold_id: UUID | None,
    places: Mapping[tuple[str, UUID], WaitlistPlace],
    holds: Mapping[UUID, Hold],
) -> ClaimStanding:
    place = places.get((claim.buyer, claim.variant_id)) if claim.came_too_late else None
    served = place.hold_id if place else None
    hold = next((holds[one] for one in (hold_id, served) if one and one in holds), None)
    if hold is not None and hold.state is HoldState.ACTIVE:
        standing = ClaimState.ORDERED if hold.order_id else ClaimState.HELD
        return ClaimStanding(claim, standing, None if hold.order_id else hold.id, hold.expires_at)
    if hold is not None:
        return ClaimStanding(claim, _STANDINGS[hold.state])
    if place is not None and place.state is not PlaceState.SERVED:
        waits = place.state is PlaceState.WAITING
        return ClaimStanding(claim, ClaimState.WAITING if waits else ClaimState.LEFT)
    return ClaimStanding(claim, ClaimState.NONE)


def front(
    show: str,
    claims: Sequence[Claim],
    lines: Mapping[UUID, Sequence[WaitlistPlace]],
    waiting: Mapping[UUID, int],
) -> tuple[LineFront, ...]:
    """Return who is next in each of these lines; claims come the newest first."""
    numbers = {(one.buyer, one.variant_id): one.number for one in reversed(claims)}
    return tuple(
        LineFront(
            variant_id,
            waiting[variant_id],
            tuple(
                WaitingClaim(
                    numbers.get((pseudonym_of_buyer(show, place.holder), variant_id)), place.quantity
                )
                for place in line
            ),
        )
        for variant_id, line in lines.items()
    )
