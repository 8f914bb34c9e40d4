"""Which letters about an order have left."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from etalase.commerce.orders._store.tables import order_letters
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx

_ADD = insert(order_letters)
_LIST = (
    select(order_letters)
    .where(order_letters.c.order_id == bindparam("order_id"))
    .order_by(order_letters.c.id)
)


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter that a mail server, or the terminal, has taken: of which event, to whom, its subject."""

    event: str
    to_seller: bool
    address: str
    subject: str
    sent_at: datetime


async def add_letter(
    tx: Tx, order_id: UUID, event: str, *, to_seller: bool, address: str, subject: str
) -> None:
    """Note that a letter has left just now."""
    row = {
        "id": new_id(),
        "order_id": order_id,
        "sent_at": tx.clock.now(),
        "event": event,
        "to_seller": to_seller,
        "address": address,
        "subject": subject,
    }
    await tx.execute(_ADD, row)


async def list_letters(tx: Tx, order_id: UUID) -> list[LetterView]:
    """Return the order's letters that have left, the oldest first; one that was sent twice is there twice."""
    rows = await tx.execute(_LIST, {"order_id": order_id})
    return [LetterView(row.event, row.to_seller, row.address, row.subject, row.sent_at) for row in rows]
