"""An order whose payments and ledger disagree is found within a look; sound ones never are."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from etalase.commerce.payments import LedgerAuditor
from etalase.platform.db import Database
from tests.make.orders import Market, market


@pytest.fixture
async def stall(commerce_db: Database) -> AsyncIterator[Market]:
    stall = await market(commerce_db, units=20)
    yield stall
    await stall.desk.close()


async def test_what_is_sound_is_found_sound_through_a_sales_life(
    stall: Market, commerce_db: Database
) -> None:
    auditor = LedgerAuditor(commerce_db)
    assert await auditor.audit_posted() == []
    for means in ("cod", "bank_transfer", "qris_static"):
        await stall.buy(f"cart:{means}", means)
        assert await auditor.audit_posted() == []
    assert auditor.wrong == set()


async def test_an_order_that_was_broken_by_hand_is_named_until_it_is_mended(
    stall: Market, commerce_db: Database
) -> None:
    sound, broken = await stall.buy("cart:sound"), await stall.buy("cart:broken")
    auditor = LedgerAuditor(commerce_db)
    assert await auditor.audit_posted() == []
    async with commerce_db.begin() as tx:
        await tx.execute(
            text("UPDATE payments SET received = received + 1000, due = due + 1000 WHERE order_id = :id"),
            {"id": broken.id},
        )
    found = await auditor.audit_posted()
    assert auditor.wrong == {broken.id}
    assert any(str(broken.id) in one for one in found)
    assert not any(str(sound.id) in one for one in found)
    async with commerce_db.begin() as tx:
        await tx.execute(
            text("UPDATE payments SET received = received - 1000, due = due - 1000 WHERE order_id = :id"),
            {"id": broken.id},
        )
    assert await auditor.audit_posted() == []
    assert auditor.wrong == set()
