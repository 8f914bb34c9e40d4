"""What the gateway pays out leaves its purse for the shop's, less the fee, once."""

from uuid import UUID, uuid4

import pytest

from etalase.commerce import ledger, payments
from etalase.commerce.ledger import LedgerAccount
from etalase.commerce.payments import Report, Standing
from etalase.commerce.payments._commands import record_report
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx
from tests.make import payments as make


async def paid_by_gateway(tx: Tx) -> UUID:
    """Open a shop for which the gateway holds Rp 89.000."""
    shop_id = await make.shop(tx)
    placed = await payments.start_payment(
        tx,
        order_id=uuid4(),
        shop_id=shop_id,
        amount=Money(89_000),
        method=make.QRIS,
        expires_at=None,
    )
    await record_report(tx, placed.id, placed.reference, Report(Standing.PAID, placed.due))
    return shop_id


async def balances(tx: Tx, shop_id: UUID) -> dict[LedgerAccount, int]:
    """Return what each account of the shop holds."""
    return {line.account: line.balance.minor for line in await ledger.trial_balance(tx, shop_id=shop_id)}


async def test_a_payout_is_booked_once_with_its_fee(commerce_db: Database) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await paid_by_gateway(tx)
    for _ in range(2):
        async with commerce_db.begin() as tx:
            await payments.record_payout(tx, shop_id, Money(88_377), Money(623), key="monday")
    async with commerce_db.begin() as tx:
        held = await balances(tx, shop_id)
        assert await payments.recount(tx) == []
    assert held[LedgerAccount.GATEWAY_CLEARING] == 0
    assert (held[LedgerAccount.SHOP_CASH], held[LedgerAccount.GATEWAY_FEES]) == (88_377, 623)


async def test_more_than_the_gateway_holds_is_refused(commerce_db: Database) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await paid_by_gateway(tx)
        before = await balances(tx, shop_id)
    for amount, fee, key in ((89_001, 0, "a"), (88_999, 2, "a"), (0, 5, "a"), (5, -1, "a"), (5, 0, "")):
        with pytest.raises(Invalid):
            async with commerce_db.begin() as tx:
                await payments.record_payout(tx, shop_id, Money(amount), Money(fee), key=key)
    async with commerce_db.begin() as tx:
        await payments.record_payout(tx, shop_id, Money(1), Money(0), key="a")
    with pytest.raises(payments.PayoutDiffers):
        async with commerce_db.begin() as tx:
            await payments.record_payout(tx, shop_id, Money(2), Money(0), key="a")
    async with commerce_db.begin() as tx:
        after = await balances(tx, shop_id)
    assert before[LedgerAccount.GATEWAY_CLEARING] - after[LedgerAccount.GATEWAY_CLEARING] == 1


async def test_the_audit_sees_a_payout_that_the_ledger_lacks(commerce_db: Database) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await paid_by_gateway(tx)
        await tx.execute_driver_sql(
            "INSERT INTO gateway_payouts VALUES (gen_random_uuid(), $1, 'x', 'IDR', 5, 1, now())", (shop_id,)
        )
        findings = await payments.recount(tx)
    assert len(findings) == 3, findings


async def test_a_payout_that_was_booked_by_mistake_is_taken_back_once(commerce_db: Database) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await paid_by_gateway(tx)
        before = await balances(tx, shop_id)
        wrong = await payments.record_payout(tx, shop_id, Money(8_837), Money(623), key="monday")
        assert await payments.list_payouts(tx, shop_id) == [wrong]
    for _ in range(2):
        async with commerce_db.begin() as tx:
            await payments.take_back_payout(tx, shop_id, wrong.id)
    async with commerce_db.begin() as tx:
        after = await balances(tx, shop_id)
        assert await payments.list_payouts(tx, shop_id) == []
        assert await payments.recount(tx) == []
    assert {account: held for account, held in after.items() if held} == {
        account: held for account, held in before.items() if held
    }
    with pytest.raises(payments.PayoutDiffers):
        async with commerce_db.begin() as tx:
            await payments.record_payout(tx, shop_id, Money(8_837), Money(623), key="monday")
    async with commerce_db.begin() as tx:
        right = await payments.record_payout(tx, shop_id, Money(88_377), Money(623), key="tuesday")
        assert await payments.list_payouts(tx, shop_id) == [right]


async def test_another_shops_payout_is_not_taken_back(commerce_db: Database) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await paid_by_gateway(tx)
        other_id = await paid_by_gateway(tx)
        payout = await payments.record_payout(tx, shop_id, Money(89_000), Money(0), key="monday")
    with pytest.raises(payments.PayoutUnknown):
        async with commerce_db.begin() as tx:
            await payments.take_back_payout(tx, other_id, payout.id)
    async with commerce_db.begin() as tx:
        assert await payments.list_payouts(tx, shop_id) == [payout]
