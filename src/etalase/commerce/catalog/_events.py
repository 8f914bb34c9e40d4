"""What has happened in the catalog."""

from dataclasses import dataclass
from uuid import UUID

from etalase.kernel.events import Event


@dataclass(frozen=True)
class ProductChanged(Event):
    """A product's words, variants, prices or photos changed; whoever shows it reads it anew."""

    name = "catalog.product_changed"
    shop_id: UUID
    product_id: UUID


@dataclass(frozen=True)
class ProductArchived(Event):
    """A product is offered no more."""

    name = "catalog.product_archived"
    shop_id: UUID
    product_id: UUID


@dataclass(frozen=True)
class ProductRestored(Event):
    """An archived product is offered again."""

    name = "catalog.product_restored"
    shop_id: UUID
    product_id: UUID
