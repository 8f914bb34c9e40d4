"""Stock as a ledger: what is on hand and what of it is held, and how each movement changes both. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from etalase.commerce.inventory._errors import StockTooLow
from etalase.kernel.errors import FieldProblem, Invalid

MAX_UNITS = 1_000_000


class MovementKind(StrEnum):
    """Why units moved."""

    RECEIVED = "received"
    HELD = "held"
    RELEASED = "released"
    EXPIRED = "expired"
    SOLD = "sold"
    RETURNED = "returned"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger: what it adds to the units on hand and to those held, and on whose account."""

    variant_id: UUID
    kind: MovementKind
    on_hand_change: int
    held_change: int
    hold_id: UUID | None = None
    order_id: UUID | None = None
    actor_id: UUID | None = None
    reason: str = ""
    idempotency_key: str | None = None
    allotment_id: UUID | None = None

    @property
    def taken_change(self) -> int:
        """How many units more the allotment has given: what is sold was given when it was held."""
        return 0 if self.kind is MovementKind.SOLD else self.held_change


@dataclass(frozen=True, slots=True)
class MovementView:
    """One line of the ledger as it was written."""

    id: int
    variant_id: UUID
    kind: MovementKind
    on_hand_change: int
    held_change: int
    order_id: UUID | None
    actor_id: UUID | None
    reason: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Stock:
    """How many units of a variant there are. Never negative, never less on hand than held.

    `waiting` buyers stand in line for it. While the variant is `offered` and somebody waits, no unit is free.
    """

    variant_id: UUID
    product_id: UUID
    shop_id: UUID
    on_hand: int = 0
    held: int = 0
    waiting: int = 0
    offered: bool = True
    frozen: bool = False
    """Whether it did not add up in an audit: nobody may hold units of it until an operator has looked."""

    @property
    def available(self) -> int:
        """Return how many units can still be held."""
        return self.on_hand - self.held

    @property
    def is_gone(self) -> bool:
        """Tell whether all units are sold; those that are only held may come back."""
        return self.on_hand == 0

    @property
    def for_the_line(self) -> int:
        """Return how many free units are for those who wait, and not for who comes now."""
        return self.available if self.waiting and self.offered and not self.frozen else 0

    def after(self, movement: Movement) -> "Stock":
        """Return the stock after the movement, or raise `StockTooLow` where units would be missing."""
        moved = replace(
            self,
            on_hand=self.on_hand + movement.on_hand_change,
            held=self.held + movement.held_change,
        )
        if moved.held < 0 or moved.available < 0:
            raise StockTooLow(held=self.held, on_hand=self.on_hand, available=self.available)
        if moved.on_hand > MAX_UNITS:
            raise Invalid(FieldProblem("quantity", "too_high", MAX_UNITS))
        return moved


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of a variant's stock or of an allotment that does not agree with what is behind it."""

    id: UUID
    figure: str
    recorded: int
    recounted: int


def apply_movements(stock: Mapping[UUID, Stock], movements: Iterable[Movement]) -> dict[UUID, Stock]:
    """Return the stock after all the movements, or raise as the first impossible one does."""
    moved = dict(stock)
    for movement in movements:
        moved[movement.variant_id] = moved[movement.variant_id].after(movement)
    return moved
