"""Deals in PostgreSQL: who made which, and when. Units, prices and times are their allotments'."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    Row,
    Table,
    Uuid,
    any_,
    bindparam,
    cast,
    insert,
    select,
)

from etalase.platform.db import Tx

metadata = MetaData()
deals = Table(
    "deals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shop_id", Uuid, ForeignKey("shops.id"), nullable=False),
    Column("product_id", Uuid, nullable=False),
    Column("variant_id", Uuid),
    Column("actor_id", Uuid, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("deals_by_shop", "shop_id", "id"),
)

_FIND = select(deals).where(deals.c.id == any_(cast(bindparam("ids"), ARRAY(Uuid))))


@dataclass(frozen=True, slots=True)
class DealRow:
    """What the table of deals says of one."""

    id: UUID
    shop_id: UUID
    product_id: UUID
    variant_id: UUID | None
    actor_id: UUID
    created_at: datetime


async def add_deal(tx: Tx, new: DealRow) -> None:
    """Insert the deal."""
    await tx.execute(
        insert(deals),
        {
            "id": new.id,
            "shop_id": new.shop_id,
            "product_id": new.product_id,
            "variant_id": new.variant_id,
            "actor_id": new.actor_id,
            "created_at": new.created_at,
        },
    )


async def get_deals(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, DealRow]:
    """Return the deals of these ids."""
    return {row.id: row for row in map(_deal, await tx.execute(_FIND, {"ids": list(ids)}))}


async def list_deals(tx: Tx, shop_id: UUID, *, before: UUID | None, limit: int) -> list[DealRow]:
    """Return the shop's deals, the newest first, those before the id `before`."""
    query = select(deals).where(deals.c.shop_id == shop_id)
    if before is not None:
        query = query.where(deals.c.id < before)
    return [_deal(row) for row in await tx.execute(query.order_by(deals.c.id.desc()).limit(limit))]


def _deal(row: Row[Any]) -> DealRow:
    return DealRow(
        id=row.id,
        shop_id=row.shop_id,
        product_id=row.product_id,
        variant_id=row.variant_id,
        actor_id=row.actor_id,
        created_at=row.created_at,
    )
