"""Whoever reads an export slowly keeps nobody else waiting."""

from collections.abc import AsyncIterator

from etalase.commerce import orders
from etalase.web._desk_orders import csv_lines
from tests.make import orders as make_orders
from tests.make.laws import OPEN
from tests.make.orders import Market, checkout
from tests.make.waiting import until

SLOW_READERS = 24
"""More than the pool has connections."""


async def test_slow_readers_of_exports_leave_the_pool_to_others(market: Market) -> None:
    await market.hold("cart:a")
    async with market.db.begin() as tx:
        await orders.place_orders(tx, checkout("cart:a", [market.shop.id]), make_orders.SETTINGS, OPEN)
    readers = [csv_lines(market.db, market.shop, orders.Filter()) for _ in range(SLOW_READERS)]
    rows = [await _second_row(reader) for reader in readers]
    assert len(set(rows)) == 1
    pool = market.db.engine.pool  # of which the program's own work has a connection for moments
    await until(lambda: pool.checkedout() == 0)  # type: ignore[attr-defined]


async def _second_row(reader: AsyncIterator[str]) -> str:
    """Read the head and a row, and go on with something else."""
    await anext(reader)
    return await anext(reader)
