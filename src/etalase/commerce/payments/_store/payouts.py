"""What gateways have paid out to shops."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.payments._model.payout import Payout
from etalase.commerce.payments._store.tables import payouts
from etalase.kernel.money import Money
from etalase.platform.db import Tx


async def lock_payouts(tx: Tx, shop_id: UUID) -> None:
    """Let one payout of a shop be recorded after the other."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"payouts:{shop_id}", 0))))


async def list_payouts(tx: Tx, shop_id: UUID, limit: int = 10) -> list[Payout]:
    """Return the shop's payouts that stand, newest first."""
    query = select(payouts).where(payouts.c.shop_id == shop_id, payouts.c.taken_back_at.is_(None))
    return await _find_payouts(tx, query.order_by(payouts.c.recorded_at.desc(), payouts.c.id).limit(limit))


async def find_payout(tx: Tx, shop_id: UUID, payout_id: UUID) -> Payout | None:
    """Return the shop's payout."""
    query = select(payouts).where(payouts.c.id == payout_id, payouts.c.shop_id == shop_id)
    return next(iter(await _find_payouts(tx, query)), None)


async def _find_payouts(tx: Tx, query: Select[Any]) -> list[Payout]:
    """Return the payouts that the query of `payouts` finds."""
    return [
        Payout(
            row.id,
            row.shop_id,
            row.key,
            Money(row.amount, row.currency),
            Money(row.fee, row.currency),
            row.recorded_at,
            row.taken_back_at,
        )
        for row in await tx.execute(query)
    ]


async def find_payout_by_key(tx: Tx, shop_id: UUID, key: str) -> Payout | None:
    """Return the payout that was recorded under the key."""
    query = select(payouts).where(payouts.c.shop_id == shop_id, payouts.c.key == key)
    return next(iter(await _find_payouts(tx, query)), None)


async def add_payout(tx: Tx, payout: Payout) -> None:
    """Write a new payout."""
    row = asdict(payout) | {"amount": payout.amount.minor, "fee": payout.fee.minor}
    await tx.execute(upsert(payouts).values(row | {"currency": payout.amount.currency}))


async def save_payout(tx: Tx, payout: Payout) -> None:
    """Write whether a payout stands."""
    await tx.execute(
        update(payouts).where(payouts.c.id == payout.id).values(taken_back_at=payout.taken_back_at)
    )
