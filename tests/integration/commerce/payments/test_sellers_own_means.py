"""QRIS of the seller, bank transfer, cash on delivery: from the ask to the refund."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from etalase.commerce import ledger, payments, shops
from etalase.commerce.ledger import LedgerAccount
from etalase.commerce.payments import Method, Payment, PaymentState
from etalase.commerce.payments._commands.settle import expire_payment
from etalase.kernel.clock import FixedClock
from etalase.kernel.money import Money
from etalase.platform.db import Tx
from tests.make import payments as make


async def start(
    tx: Tx,
    shop_id: UUID,
    method: Method = Method.BANK_TRANSFER,
    *,
    order_id: UUID | None = None,
    minor: int = 89_000,
) -> Payment:
    return await payments.start_payment(
        tx,
        order_id=order_id or uuid4(),
        shop_id=shop_id,
        amount=Money(minor),
        shipping=Money(9_000),
        method=method,
        expires_at=tx.clock.now() + timedelta(hours=1),
    )


async def balances(tx: Tx, shop_id: UUID) -> dict[LedgerAccount, int]:
    lines = await ledger.trial_balance(tx, shop_id=shop_id)
    return {line.account: line.balance.minor for line in lines if line.balance}


async def test_the_sellers_qris_asks_for_an_amount_of_its_own(commerce_tx: Tx) -> None:
    shop_id = await make.shop(commerce_tx)
    placed = await start(commerce_tx, shop_id, Method.QRIS_STATIC)
    assert placed.state is PaymentState.PENDING
    assert 1 <= placed.due.minor - placed.amount.minor <= 99
    assert placed.instructions.qr is not None
    assert shops.read_fields(placed.instructions.qr)["54"] == str(placed.due.minor)


async def test_open_orders_of_a_shop_never_share_an_amount(commerce_tx: Tx) -> None:
    shop_id = await make.shop(commerce_tx)
    dues = [(await start(commerce_tx, shop_id)).due.minor for _ in range(40)]
    assert len(set(dues)) == len(dues)


async def test_the_same_wish_again_is_the_same_payment(commerce_tx: Tx) -> None:
    shop_id, order_id = await make.shop(commerce_tx), uuid4()
    first = await start(commerce_tx, shop_id, order_id=order_id)
    assert await start(commerce_tx, shop_id, order_id=order_id) == first
    with pytest.raises(payments.PaymentUnderWay):
        await start(commerce_tx, shop_id, Method.COD, order_id=order_id)
    assert await payments.find_payment_of_order(commerce_tx, order_id) == first


async def test_an_order_is_paid_once_and_another_way_after_a_cancel(commerce_tx: Tx) -> None:
    shop_id, order_id = await make.shop(commerce_tx), uuid4()
    first = await start(commerce_tx, shop_id, order_id=order_id)
    await payments.cancel_payment(commerce_tx, first.id)
    second = await start(commerce_tx, shop_id, Method.COD, order_id=order_id)
    await payments.confirm_by_seller(commerce_tx, second.id, second.due)
    with pytest.raises(payments.OrderAlreadyPaid):
        await start(commerce_tx, shop_id, order_id=order_id)
    assert await payments.recount(commerce_tx) == []


async def test_the_sellers_word_captures_and_the_book_shows_it(commerce_tx: Tx) -> None:
    shop_id = await make.shop(commerce_tx)
    placed = await start(commerce_tx, shop_id)
    extra = placed.due.minor - placed.amount.minor
    promised = {
        LedgerAccount.SALES: -80_000,
        LedgerAccount.SHIPPING_INCOME: -9_000,
        LedgerAccount.UNIQUE_AMOUNTS: -extra,
    }
    assert await balances(commerce_tx, shop_id) == promised | {
        LedgerAccount.BUYER_RECEIVABLE: placed.due.minor
    }
    paid = await payments.confirm_by_seller(commerce_tx, placed.id, placed.due)
    assert paid.state is PaymentState.CAPTURED
    await payments.confirm_by_seller(commerce_tx, placed.id, placed.due)
    assert await balances(commerce_tx, shop_id) == promised | {LedgerAccount.SHOP_CASH: placed.due.minor}


async def test_a_seller_who_saw_another_amount_changes_nothing(commerce_tx: Tx) -> None:
    shop_id = await make.shop(commerce_tx)
    placed = await start(commerce_tx, shop_id)
    with pytest.raises(payments.AmountDiffers):
        await payments.confirm_by_seller(commerce_tx, placed.id, Money(1))
    assert await payments.get_payment(commerce_tx, placed.id) == placed


async def test_time_that_runs_out_takes_the_promise_back(commerce_tx: Tx, clock: FixedClock) -> None:
    shop_id = await make.shop(commerce_tx)
    placed = await start(commerce_tx, shop_id)
    assert (await expire_payment(commerce_tx, placed.id)).state is PaymentState.PENDING
    clock.advance(seconds=3600)
    assert (await expire_payment(commerce_tx, placed.id)).state is PaymentState.EXPIRED
    assert await balances(commerce_tx, shop_id) == {}
    assert await payments.recount(commerce_tx) == []


async def test_a_transfer_after_the_end_is_owed_to_the_buyer(commerce_tx: Tx, clock: FixedClock) -> None:
    shop_id = await make.shop(commerce_tx)
    placed = await start(commerce_tx, shop_id)
    clock.advance(seconds=3600)
    await expire_payment(commerce_tx, placed.id)
    late = await payments.confirm_by_seller(commerce_tx, placed.id, placed.due)
    assert (late.state, late.paid) == (PaymentState.REFUND_PENDING, False)
    assert await balances(commerce_tx, shop_id) == {
        LedgerAccount.SHOP_CASH: placed.due.minor,
        LedgerAccount.REFUNDS_DUE: -placed.due.minor,
    }
    ((_, refund),) = await payments.list_refunds_to_send(commerce_tx, shop_id)
    assert refund.by_hand
    await payments.confirm_refund_by_seller(commerce_tx, shop_id, refund.id)
    assert await balances(commerce_tx, shop_id) == {}
    assert await payments.recount(commerce_tx) == []


async def test_an_amount_is_not_used_again_soon_after_it_expired(commerce_tx: Tx, clock: FixedClock) -> None:
    shop_id = await make.shop(commerce_tx)
    ended = await start(commerce_tx, shop_id)
    clock.advance(seconds=3600)
    await expire_payment(commerce_tx, ended.id)
    dues = {(await start(commerce_tx, shop_id)).due for _ in range(30)}
    assert ended.due not in dues


async def test_cash_on_delivery_waits_for_the_courier_without_end(commerce_tx: Tx, clock: FixedClock) -> None:
    shop_id = await make.shop(commerce_tx)
    placed = await start(commerce_tx, shop_id, Method.COD)
    assert (placed.expires_at, placed.due) == (None, Money(89_000))
    assert (await balances(commerce_tx, shop_id))[LedgerAccount.COD_RECEIVABLE] == 89_000
    await payments.confirm_by_seller(commerce_tx, placed.id, placed.due)
    assert (await balances(commerce_tx, shop_id))[LedgerAccount.SHOP_CASH] == 89_000


async def test_a_refund_by_hand_is_due_until_the_seller_sent_it(commerce_tx: Tx) -> None:
    shop_id = await make.shop(commerce_tx)
    placed = await start(commerce_tx, shop_id)
    await payments.confirm_by_seller(commerce_tx, placed.id, placed.due)
    refund = await payments.request_refund(commerce_tx, placed.id, placed.amount, reason="sold out")
    assert refund.amount == placed.due
    with pytest.raises(payments.RefundUnderWay):
        await payments.request_refund(commerce_tx, placed.id, reason="again")
    sent = await payments.confirm_refund_by_seller(commerce_tx, shop_id, refund.id)
    assert sent.state is PaymentState.REFUNDED
    await payments.confirm_refund_by_seller(commerce_tx, shop_id, refund.id)
    assert LedgerAccount.SHOP_CASH not in await balances(commerce_tx, shop_id)
    assert await payments.recount(commerce_tx) == []


async def test_another_shop_cannot_touch_a_refund_or_see_a_payment(commerce_tx: Tx) -> None:
    mine, other = await make.shop(commerce_tx), await make.shop(commerce_tx)
    placed = await start(commerce_tx, mine)
    await payments.confirm_by_seller(commerce_tx, placed.id, placed.due)
    refund = await payments.request_refund(commerce_tx, placed.id, reason="sold out")
    with pytest.raises(payments.PaymentUnknown):
        await payments.confirm_refund_by_seller(commerce_tx, other, refund.id)
    with pytest.raises(payments.PaymentUnknown):
        await payments.get_payment_of_shop(commerce_tx, other, placed.id)


async def test_only_what_the_shop_is_set_up_for_is_offered(commerce_tx: Tx) -> None:
    shop_id = await make.shop(commerce_tx, cod=False)
    operator = payments.PaymentSettings(qris_by="midtrans", virtual_account_by="midtrans")
    assert await payments.offered_methods(commerce_tx, shop_id, operator) == (
        make.QRIS,
        make.VIRTUAL_ACCOUNT,
        Method.QRIS_STATIC,
        Method.BANK_TRANSFER,
    )
    assert make.VIRTUAL_ACCOUNT not in await payments.offered_methods(
        commerce_tx, shop_id, payments.PaymentSettings()
    )
    with pytest.raises(payments.MethodNotOffered):
        await start(commerce_tx, shop_id, Method.COD)
    assert (await payments.list_payments(commerce_tx, shop_id))[0] == []
