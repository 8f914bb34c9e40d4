"""What has happened to the stock."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.kernel.events import Event


@dataclass(frozen=True)
class StockChanged(Event):
    """Other numbers of a variant's units are free than before; `cause` is the kind of the last movement.

    One event tells of all movements of a variant in one transaction: `available` is what is left after them.
    """

    name = "inventory.stock_changed"
    shop_id: UUID
    product_id: UUID
    variant_id: UUID
    available: int
    cause: str


@dataclass(frozen=True)
class UnitsSold(Event):
    """Held units left the stock for good, with an order."""

    name = "inventory.units_sold"
    shop_id: UUID
    product_id: UUID
    variant_id: UUID
    quantity: int
    order_id: UUID


@dataclass(frozen=True)
class TurnGiven(Event):
    """What came back is held for whoever was next in line; `locale` is the language of letters to them."""

    name = "inventory.turn_given"
    shop_id: UUID
    product_id: UUID
    variant_id: UUID
    hold_id: UUID
    holder: str
    quantity: int
    expires_at: datetime
    locale: str


@dataclass(frozen=True)
class HoldTakenBack(Event):
    """A seller let go by hand what was held for a buyer, who has not ordered it."""

    name = "inventory.hold_taken_back"
    shop_id: UUID
    hold_id: UUID
    variant_id: UUID
    holder: str


@dataclass(frozen=True)
class ClaimsRecorded(Event):
    """A show has so many claims now; `head` is the last link of their chain, in hex."""

    name = "inventory.claims_recorded"
    shop_id: UUID
    show: str
    number: int
    head: str
