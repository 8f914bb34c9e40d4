"""Refunds, each of a payment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, not_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.payments._errors import PaymentUnknown
from etalase.commerce.payments._model.payment import Payment, Refund
from etalase.commerce.payments._store.payments import find_all, lock
from etalase.commerce.payments._store.tables import payments, refunds
from etalase.kernel.money import Money
from etalase.platform.db import Tx


async def add_refund(tx: Tx, refund: Refund) -> None:
    """Write a new refund."""
    await tx.execute(upsert(refunds).values(_refund_row(refund)))


async def save_refund(tx: Tx, refund: Refund) -> None:
    """Write what changed in a refund."""
    await tx.execute(update(refunds).where(refunds.c.id == refund.id).values(_refund_row(refund)))


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
    wanted = select(payments).where(payments.c.id.in_({row.payment_id for row in rows}))
    owners = {payment.id: payment for payment in await find_all(tx, wanted)}
    return [
        (payment, to_refund(row, payment.due.currency))
        for row in rows
        for payment in (owners[row.payment_id],)
    ]


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
    owner = select(refunds.c.payment_id).where(refunds.c.id == refund_id)
    payment_id = (await tx.execute(owner)).scalar_one_or_none()
    if payment_id is None:
        raise PaymentUnknown
    payment = await lock(tx, payment_id)
    row = (await tx.execute(select(refunds).where(refunds.c.id == refund_id).with_for_update())).one()
    return payment, to_refund(row, payment.due.currency)


def _refund_row(refund: Refund) -> dict[str, Any]:
    row = {name: getattr(refund, name) for name in Refund.__dataclass_fields__}
    return row | {"amount": refund.amount.minor}


def to_refund(row: Any, currency: str) -> Refund:
    """Return the row of a query as a refund."""
    fields = {name: getattr(row, name) for name in Refund.__dataclass_fields__}
    return Refund(**fields | {"amount": Money(row.amount, currency)})
