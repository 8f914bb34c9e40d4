"""What a file's numbers do to the stock. No I/O.

A number in a file is never written over the stock: units that were sold since would be back on the shelf. It
is what was counted at a moment, from which later movements are taken; or what has arrived; or it is left.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from etalase.commerce.inventory._model.stock import Movement, MovementKind, Stock


class StockMode(StrEnum):
    """What the numbers of a file mean for variants that have been stocked before."""

    COUNTED = "counted"
    ADDED = "added"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class ImportChoice:
    """What whoever imports has decided: how stock is taken, and the keys of the doubts that are settled."""

    stock: StockMode | None = None
    counted_at: datetime | None = None
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StockRule:
    """How a file's numbers are taken; `counted_at` is the moment of which a count is true."""

    mode: StockMode = StockMode.KEPT
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StockSince:
    """The stock of a variant, and how many units came (or went, below zero) since the count."""

    stock: Stock
    moved: int = 0

    @property
    def min_count(self) -> int:
        """Return the smallest count that leaves what is held for buyers."""
        return max(0, self.stock.held - self.moved)


def rule_for(choice: ImportChoice, exported_at: datetime | None) -> StockRule:
    """Return how numbers are taken: as was chosen; else as counted, where the file says when; else not."""
    moment = choice.counted_at or exported_at
    mode = choice.stock or (StockMode.COUNTED if moment else StockMode.KEPT)
    if mode is not StockMode.COUNTED:
        return StockRule(mode)
    return StockRule(mode, moment) if moment else StockRule()


def units_after(rule: StockRule, units: int, known: StockSince | None) -> int:
    """Return the units on hand after the import. What was never stocked gets what the file tells."""
    if known is None:
        return units
    match rule.mode:
        case StockMode.COUNTED:
            return units + known.moved
        case StockMode.ADDED:
            return known.stock.on_hand + units
        case StockMode.KEPT:
            return known.stock.on_hand


def movement_of(rule: StockRule, units: int, variant_id: UUID, known: StockSince | None) -> Movement | None:
    """Return the movement by which the stock becomes what the preview said; None where it is so."""
    change = units_after(rule, units, known) - (known.stock.on_hand if known else 0)
    arrives = known is None or rule.mode is StockMode.ADDED
    kind = MovementKind.RECEIVED if arrives else MovementKind.ADJUSTED
    return Movement(variant_id, kind, change, 0) if change else None
