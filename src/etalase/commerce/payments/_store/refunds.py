"""Refunds, each of a payment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, insert, not_, select, update

from etalase.commerce.payments._errors import PaymentUnknown
from etalase.commerce.payments._model.payment import Payment, Refund
from etalase.commerce.payments._store.payments import find_all, lock
from etalase.commerce.payments._store.tables import payments, refunds
from etalase.kernel.money import Money
from etalase.platform.db import Tx

_ADD = insert(refunds)
_SAVE = update(refunds).where(refunds.c.id == bindparam("its"))
_FIND_PAYMENT = select(refunds.c.payment_id).where(refunds.c.id == bindparam("id"))
_LOCK = select(refunds).where(refunds.c.id == bindparam("id")).with_for_update()
_OF_PAYMENTS = select(payments).where(payments.c.id.in_(bindparam("ids", expanding=True)))


async def add_refund(tx: Tx, refund: Refund) -> None:
    """Write a new refund."""
    await tx.execute(_ADD, {"id": refund.id, **_columns(refund)})


async def save_refund(tx: Tx, refund: Refund) -> None:
    """Write what changed in a refund."""
    await tx.execute(_SAVE, {"its": refund.id, **_columns(refund)})


async def list_refunds_to_send(tx: Tx, shop_id: UUID, limit: int = 100) -> list[tuple[Payment, Refund]]:
    """Return the refunds that wait for the seller's hand, oldest first, each with its payment."""
    query = (
        select(refunds)
        .join(payments, payments.c.id == refunds.c.payment_id)
        .where(payments.c.shop_id == shop_id, refunds.c.by_hand, refunds.c.sent_at.is_(None))
    )
    return await _find_refunds(tx, query.order_by(refunds.c.id).limit(limit))


async def list_refunds(tx: Tx, payment_id: UUID) -> list[Refund]:
    """Return the payment's refunds, oldest first."""
    query = select(refunds).where(refunds.c.payment_id == payment_id).order_by(refunds.c.id)
    return [refund for _, refund in await _find_refunds(tx, query)]


async def _find_refunds(tx: Tx, query: Select[Any]) -> list[tuple[Payment, Refund]]:
    """Return the refunds that the query of `refunds` finds, each with its payment."""
    rows = (await tx.execute(query)).all()
    wanted = {row.payment_id for row in rows}
    owners = {payment.id: payment for payment in await find_all(tx, _OF_PAYMENTS, ids=list(wanted))}
    return [(owners[row.payment_id], _refund(row, owners[row.payment_id])) for row in rows]


async def list_unsent_refunds(tx: Tx, providers: Collection[str], since: datetime, limit: int) -> list[UUID]:
    """Return the refunds of payments by these providers that wait for a gateway since then, oldest first."""
    query = (
        select(refunds.c.id)
        .join(payments, payments.c.id == refunds.c.payment_id)
        .where(
            refunds.c.sent_at.is_(None),
            not_(refunds.c.by_hand),
            refunds.c.requested_at <= since,
            payments.c.provider.in_(providers),
        )
    )
    return list((await tx.execute(query.order_by(refunds.c.id).limit(limit))).scalars())


async def lock_refund(tx: Tx, refund_id: UUID) -> tuple[Payment, Refund]:
    """Return the refund and its payment, both locked. Raises PaymentUnknown."""
    payment_id = (await tx.execute(_FIND_PAYMENT, {"id": refund_id})).scalar_one_or_none()
    if payment_id is None:
        raise PaymentUnknown
    payment = await lock(tx, payment_id)
    row = (await tx.execute(_LOCK, {"id": refund_id})).one()
    return payment, _refund(row, payment)


def _columns(refund: Refund) -> dict[str, Any]:
    """Return what a refund's row holds besides its id."""
    return {
        "payment_id": refund.payment_id,
        "amount": refund.amount.minor,
        "reason": refund.reason,
        "by_hand": refund.by_hand,
        "requested_at": refund.requested_at,
        "sent_at": refund.sent_at,
    }


def _refund(row: Row[Any], payment: Payment) -> Refund:
    return Refund(
        id=row.id,
        payment_id=row.payment_id,
        amount=Money(row.amount, payment.due.currency),
        reason=row.reason,
        by_hand=row.by_hand,
        requested_at=row.requested_at,
        sent_at=row.sent_at,
    )
