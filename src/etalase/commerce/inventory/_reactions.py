"""The shelf follows the catalog: what is archived there can't be held here."""

from typing import Any

from etalase.commerce.catalog import ProductArchived, ProductChanged, ProductId, ProductRestored
from etalase.commerce.inventory._commands import follow_catalog
from etalase.platform.db import Tx
from etalase.platform.outbox import Reaction, each


async def _follow(tx: Tx, event: ProductArchived | ProductChanged | ProductRestored) -> None:
    await follow_catalog(tx, ProductId(event.product_id))


REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(ProductArchived, "inventory.follow_archived", each(_follow)),
    Reaction(ProductChanged, "inventory.follow_changed", each(_follow)),
    Reaction(ProductRestored, "inventory.follow_restored", each(_follow)),
)
