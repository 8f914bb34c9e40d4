"""Allotments in PostgreSQL. They are locked last: after holds, and after the stock of their variants."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, Uuid, any_, bindparam, cast, func, insert, select, update

from etalase.commerce.inventory._model import Allotment, HoldState
from etalase.commerce.inventory._store.tables import allotment_prices, allotments, holds
from etalase.kernel.money import Money
from etalase.platform.db import Tx

_IDS = cast(bindparam("ids"), ARRAY(Uuid))
_FIND = select(allotments).where(allotments.c.id == any_(_IDS)).order_by(allotments.c.id)
_LOCK = _FIND.with_for_update()
_PRICES = select(allotment_prices).where(allotment_prices.c.allotment_id == any_(_IDS))
_OF_PRODUCTS = (
    select(allotments)
    .where(allotments.c.product_id == any_(_IDS), allotments.c.ends_at > bindparam("now"))
    .order_by(allotments.c.starts_at, allotments.c.id)
)
_OF_VARIANTS = (
    select(allotments)
    .where(
        allotments.c.id.in_(
            select(allotment_prices.c.allotment_id).where(allotment_prices.c.variant_id == any_(_IDS))
        ),
        allotments.c.starts_at < bindparam("end"),
        allotments.c.ends_at > bindparam("start"),
        allotments.c.ends_at > allotments.c.starts_at,
    )
    .order_by(allotments.c.id)
)
_COUNT_TAKEN = (
    select(holds.c.allotment_id, holds.c.holder, func.sum(holds.c.quantity).label("units"))
    .where(
        holds.c.allotment_id == any_(_IDS),
        holds.c.holder == any_(cast(bindparam("holders"), ARRAY(Text))),
        holds.c.state.in_((HoldState.ACTIVE, HoldState.SOLD)),
    )
    .group_by(holds.c.allotment_id, holds.c.holder)
)
_SAVE = update(allotments).where(allotments.c.id == bindparam("its"))


async def add_allotment(tx: Tx, new: Allotment) -> None:
    """Insert the allotment with its prices."""
    await tx.execute(
        insert(allotments),
        {
            "id": new.id,
            "shop_id": new.shop_id,
            "product_id": new.product_id,
            "quantity": new.quantity,
            "taken": new.taken,
            "per_buyer": new.per_buyer,
            "starts_at": new.starts_at,
            "ends_at": new.ends_at,
        },
    )
    await tx.execute(
        insert(allotment_prices),
        [
            {"allotment_id": new.id, "variant_id": variant_id, "price_minor": price.minor}
            for variant_id, price in new.prices.items()
        ],
    )


async def get_allotments(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Allotment]:
    """Return the allotments of these ids, over or not."""
    rows = (await tx.execute(_FIND, {"ids": list(set(ids))})).all()
    return {one.id: one for one in await _with_prices(tx, rows)}


async def lock_allotments(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Allotment]:
    """Return them; who else takes from them or changes them waits. Locked by id."""
    rows = (await tx.execute(_LOCK, {"ids": list(set(ids))})).all()
    return {one.id: one for one in await _with_prices(tx, rows)}


async def list_allotments(tx: Tx, product_ids: Iterable[UUID], now: datetime) -> list[Allotment]:
    """Return what is set aside of these products now or later, the first to start first."""
    rows = (await tx.execute(_OF_PRODUCTS, {"ids": list(set(product_ids)), "now": now})).all()
    return await _with_prices(tx, rows)


async def list_allotments_between(
    tx: Tx, variant_ids: Iterable[UUID], start: datetime, end: datetime
) -> list[Allotment]:
    """Return what priced one of these variants at some moment from `start` to before `end`."""
    asked = {"ids": list(set(variant_ids)), "start": start, "end": end}
    return await _with_prices(tx, (await tx.execute(_OF_VARIANTS, asked)).all())


async def count_taken(tx: Tx, ids: Iterable[UUID], holders: Iterable[str]) -> dict[tuple[UUID, str], int]:
    """Return how many units of each allotment these holders hold or have bought."""
    rows = await tx.execute(_COUNT_TAKEN, {"ids": list(ids), "holders": list(holders)})
    return {(row.allotment_id, row.holder): row.units for row in rows}


async def save_taken(tx: Tx, after: Iterable[Allotment]) -> None:
    """Write how much of each locked allotment is taken."""
    if rows := [{"its": one.id, "taken": one.taken} for one in after]:
        await tx.execute(_SAVE, rows)


async def save_times(tx: Tx, allotment: Allotment) -> None:
    """Write when the locked allotment begins and ends."""
    new = {"starts_at": allotment.starts_at, "ends_at": allotment.ends_at}
    await tx.execute(_SAVE, {"its": allotment.id, **new})


async def _with_prices(tx: Tx, rows: Iterable[Row[Any]]) -> list[Allotment]:
    found = list(rows)
    if not found:
        return []
    prices: dict[UUID, dict[UUID, Money]] = {}
    for row in await tx.execute(_PRICES, {"ids": [row.id for row in found]}):
        prices.setdefault(row.allotment_id, {})[row.variant_id] = Money(row.price_minor)
    return [_allotment(row, prices[row.id]) for row in found]


def _allotment(row: Row[Any], prices: Mapping[UUID, Money]) -> Allotment:
    return Allotment(
        id=row.id,
        shop_id=row.shop_id,
        product_id=row.product_id,
        prices=prices,
        quantity=row.quantity,
        per_buyer=row.per_buyer,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        taken=row.taken,
    )
