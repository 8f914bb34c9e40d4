"""Bundles in PostgreSQL. But for its end nothing of one ever changes, so an order can be counted again."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Row,
    SmallInteger,
    Table,
    Uuid,
    any_,
    bindparam,
    cast,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from etalase.commerce.bundles._model import Bundle, BundleItem
from etalase.kernel.money import Money, minor_of
from etalase.platform.db import Tx

metadata = MetaData()
_moment = DateTime(timezone=True)
bundles = Table(
    "bundles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shop_id", Uuid, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("price_minor", BigInteger),
    Column("percent", SmallInteger),
    Column("per_order", Integer),
    Column("starts_at", _moment, nullable=False),
    Column("ends_at", _moment, nullable=False),
    Column("actor_id", Uuid, nullable=False),
    Column("created_at", _moment, nullable=False),
    CheckConstraint("num_nonnulls(price_minor, percent) <= 1", name="bundles_have_one_price"),
    CheckConstraint("per_order > 0", name="bundles_limit_is_positive"),
    CheckConstraint("ends_at >= starts_at", name="bundles_end_after_their_start"),
    Index("bundles_by_shop", "shop_id", "ends_at"),
)

_GET = select(bundles).where(bundles.c.id == any_(cast(bindparam("ids"), ARRAY(Uuid))))
_OFFERED = (
    select(bundles)
    .where(
        bundles.c.shop_id == any_(cast(bindparam("shop_ids"), ARRAY(Uuid))),
        bundles.c.ends_at > bindparam("now"),
    )
    .order_by(bundles.c.id)
)
_END = update(bundles).where(bundles.c.id == bindparam("its"), bundles.c.ends_at > bindparam("then"))


async def add_bundle(tx: Tx, new: Bundle) -> None:
    """Insert the bundle."""
    await tx.execute(
        insert(bundles),
        {
            "id": new.id,
            "shop_id": new.shop_id,
            "items": msgspec.to_builtins(new.items),
            "price_minor": minor_of(new.price),
            "percent": new.percent,
            "per_order": new.per_order,
            "starts_at": new.starts_at,
            "ends_at": new.ends_at,
            "actor_id": new.actor_id,
            "created_at": new.created_at,
        },
    )


async def get_bundles(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Bundle]:
    """Return the bundles of these ids, ended or not."""
    rows = await tx.execute(_GET, {"ids": list(ids)}) if ids else ()
    return {row.id: _bundle(row) for row in rows}


async def list_bundles(tx: Tx, shop_id: UUID, *, before: UUID | None = None, limit: int = 50) -> list[Bundle]:
    """Return the shop's bundles, the newest first, those before the id `before`."""
    query = select(bundles).where(bundles.c.shop_id == shop_id)
    if before is not None:
        query = query.where(bundles.c.id < before)
    return [_bundle(row) for row in await tx.execute(query.order_by(bundles.c.id.desc()).limit(limit))]


async def list_offered(tx: Tx, shop_ids: Collection[UUID]) -> list[Bundle]:
    """Return the bundles of these shops that have not ended."""
    asked = {"shop_ids": list(shop_ids), "now": tx.clock.now()}
    return [_bundle(row) for row in await tx.execute(_OFFERED, asked)]


async def save_end(tx: Tx, bundle_id: UUID, ends_at: datetime) -> None:
    """Write when the bundle ends; an earlier end stays."""
    await tx.execute(_END, {"its": bundle_id, "then": ends_at, "ends_at": ends_at})


def _bundle(row: Row[Any]) -> Bundle:
    return Bundle(
        id=row.id,
        shop_id=row.shop_id,
        items=msgspec.convert(row.items, tuple[BundleItem, ...]),
        price=None if row.price_minor is None else Money(row.price_minor),
        percent=row.percent,
        per_order=row.per_order,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        actor_id=row.actor_id,
        created_at=row.created_at,
    )
