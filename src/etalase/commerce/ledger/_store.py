"""The ledger's tables, and the only SQL that touches them.

Rows are added, never changed: triggers refuse it.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Row,
    Select,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    bindparam,
    func,
    select,
)

from etalase.commerce.ledger._model import (
    BalanceLine,
    Entry,
    EntryView,
    LedgerAccount,
    OwnedBalance,
    PostedOrder,
    Posting,
)
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.bulk import BulkInsert
from etalase.platform.db import Tx

metadata = MetaData()
entries = Table(
    "ledger_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("shop_id", Uuid, nullable=False),
    Column("order_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("posted_at", DateTime(timezone=True), nullable=False),
    Column("owner", Text, nullable=False),
    CheckConstraint("owner ~ '^[a-z][a-z_]*$'", name="ledger_entries_owner"),
    UniqueConstraint("number", name="ledger_entries_number_key"),
    UniqueConstraint("source", name="ledger_entries_source_key"),
    Index("ledger_entries_shop", "shop_id", "number"),
    Index("ledger_entries_order", "order_id"),
)
postings = Table(
    "ledger_postings",
    metadata,
    Column("entry_id", Uuid, ForeignKey("ledger_entries.id"), primary_key=True),
    Column("line", SmallInteger, primary_key=True),
    Column("account", Text, nullable=False),
    Column("minor", BigInteger, nullable=False),
    CheckConstraint("minor <> 0", name="ledger_postings_move_something"),
)

_ADD = BulkInsert(entries, skips_conflicts=True, returning="source")
_ADD_POSTINGS = BulkInsert(postings)
_FIND = select(entries).where(entries.c.source == bindparam("source"))
_POSTINGS_OF = (
    select(postings)
    .where(postings.c.entry_id.in_(bindparam("ids", expanding=True)))
    .order_by(postings.c.line)
)


async def add_all(tx: Tx, new: Sequence[Entry]) -> set[str]:
    """Write the entries; return the sources of those that were not in the ledger already."""
    now = tx.clock.now()
    ids = {entry.source: new_id() for entry in new}
    rows = [
        {
            "id": ids[entry.source],
            "shop_id": entry.shop_id,
            "order_id": entry.order_id,
            "kind": entry.kind,
            "source": entry.source,
            "currency": entry.currency,
            "posted_at": now,
            "owner": entry.owner,
        }
        for entry in new
    ]
    added = set(await _ADD.run(tx, rows))
    lines = [
        {
            "entry_id": ids[entry.source],
            "line": line,
            "account": posting.account,
            "minor": posting.amount.minor,
        }
        for entry in new
        if entry.source in added
        for line, posting in enumerate(entry.postings)
    ]
    await _ADD_POSTINGS.run(tx, lines)
    return added


async def find_entry(tx: Tx, source: str) -> EntryView | None:
    """Return the entry of this source."""
    found = await _read(tx, _FIND, source=source)
    return found[0] if found else None


async def page_entries(
    tx: Tx, shop_id: UUID, *, accounts: Collection[LedgerAccount], before: int | None, limit: int
) -> list[EntryView]:
    """Return the shop's entries before the number, newest first; with `accounts`, those that touch one."""
    query = select(entries).where(entries.c.shop_id == shop_id)
    if accounts:
        query = query.where(_touches(accounts))
    if before is not None:
        query = query.where(entries.c.number < before)
    return await _read(tx, query.order_by(entries.c.number.desc()).limit(limit))


async def trail(tx: Tx, order_id: UUID) -> list[EntryView]:
    """Return everything that happened to the money of one order, oldest first."""
    query = select(entries).where(entries.c.order_id == order_id)
    return await _read(tx, query.order_by(entries.c.number))


def _touches(accounts: Collection[LedgerAccount]) -> ColumnElement[bool]:
    """Return the condition that an entry moves one of the accounts."""
    line = select(postings.c.line).where(
        postings.c.entry_id == entries.c.id, postings.c.account.in_(accounts)
    )
    return line.exists()


