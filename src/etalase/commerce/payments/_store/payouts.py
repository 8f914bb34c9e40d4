"""What gateways have paid out to shops."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, insert, select, update

from etalase.commerce.payments._model.payout import Payout
from etalase.commerce.payments._store.tables import payouts
from etalase.kernel.money import Money
from etalase.platform.db import Tx
from etalase.platform.locks import lock_name


async def lock_payouts(tx: Tx, shop_id: UUID) -> None:
    """Let one payout of a shop be recorded after the other."""
    await lock_name(tx, f"payouts:{shop_id}")


async def list_payouts(tx: Tx, shop_id: UUID, limit: int = 10) -> list[Payout]:
    """Return the shop's payouts that stand, newest first."""
    query = select(payouts).where(payouts.c.shop_id == shop_id, payouts.c.taken_back_at.is_(None))
    return await _find_payouts(tx, query.order_by(payouts.c.recorded_at.desc(), payouts.c.id).limit(limit))


async def find_payout(tx: Tx, shop_id: UUID, payout_id: UUID) -> Payout | None:
    """Return the shop's payout."""
    query = select(payouts).where(payouts.c.id == payout_id, payouts.c.shop_id == shop_id)
    return next(iter(await _find_payouts(tx, query)), None)


async def find_payout_by_key(tx: Tx, shop_id: UUID, key: str) -> Payout | None:
    """Return the payout that was recorded under the key."""
    query = select(payouts).where(payouts.c.shop_id == shop_id, payouts.c.key == key)
    return next(iter(await _find_payouts(tx, query)), None)


async def add_payout(tx: Tx, payout: Payout) -> None:
    """Write a new payout."""
    row = {
        "id": payout.id,
        "shop_id": payout.shop_id,
        "key": payout.key,
        "currency": payout.amount.currency,
        "amount": payout.amount.minor,
        "fee": payout.fee.minor,
        "recorded_at": payout.recorded_at,
        "taken_back_at": payout.taken_back_at,
    }
    await tx.execute(insert(payouts), row)


async def save_payout(tx: Tx, payout: Payout) -> None:
    """Write whether a payout stands."""
    await tx.execute(
        update(payouts).where(payouts.c.id == payout.id), {"taken_back_at": payout.taken_back_at}
    )


async def _find_payouts(tx: Tx, query: Select[Any]) -> list[Payout]:
    return [_payout(row) for row in await tx.execute(query)]


def _payout(row: Row[Any]) -> Payout:
    return Payout(
        id=row.id,
        shop_id=row.shop_id,
        key=row.key,
        amount=Money(row.amount, row.currency),
        fee=Money(row.fee, row.currency),
        recorded_at=row.recorded_at,
        taken_back_at=row.taken_back_at,
    )
