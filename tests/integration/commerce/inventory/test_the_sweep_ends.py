"""The sweep ends when it is told to, also in the moment in which stock changes: else no server would stop."""

import asyncio

import pytest

from etalase.commerce import inventory
from etalase.commerce.inventory import InventorySettings, StockChanged
from etalase.platform.db import Database
from tests.make.waiting import PATIENCE_SECONDS, pace


@pytest.mark.parametrize("steps", range(4))
async def test_a_sweep_that_is_told_to_end_as_stock_changes_ends(commerce_db: Database, steps: int) -> None:
    settings = InventorySettings(sweep_every_seconds=0.01)
    sweep = asyncio.create_task(inventory.sweep_holds(commerce_db, settings))
    await pace(0.3)  # by then it sleeps until something changes
    commerce_db.bell.ring({StockChanged.name})
    for _ in range(steps):
        await asyncio.sleep(0)
    sweep.cancel()
    await asyncio.wait([sweep], timeout=PATIENCE_SECONDS)
    assert sweep.cancelled()
