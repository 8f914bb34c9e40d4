"""What a shop chooses about being paid."""

from uuid import UUID

from etalase.commerce.payments import _store as store
from etalase.platform.db import Tx


async def set_cod(tx: Tx, shop_id: UUID, *, on: bool) -> None:
    """Let the shop's buyers pay the courier in cash, or not."""
    await store.set_cod(tx, shop_id, on=on)
