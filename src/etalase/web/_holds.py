"""What a room's script and the till say to each other about holds. The scripts' types are made from it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class HoldWanted(msgspec.Struct, frozen=True):
    """What a buyer wants held. The key makes a second tap the same request.

    `referral` says where they came from, `again` which hold of theirs is held once more: as it was sent, and
    nothing fails for it. Who would `wait` gets a place in line where no unit is free.
    `price_minor` is what a unit was shown to cost: nothing is held that costs more.
    """

    variant_id: UUID
    quantity: int
    idempotency_key: str
    referral: Any = None
    again: Any = None
    wait: bool = False
    price_minor: int | None = None


class HeldUnits(msgspec.Struct, frozen=True):
    """Units that are held for the buyer until `expires_at`.

    They waited in line for as many as `awaited`, which may be more than came back; 0 where they did not wait.
    """

    id: UUID
    variant_id: UUID
    title: str
    quantity: int
    expires_at: datetime
    awaited: int = 0


class AwaitedUnits(msgspec.Struct, frozen=True):
    """What the buyer waits for: `number` is their place in line, and `words` say it."""

    variant_id: UUID
    title: str
    quantity: int
    number: int
    words: str


class TakenBackUnits(msgspec.Struct, frozen=True):
    """What a shop has let go that was held for the buyer under this id; `words` say it."""

    id: UUID
    words: str


class HoldList(msgspec.Struct, frozen=True):
    """All that is held for the buyer, what they wait for, and what shops took from them of late.

    Whoever holds or waits asks again after so many seconds, the sooner the nearer their turn is; 0 for the
    others.
    """

    holds: list[HeldUnits]
    awaited: list[AwaitedUnits]
    ask_again_seconds: int
    taken_back: list[TakenBackUnits] = []


class GrantedUnits(msgspec.Struct, frozen=True):
    """Units that were just held; whoever asked knows their title. `claim` is its number in a show."""

    id: UUID
    variant_id: UUID
    quantity: int
    expires_at: datetime
    claim: int | None = None


class HoldGranted(msgspec.Struct, frozen=True):
    """The answer to a request that was granted, and where the buyer goes on."""

    hold: GrantedUnits
    cart_url: str = "/cart"
    checkout_url: str = "/checkout"


class PlaceGiven(msgspec.Struct, frozen=True):
    """The answer to a request that waits: where in line."""

    place: AwaitedUnits


class LineSeen(msgspec.Struct, frozen=True):
    """What a buyer is told of a variant of which no unit is free: all held or all sold, and who waits.

    `promise` says what happens when it is their turn, before they join.
    """

    words: str
    promise: str


class HoldTerms(msgspec.Struct, frozen=True):
    """What a buyer is to know before a tap: how long a unit is kept, and whether they pay first."""

    kept: str
    pay_first: str = ""


class BuyerKnown(msgspec.Struct, frozen=True):
    """The till's word for who writes in a room; the room hands it on with each line and can't read it."""

    buyer: str
