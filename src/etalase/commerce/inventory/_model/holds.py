"""What a hold is, what one buyer may hold, and how a batch of requests is answered. No I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from etalase.commerce.inventory._errors import (
    ByButtonOnly,
    ByCommentOnly,
    ClaimsClosed,
    DealLimitReached,
    DealSoldOut,
    HoldEnded,
    HoldLimitReached,
    NotForSale,
    PriceChanged,
    SoldOut,
    StockFrozen,
)
from etalase.commerce.inventory._model.claims import ClaimDoor
from etalase.commerce.inventory._model.stock import Movement, MovementKind
from etalase.kernel.errors import IdempotencyKeyReused, Refusal
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money
from etalase.kernel.sources import Source, Venue

MAX_NAME_LENGTH = 100
MAX_SEEN = 10**13
_NAME = re.compile(rf"[!-~]{{1,{MAX_NAME_LENGTH}}}")


GUESTS = ("guest_units_at_once", "guest_units_per_hour", "guest_units_in_any_case")
WHOLE = 100


@dataclass(frozen=True)
class InventorySettings:
    """How long units are held, how many one buyer may hold, and how the desk works."""

    hold_ttl_seconds: int = 600
    max_units_per_variant: int = 10
    max_holds_per_holder: int = 30
    guest_units_at_once: int = 200
    """How many units guests behind one address may hold in one go; what they order does not count."""
    guest_units_per_hour: int = 60
    guest_share_percent: int = 50
    """How much of what is free of a variant they may hold together, once one of them holds some."""
    guest_units_in_any_case: int = 10
    """How many units of a variant they may hold whatever their share; a buyer alone may hold as many."""
    batch_size: int = 400
    queue_size: int = 20_000
    sweep_every_seconds: float = 0.5
    audit_every_seconds: float = 10.0

    def __post_init__(self) -> None:
        for name in ("hold_ttl_seconds", "max_units_per_variant", "max_holds_per_holder", *GUESTS):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        if (
            self.batch_size < 1
            or self.queue_size < 1
            or self.sweep_every_seconds <= 0
            or self.audit_every_seconds <= 0
        ):
            raise ValueError(
                "batch_size, queue_size, sweep_every_seconds and audit_every_seconds must be above zero"
            )
        if not 0 <= self.guest_share_percent <= WHOLE:
            raise ValueError("guest_share_percent lies between 0 and 100")


class HoldState(StrEnum):
    """An active hold keeps its units; it ends once, in one of three ways."""

    ACTIVE = "active"
    RELEASED = "released"
    EXPIRED = "expired"
    SOLD = "sold"


@dataclass(frozen=True, slots=True)
class Joining:
    """What a request brings that would rather wait in line than be told that all units are held or sold.

    `locale` is the language in which the buyer is written to when it is their turn.
    """

    locale: str = ""


class SourceResult(StrEnum):
    """What became of a source that a request brought."""

    KEPT = "kept"
    REPLAYED = "replayed"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """A buyer's request. `holder` is whoever the units are for; its `idempotency_key` names this one request.

    `venue` is where the buyer asks, which the law may mind; `source` is where they came from. `network` is
    behind which address a guest is, as far as that can be told: a request of an account has none. With
    `joining` the buyer would rather wait in line than be refused. In a show it is a claim, by this `door`;
    `line` is the id of its line in the chat. `seen_price` is what they were shown for a
    unit: nothing is held for them that costs more.
    """

    holder: str
    variant_id: UUID
    quantity: int
    idempotency_key: str
    venue: Venue
    network: str = ""
    source: Source | None = None
    joining: Joining | None = None
    door: ClaimDoor = ClaimDoor.BUTTON
    line: str = ""
    asked_at: datetime | None = None
    seen_price: Money | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Units kept for one buyer until a moment; `order_id` once they are part of an order.

    `requested` is what was asked for, where some of it was given back since; `claim` is its number in a show,
    known to whoever just got it. Its prices are those of the moment when it was granted: `unit_price` is the
    list's, or that of the allotment it was taken from.
    """

    id: UUID
    variant_id: UUID
    holder: str
    quantity: int
    expires_at: datetime
    list_price: Money
    unit_price: Money
    allotment_id: UUID | None = None
    state: HoldState = HoldState.ACTIVE
    order_id: UUID | None = None
    requested: int | None = None
    source: Source | None = None
    claim: int | None = None

    @property
    def is_in_cart(self) -> bool:
        """Tell whether its buyer still decides about it."""
        return self.state is HoldState.ACTIVE and self.order_id is None


class HoldVerdict(StrEnum):
    """How the database answered one request of a batch."""

    GRANTED = "granted"
    KNOWN = "known"
    SOLD_OUT = "sold_out"
    FROZEN = "frozen"
    NOT_FOR_SALE = "not_for_sale"
    CLOSED = "closed"
    DOOR_CLOSED = "door_closed"
    OVER_LIMIT = "over_limit"
    AGAIN = "again"
    PRICE_CHANGED = "price_changed"
    ALLOTMENT_GONE = "allotment_gone"
    ALLOTMENT_LIMIT = "allotment_limit"


