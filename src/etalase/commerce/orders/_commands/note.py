"""What is noted before an order is placed, and forgotten when the buyer asks."""

from collections.abc import Sequence

from etalase.commerce.orders import _store as store
from etalase.platform.db import Tx


async def forget_contact(tx: Tx, holders: Sequence[str]) -> None:
    """Forget the address that was kept for this buyer."""
    await store.forget_contact(tx, holders)
