"""What was paid before ways to pay had a provider stays as it was, under its new name."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from etalase.commerce import payments
from etalase.commerce.payments import Method
from etalase.commerce.shops import ShopId
from etalase.kernel.money import Money
from etalase.platform.db import Database
from etalase.platform.provision import migrate
from tests.make import orders as make_orders
from tests.make import payments as make

REVISION, BEFORE = "0024_providers_of_payments", "0023_names_in_signs"
OLD = """
    DROP INDEX payments_amount_names_order;
    ALTER TABLE payments RENAME means TO method;
    UPDATE payments SET method = 'midtrans_qris' WHERE method = 'qris';
    UPDATE payments SET method = 'midtrans_va' WHERE method = 'virtual_account';
    ALTER TABLE payments DROP provider, DROP charge_id;
    CREATE UNIQUE INDEX payments_amount_names_order ON payments (shop_id, due)
        WHERE state = 'pending' AND method IN ('qris_static', 'bank_transfer');
    UPDATE orders SET method = 'midtrans_va'
"""
"""Brings the tables back to what the migration before made."""


async def pay_by(db: Database, shop_id: ShopId, method: Method) -> UUID:
    """Ask for money by this method."""
    async with db.begin() as tx:
        placed = await payments.start_payment(
            tx,
            order_id=uuid4(),
            shop_id=shop_id,
            amount=Money(89_000),
            method=method,
            expires_at=tx.clock.now() + timedelta(hours=1),
        )
    return placed.id


async def test_old_payments_and_orders_get_their_provider(commerce_db: Database) -> None:
    market = await make_orders.market(commerce_db)
    await market.hold("cart:a")
    order = await market.place("cart:a")
    async with commerce_db.begin() as tx:
        shop_id = await make.shop(tx)
    ids = {method: await pay_by(commerce_db, shop_id, method) for method in make.METHODS}
    async with commerce_db.begin() as tx:
        for statement in OLD.split(";"):
            await tx.execute(text(statement))
        await tx.execute(text("UPDATE schema_version SET version_num = :before"), {"before": BEFORE})
    await migrate(commerce_db, REVISION)
    async with commerce_db.begin() as tx:
        for method, payment_id in ids.items():
            assert (await payments.get_payment(tx, payment_id)).method == method
        assert await payments.recount(tx) == []
    assert (await market.reload(order)).method == "virtual_account:midtrans"
