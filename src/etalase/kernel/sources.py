"""Where a buyer is, and where they came from. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Venue(StrEnum):
    """Where a buyer does something: inside a show's room, or at the shop's own site or by a program."""

    ROOM = "room"
    SHOP = "shop"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a buyer came from, as the social plane has signed it: a show of the shop's, never who came.

    `referral` is the number of the signed referral. It is one buyer's: who else uses it comes from nowhere.
    `product_id` is the offer that was tapped, `creator` whose page led to it, where there is one.
    """

    referral: str
    venue: Venue
    shop_id: UUID
    show: str
    issued_at: datetime
    product_id: UUID | None = None
    creator: str | None = None
