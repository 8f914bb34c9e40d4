"""What was sold today is told by the clock of the place from which the shop sends."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from etalase.commerce import orders
from etalase.kernel.clock import FixedClock
from tests.integration.web.conftest import open_market
from tests.make import orders as make_orders
from tests.make.laws import OPEN
from tests.make.program import MakesDatabases, program, visitor


@pytest.mark.parametrize(
    ("province", "paid", "is_today"),
    [
        ("Papua", "2026-11-24T15:30+00:00", True),  # 00.30 WIT
        ("Papua", "2026-11-24T14:30+00:00", False),
        ("Jawa Barat", "2026-11-24T15:30+00:00", False),  # 22.30 WIB
        ("Jawa Barat", "2026-11-24T17:30+00:00", True),
    ],
)
async def test_sold_today_is_the_shops_own_day(
    databases: MakesDatabases, tmp_path: Path, province: str, paid: str, *, is_today: bool
) -> None:
    clock = FixedClock(datetime.fromisoformat(paid))
    async with program(databases, tmp_path, clock) as system, visitor(system) as browser:
        market = await open_market(system, browser)
        async with market.db.begin() as tx:
            await tx.execute(text("UPDATE shops SET origin_province = :province"), {"province": province})
        await market.hold("cart:ani", 1)
        async with market.db.begin() as tx:
            bought = make_orders.checkout("cart:ani", [market.shop.id])
            (placed,) = await orders.place_orders(tx, bought, make_orders.SETTINGS, OPEN)
        await market.pay(placed)
        clock.moment = datetime.fromisoformat("2026-11-24T23:30+00:00")
        page = await browser.get(f"/desk/{market.shop.slug}")
    assert page.status_code == 200
    assert ("1 pesanan" in page.text) == is_today