async def _read(tx: Tx, query: Select[Any], **asked: str) -> list[EntryView]:
    """Return the entries that the query of `entries` finds, in its order, with their lines."""
    rows = (await tx.execute(query, asked)).all()
    lines: dict[UUID, list[Posting]] = {row.id: [] for row in rows}
    currency = {row.id: row.currency for row in rows}
    for line in await tx.execute(_POSTINGS_OF, {"ids": list(lines)}):
        amount = Money(line.minor, currency[line.entry_id])
        lines[line.entry_id].append(Posting(LedgerAccount(line.account), amount))
    return [_view(row, lines[row.id]) for row in rows]


async def trial_balance(
    tx: Tx, *, shop_id: UUID | None = None, account: LedgerAccount | None = None
) -> list[BalanceLine]:
    """Return what each account that was ever used holds, or one, in a shop's book or in all books together.

    The balances of each currency sum to zero.
    """
    query = (
        select(postings.c.account, entries.c.currency, func.sum(postings.c.minor).label("minor"))
        .join(entries, entries.c.id == postings.c.entry_id)
        .group_by(postings.c.account, entries.c.currency)
        .order_by(postings.c.account, entries.c.currency)
    )
    if shop_id is not None:
        query = query.where(entries.c.shop_id == shop_id)
    if account is not None:
        query = query.where(postings.c.account == account)
    return [
        BalanceLine(LedgerAccount(row.account), Money(int(row.minor), row.currency))
        for row in await tx.execute(query)
    ]


async def stream_balances(
    tx: Tx, owner: str, order_ids: Collection[UUID] | None = None
) -> AsyncIterator[OwnedBalance]:
    """Yield what the owner's entries leave in each account, in the order of `OwnedBalance.place`.

    Those of these orders only, where they are given.
    """
    left = func.sum(postings.c.minor)
    query = (
        select(entries.c.shop_id, entries.c.order_id, postings.c.account, left.label("minor"))
        .join(entries, entries.c.id == postings.c.entry_id)
        .where(entries.c.owner == owner)
        .group_by(entries.c.shop_id, entries.c.order_id, postings.c.account)
        .having(left != 0)
        .order_by(entries.c.shop_id, entries.c.order_id.nulls_first(), postings.c.account.collate("C"))
    )
    if order_ids is not None:
        query = query.where(entries.c.order_id.in_(order_ids))
    async for row in tx.stream(query):
        yield OwnedBalance(row.shop_id, row.order_id, row.account, int(row.minor))


async def list_posted_orders(tx: Tx, after: int) -> list[PostedOrder]:
    """Return the orders of the entries after this number, by number."""
    query = select(entries.c.number, entries.c.order_id, entries.c.posted_at).where(
        entries.c.number > after, entries.c.order_id.is_not(None)
    )
    rows = await tx.execute(query.order_by(entries.c.number))
    return [PostedOrder(row.number, row.order_id, row.posted_at) for row in rows]


async def find_last_number(tx: Tx) -> int:
    """Return the number of the newest entry; 0 for an empty ledger."""
    return int((await tx.execute(select(func.coalesce(func.max(entries.c.number), 0)))).scalar_one())


async def count_by_owner(tx: Tx) -> dict[str, int]:
    """Return how many entries each owner has posted."""
    query = select(entries.c.owner, func.count().label("posted")).group_by(entries.c.owner)
    return {row.owner: row.posted for row in await tx.execute(query.order_by(entries.c.owner))}


async def find_unbalanced(tx: Tx) -> list[str]:
    """Return the sources of entries whose lines do not sum to zero: only a forged ledger has some."""
    query = (
        select(entries.c.source)
        .outerjoin(postings, postings.c.entry_id == entries.c.id)
        .group_by(entries.c.source)
        .having(func.coalesce(func.sum(postings.c.minor), 1) != 0)
    )
    return list((await tx.execute(query)).scalars())


def _view(row: Row[Any], lines: Sequence[Posting]) -> EntryView:
    return EntryView(
        number=row.number,
        posted_at=row.posted_at,
        shop_id=row.shop_id,
        order_id=row.order_id,
        kind=row.kind,
        source=row.source,
        postings=tuple(lines),
        owner=row.owner,
    )
