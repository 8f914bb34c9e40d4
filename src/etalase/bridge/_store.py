"""The crossing log, kept by each plane for itself, and what each end must remember to accept things once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    MetaData,
    Table,
    Text,
    Uuid,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

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
)
used_passes = Table(
    "used_passes",
    metadata,
    Column("number", Text, primary_key=True),
    Column("used_at", DateTime(timezone=True), nullable=False),
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


async def add_crossing(tx: Tx, direction: str, kind: str, content: dict[str, Any]) -> None:
    """Note what crosses."""
    await tx.execute(
        insert(crossings).values(crossed_at=tx.clock.now(), direction=direction, kind=kind, content=content)
    )


async def list_crossings(tx: Tx, before: int | None, limit: int) -> list[Any]:
    """Return the newest crossings, older than the given one."""
    query = select(crossings).order_by(crossings.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(crossings.c.id < before)
    return list(await tx.execute(query))


async def use_pass(tx: Tx, number: str) -> bool:
    """Mark a pass as used; tell whether it was unused until now."""
    mark = upsert(used_passes).values(number=number, used_at=tx.clock.now()).on_conflict_do_nothing()
    return (await tx.execute(mark)).rowcount == 1


async def forget_passes(tx: Tx, before: datetime) -> None:
    """Delete the marks of passes that were used before."""
    await tx.execute(delete(used_passes).where(used_passes.c.used_at < before))


async def receive_sale(tx: Tx, sale: str, variant_id: UUID) -> bool:
    """Mark a sale as received; tell whether it is new."""
    mark = upsert(received_sales).values(sale=sale, variant_id=variant_id, received_at=tx.clock.now())
    return (await tx.execute(mark.on_conflict_do_nothing())).rowcount == 1
