"""The crossing log, kept by each plane for itself, and what each end must remember to accept things once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
)
from sqlalchemy import true as sa_true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.bulk import BulkInsert
from etalase.platform.db import Tx

metadata = MetaData()
crossings = Table(
    "crossings",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("crossed_at", DateTime(timezone=True), nullable=False),
    Column("direction", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Index("crossings_by_time", "crossed_at"),
)
used_passes = Table(
    "used_passes",
    metadata,
    Column("number", Text, primary_key=True),
    Column("used_at", DateTime(timezone=True), nullable=False),
    info={"planes": ("social",)},
)
withdrawals = Table(
    "host_withdrawals",
    metadata,
    Column("account_ref", Text, primary_key=True),
    Column("shop_id", Uuid, primary_key=True),
    Column("withdrawn_at", DateTime(timezone=True), nullable=False),
    info={"planes": ("social",)},
)
ended_access = Table(
    "ended_access",
    metadata,
    Column("account_ref", Text, primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("kept", Text, nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    info={"planes": ("social",)},
)
received_sales = Table(
    "received_sales",
    metadata,
    Column("sale", Text, primary_key=True),
    Column("variant_id", Uuid, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
    info={"planes": ("social",)},
)


_ADD = BulkInsert(crossings)
_RECEIVE = BulkInsert(received_sales, skips_conflicts=True, returning="sale")


@dataclass(frozen=True, slots=True)
class CrossingView:
    """One thing that crossed: `in` or `out`, what kind of thing, and all that it said."""

    id: int
    crossed_at: datetime
    direction: str
    kind: str
    content: dict[str, Any]


async def add_crossing(tx: Tx, direction: str, kind: str, content: dict[str, Any]) -> None:
    """Note what crosses."""
    await add_crossings(tx, direction, [(kind, content)])


async def add_crossings(tx: Tx, direction: str, what: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Note all that crosses together."""
    now = tx.clock.now()
    rows = [
        {"crossed_at": now, "direction": direction, "kind": kind, "content": content}
        for kind, content in what
    ]
    await _ADD.run(tx, rows)


async def forget_crossings(tx: Tx, before: datetime) -> None:
    """Delete what crossed before; the table takes that from nobody who does not name the moment."""
    await tx.execute(select(func.set_config("etalase.crossings_before", before.isoformat(), sa_true())))
    await tx.execute(delete(crossings).where(crossings.c.crossed_at < before))


async def list_crossings(tx: Tx, before: int | None, limit: int) -> list[CrossingView]:
    """Return the newest crossings, older than the given one."""
    query = select(crossings).order_by(crossings.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(crossings.c.id < before)
    return [
        CrossingView(row.id, row.crossed_at, row.direction, row.kind, row.content)
        for row in await tx.execute(query)
    ]


async def use_pass(tx: Tx, number: str) -> bool:
    """Mark a pass as used; tell whether it was unused until now."""
    mark = {"number": number, "used_at": tx.clock.now()}
    return (await tx.execute(upsert(used_passes).on_conflict_do_nothing(), mark)).rowcount == 1


async def forget_passes(tx: Tx, before: datetime) -> None:
    """Delete the marks of passes that were used before."""
    await tx.execute(delete(used_passes).where(used_passes.c.used_at < before))


async def add_withdrawal(tx: Tx, account_ref: str, shop_id: UUID, withdrawn_at: datetime) -> None:
    """Note since when a shop does not vouch for this person."""
    mark = upsert(withdrawals)
    latest = func.greatest(withdrawals.c.withdrawn_at, mark.excluded.withdrawn_at)
    await tx.execute(
        mark.on_conflict_do_update(index_elements=["account_ref", "shop_id"], set_={"withdrawn_at": latest}),
        {"account_ref": account_ref, "shop_id": shop_id, "withdrawn_at": withdrawn_at},
    )


async def list_withdrawals(tx: Tx, account_ref: str, since: datetime) -> frozenset[UUID]:
    """Return the shops that have withdrawn their word for this person at this moment or later."""
    query = select(withdrawals.c.shop_id).where(
        withdrawals.c.account_ref == account_ref, withdrawals.c.withdrawn_at >= since
    )
    return frozenset((await tx.execute(query)).scalars())


async def add_ended_access(tx: Tx, account_ref: str, origin: str, kept: str, ended_at: datetime) -> None:
    """Note since when passes by this origin are void; without a name, those by any but the one kept."""
    mark = upsert(ended_access)
    latest = {"ended_at": mark.excluded.ended_at, "kept": mark.excluded.kept}
    await tx.execute(
        mark.on_conflict_do_update(
            index_elements=["account_ref", "origin"],
            set_=latest,
            where=ended_access.c.ended_at <= mark.excluded.ended_at,
        ),
        {"account_ref": account_ref, "origin": origin, "kept": kept, "ended_at": ended_at},
    )


async def has_access_ended(tx: Tx, account_ref: str, origin: str, since: datetime) -> bool:
    """Tell whether what asked for a pass has ended at this moment or later."""
    by_name = ended_access.c.origin == origin
    is_kept = (ended_access.c.kept != "") & (ended_access.c.kept == origin)
    by_all = (ended_access.c.origin == "") & ~is_kept
    query = select(ended_access.c.origin).where(
        ended_access.c.account_ref == account_ref,
        ended_access.c.ended_at >= since,
        by_all | by_name if origin else by_all,
    )
    return (await tx.execute(query)).first() is not None


async def forget_ended_access(tx: Tx, before: datetime) -> None:
    """Delete what is noted of access that ended before."""
    await tx.execute(delete(ended_access).where(ended_access.c.ended_at < before))


async def forget_withdrawals(tx: Tx, before: datetime) -> None:
    """Delete what is noted of words withdrawn before."""
    await tx.execute(delete(withdrawals).where(withdrawals.c.withdrawn_at < before))


async def forget_sales(tx: Tx, before: datetime) -> None:
    """Delete the marks of sales that were received before."""
    await tx.execute(delete(received_sales).where(received_sales.c.received_at < before))


async def receive_sales(tx: Tx, sales: Collection[tuple[str, UUID]]) -> set[str]:
    """Mark sales, each of a variant, as received; return which of them are new."""
    now = tx.clock.now()
    rows = [
        {"sale": sale, "variant_id": variant_id, "received_at": now} for sale, variant_id in sorted(sales)
    ]
    return set(await _RECEIVE.run(tx, rows))
