"""Two at once, or dead in between: an order's money is counted once."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from etalase.commerce import payments
from etalase.commerce.payments import Method, Payment, PaymentState, Report, Standing
from etalase.commerce.payments._commands import expire_payment, record_report
from etalase.commerce.payments._commands.work import PaymentWork
from etalase.commerce.payments._jobs import start_at_gateway
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Refusal
from etalase.kernel.money import Money
from etalase.lab.midtrans import Simulator
from etalase.lab.temper import Temper
from etalase.platform.db import Database
from tests.integration.commerce.payments.conftest import Market, OpenMarket, at_work, open_market
from tests.make import payments as make
from tests.make.waiting import PATIENCE_SECONDS

__all__ = ["open_market"]
CROWD = 8


async def start(
    db: Database, shop_id: UUID, order_id: UUID, method: Method = Method.BANK_TRANSFER
) -> Payment:
    async with db.begin() as tx:
        return await payments.start_payment(
            tx,
            order_id=order_id,
            shop_id=shop_id,
            amount=Money(89_000),
            method=method,
            expires_at=tx.clock.now() + timedelta(hours=1),
        )


async def new_shop(db: Database) -> UUID:
    async with db.begin() as tx:
        return await make.shop(tx)


async def all_at_once(*hold_requests: Awaitable[Any]) -> list[Any]:
    """Return what each came to; a refusal is an answer, anything else is not."""
    answers = await asyncio.gather(*hold_requests, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refusal):
            raise answer
    return answers


async def sound(db: Database) -> bool:
    async with db.begin() as tx:
        return await payments.recount(tx) == []


async def test_an_order_is_asked_for_once_however_often_it_is_tapped(commerce_db: Database) -> None:
    shop_id, order_id = await new_shop(commerce_db), uuid4()
    await all_at_once(*(start(commerce_db, shop_id, order_id) for _ in range(CROWD)))
    async with commerce_db.begin() as tx:
        found, _ = await payments.list_payments(tx, shop_id)
    assert len(found) == 1
    assert await sound(commerce_db)


async def test_orders_placed_at_once_get_amounts_of_their_own(commerce_db: Database) -> None:
    shop_id = await new_shop(commerce_db)
    placed = await all_at_once(*(start(commerce_db, shop_id, uuid4()) for _ in range(3 * CROWD)))
    assert len({payment.due for payment in placed}) == 3 * CROWD


async def test_the_sellers_two_taps_capture_once(commerce_db: Database) -> None:
    placed = await start(commerce_db, await new_shop(commerce_db), uuid4())

    async def confirm() -> Payment:
        async with commerce_db.begin() as tx:
            return await payments.confirm_by_seller(tx, placed.id, placed.due)

    await all_at_once(*(confirm() for _ in range(CROWD)))
    assert await captures(commerce_db, placed.order_id) == 1
    assert await sound(commerce_db)


async def test_money_and_the_end_of_time_meet(commerce_db: Database, clock: FixedClock) -> None:
    shop_id = await new_shop(commerce_db)
    placed = [await start(commerce_db, shop_id, uuid4(), make.QRIS) for _ in range(CROWD)]
    clock.advance(seconds=3600)

    async def arrive(payment: Payment) -> None:
        async with commerce_db.begin() as tx:
            report = Report(Standing.PAID, payment.due)
            await record_report(tx, payment.id, payment.reference, report)

    async def end(payment: Payment) -> None:
        async with commerce_db.begin() as tx:
            await expire_payment(tx, payment.id)

    await all_at_once(*(act(payment) for payment in placed for act in (arrive, end, arrive)))
    for payment in placed:
        async with commerce_db.begin() as tx:
            after = await payments.get_payment(tx, payment.id)
        assert after.received == payment.due
        assert after.state is (PaymentState.CAPTURED if after.paid else PaymentState.REFUND_PENDING)
    assert await sound(commerce_db)


async def test_two_refunds_at_once_send_the_money_back_once(commerce_db: Database) -> None:
    placed = await start(commerce_db, await new_shop(commerce_db), uuid4())
    async with commerce_db.begin() as tx:
        await payments.confirm_by_seller(tx, placed.id, placed.due)

    async def refund() -> None:
        async with commerce_db.begin() as tx:
            await payments.request_refund(tx, placed.id, reason="sold out")

    await all_at_once(*(refund() for _ in range(CROWD)))
    async with commerce_db.begin() as tx:
        assert len(await payments.list_refunds(tx, placed.id)) == 1
    assert await sound(commerce_db)


async def test_call_backs_that_arrive_at_once_capture_once(open_market: OpenMarket) -> None:
    market = await open_market(Temper.named("silent"))
    shown = await market.start_presented()
    market.pay(shown)
    notice = market.simulator.notices.signed(market.simulator.book.find(shown.reference).words())
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        answers = await asyncio.gather(*(client.post(market.webhook, json=notice) for _ in range(CROWD)))
    assert {answer.status_code for answer in answers} == {200}
    await market.until(shown.id, PaymentState.CAPTURED)
    await market.quiet()
    assert await captures(market.db, shown.order_id) == 1
    assert await market.sound() == []


class PowerCut(BaseException):
    """The process dies here."""


async def test_a_charge_whose_answer_was_never_recorded_is_found_and_not_made_twice(
    open_market: OpenMarket, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    market = await open_market(Temper.named("silent"), working=False)
    payment_id = await market.start()
    await die_before_recording(market, payment_id, monkeypatch)
    assert (await market.see(payment_id)).state is PaymentState.CREATED
    assert len(market.simulator.book.by_id) == 1
    clock.advance(seconds=61)
    assert await payments.sweep(market.db, market.gateways) == 1
    async with at_work(market.db, market.gateways):
        shown = await market.until(payment_id, PaymentState.PENDING)
    assert shown.instructions.qr is not None
    assert [found.status for found in market.simulator.book.by_id.values()] == ["pending"]


async def test_a_lost_charge_that_cannot_be_asked_for_again_is_taken_back_first(
    open_market: OpenMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = await open_market(Temper(silent=True, lost_keys=True), working=False)
    payment_id = await market.start()
    await die_before_recording(market, payment_id, monkeypatch)
    async with at_work(market.db, market.gateways):
        shown = await market.until(payment_id, PaymentState.PENDING)
    assert shown.attempt == 2
    assert sorted(found.status for found in market.simulator.book.by_id.values()) == ["cancel", "pending"]
    market.pay(shown)
    clock: FixedClock = market.db.clock  # type: ignore[assignment]
    clock.advance(seconds=61)
    await payments.sweep(market.db, market.gateways)
    async with at_work(market.db, market.gateways):
        await market.until(payment_id, PaymentState.CAPTURED)
    assert await market.sound() == []


async def die_before_recording(
    market: Market[Simulator], payment_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Charge at the gateway and die before the answer is written."""
    provider = market.gateways.of(make.QRIS)
    charge = provider.start

    async def die(*arguments: Any) -> Report:
        await charge(*arguments)
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(provider, "start", die)
        with pytest.raises(PowerCut):
            await start_at_gateway(market.db, market.gateways, PaymentWork(payment_id))


async def captures(db: Database, order_id: UUID) -> int:
    """Return how often the order was told to be paid."""
    async with db.begin() as tx:
        found = await tx.execute_driver_sql(
            "SELECT count(*) FROM outbox"
            " WHERE name = 'payments.payment_captured' AND payload->>'order_id' = $1",
            (str(order_id),),
        )
        return int(found.scalar_one())
