"""What has happened in a shop."""

from dataclasses import dataclass
from uuid import UUID

from etalase.kernel.events import Event


@dataclass(frozen=True)
class ShopChanged(Event):
    """A shop's details changed; whoever shows them may read them anew."""

    name = "shops.shop_changed"
    shop_id: UUID
    slug: str
    title: str


@dataclass(frozen=True)
class StaffJoined(Event):
    """Someone joined a shop's staff, or got another role in it."""

    name = "shops.staff_joined"
    shop_id: UUID
    account_id: UUID
    role: str


@dataclass(frozen=True)
class StaffLeft(Event):
    """Someone left a shop's staff: what they could do there ends now."""

    name = "shops.staff_left"
    shop_id: UUID
    account_id: UUID
