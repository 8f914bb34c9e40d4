"""Payments: found, locked and written."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, not_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.payments._errors import PaymentUnknown
from etalase.commerce.payments._model.method import OWN_METHODS, Means, Method
from etalase.commerce.payments._model.payment import Instructions, Payment, PaymentState
from etalase.commerce.payments._store.tables import ENDED_OR_STRAY, payments
from etalase.kernel.money import Money
from etalase.platform.db import Tx


async def add(tx: Tx, payment: Payment) -> bool:
    """Write a new payment; False where its order has one, or another order waits for the same amount."""
    statement = upsert(payments).values(_row(payment)).on_conflict_do_nothing().returning(payments.c.id)
    return (await tx.execute(statement)).scalar_one_or_none() is not None


async def save(tx: Tx, payment: Payment) -> None:
    """Write what changed in a payment."""
    await tx.execute(update(payments).where(payments.c.id == payment.id).values(_row(payment)))


async def lock(tx: Tx, payment_id: UUID) -> Payment:
    """Return the payment and keep others from changing it. Raises PaymentUnknown."""
    query = select(payments).where(payments.c.id == payment_id).with_for_update()
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise PaymentUnknown
    return to_payment(row)


async def find(tx: Tx, payment_id: UUID) -> Payment | None:
    """Return the payment."""
    return await _find_one(tx, select(payments).where(payments.c.id == payment_id))


async def find_by_token(tx: Tx, token: str) -> Payment | None:
    """Return the payment of a buyer's secret link."""
    return await _find_one(tx, select(payments).where(payments.c.token == token))


async def find_latest(tx: Tx, order_id: UUID) -> Payment | None:
    """Return the payment of the order that was begun last."""
    query = select(payments).where(payments.c.order_id == order_id).order_by(payments.c.id.desc())
    return await _find_one(tx, query)


async def list_of_orders(tx: Tx, order_ids: Collection[UUID]) -> list[Payment]:
    """Return every payment of these orders, oldest first."""
    query = select(payments).where(payments.c.order_id.in_(order_ids)).order_by(payments.c.id)
    return await find_all(tx, query)


async def page_payments(
    tx: Tx, shop_id: UUID, *, states: Collection[PaymentState], before: UUID | None, limit: int
) -> list[Payment]:
    """Return the shop's payments in these states (all, if none is named), newest first, before `before`."""
    query = select(payments).where(payments.c.shop_id == shop_id)
    if states:
        query = query.where(payments.c.state.in_(states))
    if before is not None:
        query = query.where(payments.c.id < before)
    return await find_all(tx, query.order_by(payments.c.id.desc()).limit(limit))


async def list_to_confirm(tx: Tx, shop_id: UUID, limit: int = 100) -> list[Payment]:
    """Return the open payments that the seller finds in their account by the amount, oldest first."""
    by_hand = [method.means for method in OWN_METHODS if method.by_unique_amount]
    query = select(payments).where(
        payments.c.shop_id == shop_id,
        payments.c.state == PaymentState.PENDING,
        payments.c.means.in_(by_hand),
    )
    return await find_all(tx, query.order_by(payments.c.id).limit(limit))


async def find_current(tx: Tx, order_id: UUID, *, lock_it: bool = False) -> Payment | None:
    """Return the one payment of the order that is open or has its money."""
    query = select(payments).where(payments.c.order_id == order_id, text(ENDED_OR_STRAY))
    return await _find_one(tx, query.with_for_update() if lock_it else query)


async def lock_due(tx: Tx, now: datetime, limit: int) -> list[Payment]:
    """Return open payments whose time is over, skipping those that someone works on."""
    query = (
        select(payments)
        .where(payments.c.state.in_(("created", "pending")), payments.c.expires_at <= now)
        .order_by(payments.c.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await find_all(tx, query)


async def touch_unasked(
    tx: Tx, providers: Collection[str], now: datetime, since: datetime, limit: int
) -> list[Payment]:
    """Return open payments by these providers that nobody asked about since then, marked as asked now."""
    last_word = func.coalesce(payments.c.asked_at, payments.c.created_at)
    waiting = (
        select(payments.c.id)
        .where(
            payments.c.state.in_(("created", "pending")),
            payments.c.provider.in_(providers),
            last_word <= since,
        )
        .order_by(last_word)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = update(payments).where(payments.c.id.in_(waiting)).values(asked_at=now).returning(payments)
    return [to_payment(row) for row in await tx.execute(found)]


async def list_waiting_amounts(tx: Tx, shop_id: UUID, since: datetime) -> set[int]:
    """Return the amounts that a transfer to the shop may still mean: of open and of lately ended payments."""
    query = select(payments.c.due).where(
        payments.c.shop_id == shop_id,
        payments.c.created_at >= since,
        payments.c.means.in_([method.means for method in OWN_METHODS if method.by_unique_amount]),
        not_(and_(payments.c.state.in_(("captured", "refunded")), payments.c.captured_at < since)),
    )
    return set((await tx.execute(query)).scalars())


async def list_captured(tx: Tx, after: UUID | None, limit: int) -> list[UUID]:
    """Return orders whose money came, also where it was refunded later, by id and some at a time."""
    query = select(payments.c.order_id).distinct().where(not_(payments.c.stray), payments.c.received > 0)
    if after is not None:
        query = query.where(payments.c.order_id > after)
    return list((await tx.execute(query.order_by(payments.c.order_id).limit(limit))).scalars())


def _row(payment: Payment) -> dict[str, Any]:
    money = {
        name: getattr(payment, name).minor for name in ("amount", "shipping", "due", "received", "refunded")
    }
    row = {name: getattr(payment, name) for name in Payment.__dataclass_fields__ if name != "method"}
    row |= {"means": payment.method.means, "provider": payment.method.provider}
    instructions = {key: value for key, value in asdict(payment.instructions).items() if value is not None}
    return row | money | {"currency": payment.due.currency, "instructions": instructions}


def to_payment(row: Any) -> Payment:
    """Return the row of a query as a payment."""
    fields = {name: getattr(row, name) for name in Payment.__dataclass_fields__ if name != "method"}
    for name in ("amount", "shipping", "due", "received", "refunded"):
        fields[name] = Money(fields[name], row.currency)
    fields["method"], fields["state"] = Method(Means(row.means), row.provider), PaymentState(row.state)
    fields["instructions"] = Instructions(**row.instructions)
    return Payment(**fields)


async def _find_one(tx: Tx, query: Select[Any]) -> Payment | None:
    """Return the first payment that the query finds."""
    row = (await tx.execute(query.limit(1))).one_or_none()
    return to_payment(row) if row else None


async def find_all(tx: Tx, query: Select[Any]) -> list[Payment]:
    """Return the payments that the query finds; for this store only."""
    return [to_payment(row) for row in await tx.execute(query)]
