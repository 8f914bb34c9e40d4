"""Buyers' records, counted from their orders, and their appeals. Both are read once for a cart."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, Uuid, and_, any_, bindparam, cast, func, insert, select, update
from sqlalchemy import delete as delete_rows

from etalase.commerce.orders._model import (
    Actor,
    Appeal,
    AppealState,
    BuyerRecord,
    OrderState,
    PayFirstReason,
)
from etalase.commerce.orders._store.tables import appeals, orders
from etalase.platform.db import Tx

_CANCELLED = orders.c.state == OrderState.CANCELLED.value
_HOLDERS = cast(bindparam("holders"), ARRAY(Text))
_SHOPS = cast(bindparam("shop_ids"), ARRAY(Uuid))
_COUNTS = (
    func.count().filter(orders.c.paid_at.is_not(None)).label("paid"),
    func.count()
    .filter(_CANCELLED, orders.c.ended_by == Actor.HOUSE.value, orders.c.reason == "unpaid")
    .label("left_unpaid"),
    func.count()
    .filter(_CANCELLED, orders.c.ended_by == Actor.BUYER.value, orders.c.paid_at.is_(None))
    .label("cancelled"),
    func.count()
    .filter(
        _CANCELLED,
        orders.c.ended_by == Actor.SELLER.value,
        orders.c.shipped_at.is_not(None),
        orders.c.paid_at.is_(None),
    )
    .label("refused"),
)
_FIND_RECORDS = (
    select(orders.c.holder, *_COUNTS)
    .where(orders.c.holder == any_(_HOLDERS), orders.c.placed_at > bindparam("since"))
    .group_by(orders.c.holder)
)
_FIND_TRUSTED = select(appeals.c.shop_id, appeals.c.holder).where(
    appeals.c.shop_id == any_(_SHOPS),
    appeals.c.holder == any_(_HOLDERS),
    appeals.c.state == AppealState.GRANTED.value,
    appeals.c.answered_at > bindparam("since"),
)
_LIST_OF_BUYER = (
    select(appeals)
    .where(appeals.c.shop_id == bindparam("shop_id"), appeals.c.holder == any_(_HOLDERS))
    .order_by(appeals.c.id.desc())
)
_LIST_OF_SHOP = (
    select(appeals)
    .where(appeals.c.shop_id == bindparam("shop_id"))
    .order_by((appeals.c.state == AppealState.OPEN.value).desc(), appeals.c.id.desc())
    .limit(bindparam("limit"))
)
_LOCK = (
    select(appeals)
    .where(and_(appeals.c.id == bindparam("id"), appeals.c.shop_id == bindparam("shop_id")))
    .with_for_update()
)


async def find_records(tx: Tx, holders: Collection[str], since: datetime) -> dict[str, BuyerRecord]:
    """Count what became of the orders that were placed since, by holder; who has none is left out."""
    rows = await tx.execute(_FIND_RECORDS, {"holders": list(holders), "since": since})
    return {row.holder: BuyerRecord(row.paid, row.left_unpaid, row.cancelled, row.refused) for row in rows}


async def find_trusted(
    tx: Tx, shop_ids: Collection[UUID], holders: Collection[str], since: datetime
) -> set[tuple[UUID, str]]:
    """Return whose appeals these shops have granted since."""
    given = {"shop_ids": list(shop_ids), "holders": list(holders), "since": since}
    return {(row.shop_id, row.holder) for row in await tx.execute(_FIND_TRUSTED, given)}


async def list_appeals_of_buyer(tx: Tx, shop_id: UUID, holders: Sequence[str]) -> list[Appeal]:
    """Return a buyer's appeals to a shop, the newest first."""
    rows = await tx.execute(_LIST_OF_BUYER, {"shop_id": shop_id, "holders": list(holders)})
    return [_appeal(row) for row in rows]


async def list_appeals(tx: Tx, shop_id: UUID, limit: int = 50) -> list[Appeal]:
    """Return a shop's appeals, open ones first, the newest first."""
    rows = await tx.execute(_LIST_OF_SHOP, {"shop_id": shop_id, "limit": limit})
    return [_appeal(row) for row in rows]


async def lock_appeal(tx: Tx, shop_id: UUID, appeal_id: UUID) -> Appeal | None:
    """Lock and return an appeal to this shop."""
    row = (await tx.execute(_LOCK, {"id": appeal_id, "shop_id": shop_id})).one_or_none()
    return _appeal(row) if row else None


async def add_appeal(tx: Tx, appeal: Appeal) -> None:
    """Insert an appeal; there is one open appeal of a buyer to a shop at a time."""
    await tx.execute(
        insert(appeals),
        {
            "id": appeal.id,
            "shop_id": appeal.shop_id,
            "holder": appeal.holder,
            "email": appeal.email,
            "locale": appeal.locale,
            "words": appeal.words,
            "reason": appeal.reason.value,
            "asked_at": appeal.asked_at,
            "state": appeal.state.value,
            "answer": appeal.answer,
        },
    )


async def save_answer(tx: Tx, appeal: Appeal) -> None:
    """Write what the shop answered, who did and when."""
    changed = {
        "state": appeal.state.value,
        "answer": appeal.answer,
        "answered_at": appeal.answered_at,
        "answered_by": appeal.answered_by,
    }
    await tx.execute(update(appeals).where(appeals.c.id == appeal.id), changed)


async def forget_appeals(tx: Tx, before: datetime) -> None:
    """Delete the appeals of before."""
    await tx.execute(delete_rows(appeals).where(appeals.c.asked_at < before))


def _appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        row.id,
        row.shop_id,
        row.holder,
        row.email,
        row.locale,
        row.words,
        PayFirstReason(row.reason),
        row.asked_at,
        AppealState(row.state),
        row.answer,
        row.answered_at,
        row.answered_by,
    )
