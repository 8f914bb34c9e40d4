"""What has happened to deals."""

from dataclasses import dataclass
from uuid import UUID

from etalase.kernel.events import Event


@dataclass(frozen=True)
class DealChanged(Event):
    """A deal was made, made longer or stopped; whoever shows its product reads it anew."""

    name = "deals.deal_changed"
    shop_id: UUID
    product_id: UUID
    deal_id: UUID