def check_request(request: HoldRequest, settings: InventorySettings) -> None:
    """Raise `Invalid` for a request that no stock could answer."""
    fields = Fields()
    fields.between("quantity", request.quantity, minimum=1, maximum=settings.max_units_per_variant)
    if request.seen_price is not None:
        fields.between("seen_price", request.seen_price.minor, minimum=0, maximum=MAX_SEEN)
    if not _NAME.fullmatch(request.holder):
        fields.refuse("holder", "not_printable", MAX_NAME_LENGTH)
    if not _NAME.fullmatch(request.idempotency_key):
        fields.refuse("idempotency_key", "not_printable", MAX_NAME_LENGTH)
    fields.settle()


def require_same_request(known: Hold, request: HoldRequest) -> Hold:
    """Return the hold that this very request was given before; refuse another request under its key."""
    if (known.variant_id, known.requested or known.quantity) != (request.variant_id, request.quantity):
        raise IdempotencyKeyReused
    return known


def refusal_of(
    verdict: HoldVerdict,
    *,
    available: int,
    price: Money,
    per_buyer: int | None,
    settings: InventorySettings,
    door: ClaimDoor = ClaimDoor.BUTTON,
    **claim: int,
) -> Refusal:
    """Return why a request was not granted; `claim` are facts of the claim that it was.

    `price` is what a unit would have cost, `door` the one that the request came by.
    """
    match verdict:
        case HoldVerdict.FROZEN:
            return StockFrozen(**claim)
        case HoldVerdict.PRICE_CHANGED | HoldVerdict.ALLOTMENT_GONE | HoldVerdict.ALLOTMENT_LIMIT:
            return _price_refusal(verdict, price, per_buyer, claim)
        case HoldVerdict.NOT_FOR_SALE:
            return NotForSale(**claim)
        case HoldVerdict.CLOSED | HoldVerdict.DOOR_CLOSED:
            return _closed_refusal(verdict, door, claim)
        case HoldVerdict.OVER_LIMIT:
            units, holds = settings.max_units_per_variant, settings.max_holds_per_holder
            return HoldLimitReached(units=units, holds=holds, **claim)
        case _:
            return SoldOut(available=available, **claim)


def _closed_refusal(verdict: HoldVerdict, door: ClaimDoor, claim: Mapping[str, int]) -> Refusal:
    if verdict is HoldVerdict.CLOSED:
        return ClaimsClosed(**claim)
    return ByButtonOnly(**claim) if door is ClaimDoor.COMMENT else ByCommentOnly(**claim)


def _price_refusal(
    verdict: HoldVerdict, price: Money, per_buyer: int | None, claim: Mapping[str, int]
) -> Refusal:
    if verdict is HoldVerdict.ALLOTMENT_LIMIT:
        return DealLimitReached(units=per_buyer, price=price.minor, **claim)
    kind = DealSoldOut if verdict is HoldVerdict.ALLOTMENT_GONE else PriceChanged
    return kind(price=price.minor, **claim)


def shrink(hold: Hold, quantity: int) -> tuple[Hold, Movement | None]:
    """Return the hold with only so many units, and the movement that gives the others back.

    To shrink it to what it is changes nothing; 0 ends it, and is nothing for one that was released. Raises
    `Invalid` for more units than it has, `HoldEnded` where it has ended or belongs to an order.
    """
    if quantity == 0 and hold.state is HoldState.RELEASED:
        return hold, None
    if not hold.is_in_cart:
        raise HoldEnded
    fields = Fields()
    fields.between("quantity", quantity, minimum=0, maximum=hold.quantity)
    fields.settle()
    if quantity == hold.quantity:
        return hold, None
    if quantity == 0:
        return replace(hold, state=HoldState.RELEASED), movement_ending(hold, HoldState.RELEASED)
    given_back = movement_ending(replace(hold, quantity=hold.quantity - quantity), HoldState.RELEASED)
    return replace(hold, quantity=quantity, requested=hold.requested or hold.quantity), given_back


def movement_ending(hold: Hold, state: HoldState, *, order_id: UUID | None = None) -> Movement:
    """Return the movement by which a hold ends: back to the shelf, or out of the stock with an order."""
    kinds = {
        HoldState.RELEASED: MovementKind.RELEASED,
        HoldState.EXPIRED: MovementKind.EXPIRED,
        HoldState.SOLD: MovementKind.SOLD,
    }
    return Movement(
        variant_id=hold.variant_id,
        kind=kinds[state],
        on_hand_change=-hold.quantity if state is HoldState.SOLD else 0,
        held_change=-hold.quantity,
        hold_id=hold.id,
        order_id=order_id or hold.order_id,
        allotment_id=hold.allotment_id,
    )
