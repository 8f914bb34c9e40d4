"""Does a variant's stock add up since it last did? What does not is frozen. No I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.commerce.inventory._model.holds import HoldState
from etalase.commerce.inventory._model.stock import MovementKind

STATES_AFTER = {
    MovementKind.HELD: {HoldState.ACTIVE},
    MovementKind.RELEASED: {HoldState.ACTIVE, HoldState.RELEASED},
    MovementKind.EXPIRED: {HoldState.EXPIRED},
    MovementKind.SOLD: {HoldState.SOLD},
}
"""What a hold may be after its last movement; a released one may have given back some of its units only."""
MAY_BE_FORGOTTEN = {MovementKind.RELEASED, MovementKind.EXPIRED}


@dataclass(frozen=True, slots=True)
class TouchedHold:
    """A hold that moved since the last audit: its last movement, and its state; None if it is gone."""

    hold_id: UUID
    last: MovementKind
    state: HoldState | None


@dataclass(frozen=True, slots=True)
class Audited:
    """A variant's figures as they are, and as they follow from the last audit and the movements since.

    `last_movement` is the newest movement that was counted, 0 where there is none.
    """

    variant_id: UUID
    on_hand: int
    held: int
    counted_on_hand: int
    counted_held: int
    last_movement: int
    holds: Sequence[TouchedHold] = ()


@dataclass(frozen=True, slots=True)
class Freeze:
    """A variant that nobody can hold, since when, and what did not add up."""

    variant_id: UUID
    found: str
    frozen_at: datetime


def disagreements(one: Audited) -> Iterator[str]:
    """Say each thing that does not add up, a sentence each."""
    if one.on_hand != one.counted_on_hand:
        yield f"on hand are {one.on_hand}, by the movements {one.counted_on_hand}"
    if one.held != one.counted_held:
        yield f"held are {one.held}, by the movements {one.counted_held}"
    for hold in one.holds:
        if hold.state is None and hold.last not in MAY_BE_FORGOTTEN:
            yield f"hold {hold.hold_id} is gone, and its last movement is {hold.last}"
        if hold.state is not None and hold.state not in STATES_AFTER.get(hold.last, {hold.state}):
            yield f"hold {hold.hold_id} is {hold.state}, and its last movement is {hold.last}"
