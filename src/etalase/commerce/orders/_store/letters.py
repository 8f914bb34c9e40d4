"""Which letters about an order have left."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from etalase.commerce.orders._store.tables import order_letters
from etalase.kernel.ids import new_id
from etalase.platform.bulk import BulkInsert
from etalase.platform.db import Tx

_ADD = BulkInsert(order_letters)
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


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter that has left just now."""

    order_id: UUID
    event: str
    to_seller: bool
    address: str
    subject: str


async def add_letters(tx: Tx, sent: Sequence[SentLetter]) -> None:
    """Note that letters have left just now."""
    now = tx.clock.now()
    await _ADD.run(tx, [{"id": new_id(), "sent_at": now, **asdict(letter)} for letter in sent])


async def list_letters(tx: Tx, order_id: UUID) -> list[LetterView]:
    """Return the order's letters that have left, the oldest first; one that was sent twice is there twice."""
    rows = await tx.execute(_LIST, {"order_id": order_id})
    return [LetterView(row.event, row.to_seller, row.address, row.subject, row.sent_at) for row in rows]
