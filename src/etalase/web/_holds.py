"""What a room's script and the till say to each other about holds. The scripts' types are made from it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class HoldWanted(msgspec.Struct, frozen=True):
    """What a buyer wants held. The key makes a second tap the same request.

    `referral` says where they came from, `again` which hold of theirs is held once more: as it was sent, and
    nothing fails for it.
    """

    variant_id: UUID
    quantity: int
    idempotency_key: str
    referral: Any = None
    again: Any = None


class HeldUnits(msgspec.Struct, frozen=True):
    """Units that are held for the buyer until `expires_at`."""

    id: UUID
    variant_id: UUID
    title: str
    quantity: int
    expires_at: datetime


class HoldList(msgspec.Struct, frozen=True):
    """All that is held for the buyer."""

    holds: list[HeldUnits]


class GrantedUnits(msgspec.Struct, frozen=True):
    """Units that were just held; whoever asked knows their title."""

    id: UUID
    variant_id: UUID
    quantity: int
    expires_at: datetime


class HoldGranted(msgspec.Struct, frozen=True):
    """The answer to a request that was granted, and where the buyer goes on."""

    hold: GrantedUnits
    cart_url: str = "/cart"
    checkout_url: str = "/checkout"
