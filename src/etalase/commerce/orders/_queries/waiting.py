"""What a buyer waits for in line, and what was held for them because it was their turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from etalase.commerce import catalog, inventory, shops
from etalase.commerce.catalog import VariantId, VariantView
from etalase.commerce.inventory import Hold, WaitlistPlace
from etalase.commerce.shops import ShopId
from etalase.platform.db import Tx

TAKEN_BACK_SHOWN = timedelta(hours=1)
"""How long a buyer is shown what a shop has let go; longer than a hold would have lasted."""


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A place in line, for what, and at which shop."""

    place: WaitlistPlace
    variant: VariantView
    shop_slug: str
    shop_name: str

    @property
    def title(self) -> str:
        """The name of what is waited for."""
        return ", ".join(filter(None, (self.variant.title, self.variant.label)))


async def list_waiting_lines(tx: Tx, holders: Sequence[str]) -> list[WaitingLine]:
    """Return where a buyer waits, the oldest place first."""
    places = await inventory.list_waiting(tx, holders)
    if not places:
        return []
    variants = await catalog.get_variants(tx, [VariantId(place.variant_id) for place in places])
    found = []
    for place in places:
        variant = variants[VariantId(place.variant_id)]
        shop = await shops.get_shop(tx, ShopId(variant.shop_id))
        found.append(WaitingLine(place, variant, shop.slug, shop.name))
    return found


async def list_taken_back(tx: Tx, holders: Sequence[str]) -> list[tuple[Hold, str]]:
    """Return what shops have let go of late that was held for a buyer, each with its name."""
    holds = await inventory.list_taken_back(tx, holders, tx.clock.now() - TAKEN_BACK_SHOWN)
    if not holds:
        return []
    variants = await catalog.get_variants(tx, [VariantId(hold.variant_id) for hold in holds])
    named = [(hold, variants[VariantId(hold.variant_id)]) for hold in holds]
    return [(hold, ", ".join(filter(None, (its.title, its.label)))) for hold, its in named]
