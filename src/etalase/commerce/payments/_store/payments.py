"""Payments: found, locked and written."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, Select, and_, bindparam, func, not_, select, text, update

from etalase.commerce.payments._errors import PaymentUnknown
from etalase.commerce.payments._model.method import OWN_METHODS, Means, Method
from etalase.commerce.payments._model.payment import Instructions, Payment, PaymentState
from etalase.commerce.payments._store.tables import ENDED_OR_STRAY, payments
from etalase.kernel.money import Money
from etalase.platform.bulk import BulkInsert
from etalase.platform.db import Tx

_BY_AMOUNT = [method.means for method in OWN_METHODS if method.by_unique_amount]
_ADD = BulkInsert(payments, skips_conflicts=True, returning="id")
_SAVE = update(payments).where(payments.c.id == bindparam("its"))
_FIND = select(payments).where(payments.c.id == bindparam("id"))
_LOCK = _FIND.with_for_update()
_FIND_BY_TOKEN = select(payments).where(payments.c.token == bindparam("token"))
_OF_ORDER = select(payments).where(payments.c.order_id == bindparam("order_id"))
_FIND_LATEST = _OF_ORDER.order_by(payments.c.id.desc()).limit(1)
_FIND_CURRENT = _OF_ORDER.where(text(ENDED_OR_STRAY)).limit(1)
_LOCK_CURRENT = _FIND_CURRENT.with_for_update()
_LIST_OF_ORDERS = (
    select(payments)
    .where(payments.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(payments.c.id)
)
_LIST_WAITING_AMOUNTS = select(payments.c.due).where(
    payments.c.shop_id == bindparam("shop_id"),
    payments.c.created_at >= bindparam("since"),
    payments.c.means.in_(_BY_AMOUNT),
    not_(
        and_(
            payments.c.state.in_(("captured", "refunded")),
            payments.c.captured_at < bindparam("since"),
        )
    ),
)


async def add_all(tx: Tx, new: Sequence[Payment]) -> set[UUID]:
    """Write new payments; return which: not one whose order has one, or whose amount another waits for."""
    return set(await _ADD.run(tx, [{"id": payment.id, **_columns(payment)} for payment in new]))


async def save(tx: Tx, payment: Payment) -> None:
    """Write what changed in a payment."""
    await tx.execute(_SAVE, {"its": payment.id, **_columns(payment)})


async def lock(tx: Tx, payment_id: UUID) -> Payment:
    """Return the payment and keep others from changing it. Raises PaymentUnknown."""
    payment = await _find_one(tx, _LOCK, id=payment_id)
    if payment is None:
        raise PaymentUnknown
    return payment


async def find(tx: Tx, payment_id: UUID) -> Payment | None:
    """Return the payment."""
    return await _find_one(tx, _FIND, id=payment_id)


async def find_by_token(tx: Tx, token: str) -> Payment | None:
    """Return the payment of a buyer's secret link."""
    return await _find_one(tx, _FIND_BY_TOKEN, token=token)


async def find_latest(tx: Tx, order_id: UUID) -> Payment | None:
    """Return the payment of the order that was begun last."""
    return await _find_one(tx, _FIND_LATEST, order_id=order_id)


async def list_of_orders(tx: Tx, order_ids: Collection[UUID]) -> list[Payment]:
    """Return every payment of these orders, oldest first."""
    return await find_all(tx, _LIST_OF_ORDERS, order_ids=list(order_ids))


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
    query = select(payments).where(
        payments.c.shop_id == shop_id,
        payments.c.state == PaymentState.PENDING,
        payments.c.means.in_(_BY_AMOUNT),
    )
    return await find_all(tx, query.order_by(payments.c.id).limit(limit))


async def find_current(tx: Tx, order_id: UUID, *, lock_it: bool = False) -> Payment | None:
    """Return the one payment of the order that is open or has its money."""
    return await _find_one(tx, _LOCK_CURRENT if lock_it else _FIND_CURRENT, order_id=order_id)


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
    return await find_all(tx, found)


async def list_waiting_amounts(tx: Tx, shop_id: UUID, since: datetime) -> set[int]:
    """Return the amounts that a transfer to the shop may still mean: of open and of lately ended payments."""
    found = await tx.execute(_LIST_WAITING_AMOUNTS, {"shop_id": shop_id, "since": since})
    return set(found.scalars())


async def list_captured(tx: Tx, after: UUID | None, limit: int) -> list[UUID]:
    """Return orders whose money came, also where it was refunded later, by id and some at a time."""
    query = select(payments.c.order_id).distinct().where(not_(payments.c.stray), payments.c.received > 0)
    if after is not None:
        query = query.where(payments.c.order_id > after)
    return list((await tx.execute(query.order_by(payments.c.order_id).limit(limit))).scalars())


async def _find_one(tx: Tx, query: Select[Any], **asked: UUID | str) -> Payment | None:
    """Return the payment that the query finds."""
    row = (await tx.execute(query, asked)).one_or_none()
    return _payment(row) if row else None


async def find_all(tx: Tx, query: Executable, **asked: Collection[UUID]) -> list[Payment]:
    """Return the payments that the query finds; for this store only."""
    return [_payment(row) for row in await tx.execute(query, asked)]


def _columns(payment: Payment) -> dict[str, Any]:
    """Return what a payment's row holds besides its id."""
    instructions = {key: value for key, value in asdict(payment.instructions).items() if value is not None}
    return {
        "token": payment.token,
        "order_id": payment.order_id,
        "shop_id": payment.shop_id,
        "means": payment.method.means,
        "provider": payment.method.provider,
        "state": payment.state,
        "currency": payment.due.currency,
        "amount": payment.amount.minor,
        "shipping": payment.shipping.minor,
        "due": payment.due.minor,
        "received": payment.received.minor,
        "refunded": payment.refunded.minor,
        "attempt": payment.attempt,
        "instructions": instructions,
        "created_at": payment.created_at,
        "expires_at": payment.expires_at,
        "captured_at": payment.captured_at,
        "charge_id": payment.charge_id,
        "paid_reference": payment.paid_reference,
        "stray": payment.stray,
    }


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        id=row.id,
        token=row.token,
        order_id=row.order_id,
        shop_id=row.shop_id,
        method=Method(Means(row.means), row.provider),
        state=PaymentState(row.state),
        amount=Money(row.amount, row.currency),
        shipping=Money(row.shipping, row.currency),
        due=Money(row.due, row.currency),
        received=Money(row.received, row.currency),
        refunded=Money(row.refunded, row.currency),
        attempt=row.attempt,
        instructions=Instructions(**row.instructions),
        created_at=row.created_at,
        expires_at=row.expires_at,
        captured_at=row.captured_at,
        charge_id=row.charge_id,
        paid_reference=row.paid_reference,
        stray=row.stray,
    )
