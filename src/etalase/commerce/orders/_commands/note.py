"""What is noted before an order is placed: the show of a hold; and what is forgotten at the buyer's wish."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from etalase.commerce.orders import _store as store
from etalase.kernel.fields import Fields
from etalase.platform.db import Tx

LONGEST_SHOW_CODE = 40
ORIGINS_KEPT = timedelta(days=90)
"""Longer than anything is held, be it for a payment that takes its time."""


async def note_show(tx: Tx, hold_id: UUID, show_code: str) -> None:
    """Note that units were held in a show, so that its orders share a parcel and count as its sales.

    The code is the social plane's: it is kept as it came, within its length. Raises Invalid.
    """
    fields = Fields()
    code = fields.matching(
        "show", fields.line("show", show_code, most=LONGEST_SHOW_CODE), r"[A-Za-z0-9_-]+", "unknown"
    )
    fields.settle()
    await store.remember_origin(tx, hold_id, code)


async def forget_origins(tx: Tx) -> None:
    """Forget in which shows units were held long ago: orders have their own word of it."""
    await store.forget_origins(tx, tx.clock.now() - ORIGINS_KEPT)


async def forget_contact(tx: Tx, holders: Sequence[str]) -> None:
    """Forget the address that was kept for this buyer."""
    await store.forget_contact(tx, holders)
