"""Paying by Midtrans, over HTTP, whatever the gateway's temper."""

from datetime import timedelta
from typing import cast
from uuid import uuid4

import httpx
import pytest

from etalase.commerce import payments
from etalase.commerce.payments import Gateways, Means, Method, PaymentState, Report, Standing
from etalase.commerce.payments._commands.work import CANCEL_JOB, PaymentWork
from etalase.commerce.payments._jobs import cancel_at_gateway, expire
from etalase.commerce.payments._model.provider import Charge, GatewayTrouble, charge_of
from etalase.kernel.clock import FixedClock
from etalase.kernel.money import Money
from etalase.lab.temper import TEMPERS, Temper
from tests.integration.commerce.payments.conftest import OpenMarket, at_work
from tests.make import payments as make
from tests.make.waiting import PATIENCE_SECONDS

HONEST = sorted(TEMPERS.keys() - {"short_changed", "silent"})


class Stubborn:
    """A gateway that does not close a charge while its buyer is paying."""

    def of(self, _: Method) -> "Stubborn":
        return self

    async def cancel(self, _: Charge) -> Report:
        return Report(Standing.PENDING)


@pytest.mark.parametrize("temper", HONEST)
@pytest.mark.parametrize("method", [make.QRIS, make.VIRTUAL_ACCOUNT])
async def test_a_payment_is_captured_once_whatever_the_gateways_temper(
    open_market: OpenMarket, temper: str, method: Method
) -> None:
    market = await open_market(Temper.named(temper))
    shown = await market.start_presented(method)
    assert shown.instructions.qr if method == make.QRIS else shown.instructions.number
    market.pay(shown)
    await market.until(shown.id, PaymentState.CAPTURED)
    await market.quiet()
    paid = await market.see(shown.id)
    assert (paid.state, paid.received) == (PaymentState.CAPTURED, Money(89_000))
    assert await market.message(shown.id) == ["payment_started", "payment_captured"]
    assert await market.sound() == []


async def test_a_virtual_account_has_a_bank_and_a_number(open_market: OpenMarket) -> None:
    market = await open_market()
    shown = await market.start_presented(make.VIRTUAL_ACCOUNT)
    assert shown.instructions.bank == "BCA"
    assert shown.instructions.number is not None
    assert shown.instructions.number.isdigit()


async def test_a_forged_call_back_is_refused_and_changes_nothing(open_market: OpenMarket) -> None:
    market = await open_market()
    shown = await market.start_presented()
    words = market.simulator.book.find(shown.reference).words()
    forged = words | {"transaction_status": "settlement", "status_code": "200", "signature_key": "0" * 128}
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        bodies: list[object] = [forged, words, {}, [], "text"]
        for body in bodies:
            assert (await client.post(market.webhook, json=body)).status_code == 403
        assert (await client.post(market.webhook, content=b"\xff{")).status_code == 403
    await market.quiet()
    assert (await market.see(shown.id)) == shown


async def test_a_signed_call_back_is_not_believed_before_the_gateway_was_asked(
    open_market: OpenMarket,
) -> None:
    market = await open_market()
    shown = await market.start_presented()
    words = market.simulator.book.find(shown.reference).words() | {"transaction_status": "settlement"}
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        lie = market.simulator.notices.signed(words)
        assert (await client.post(market.webhook, json=lie)).status_code == 200
    await market.quiet()
    assert (await market.see(shown.id)).state is PaymentState.PENDING


async def test_a_signed_call_back_about_nobody_is_taken_and_forgotten(open_market: OpenMarket) -> None:
    market = await open_market()
    words = {"order_id": f"{uuid4().hex}-1", "status_code": "200", "gross_amount": "1.00"}
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        signed = market.simulator.notices.signed(words)
        assert (await client.post(market.webhook, json=signed)).status_code == 200


async def test_less_money_than_asked_for_fails_the_payment_and_goes_back(open_market: OpenMarket) -> None:
    market = await open_market(Temper.named("short_changed"))
    shown = await market.start_presented()
    market.pay(shown)
    after = await market.until(shown.id, PaymentState.REFUNDED)
    assert (after.paid, after.received, after.held) == (False, Money(88_000), Money(0))
    assert await market.message(shown.id) == [
        "payment_started",
        "payment_failed",
        "stray_money_received",
        "stray_money_returned",
    ]
    assert await market.sound() == []


async def test_a_silent_gateway_is_asked_by_the_sweep(open_market: OpenMarket, clock: FixedClock) -> None:
    market = await open_market(Temper.named("silent"))
    shown = await market.start_presented()
    market.pay(shown)
    assert await payments.sweep(market.db, market.gateways) == 0
    clock.advance(seconds=61)
    assert await payments.sweep(market.db, market.gateways) == 1
    await market.until(shown.id, PaymentState.CAPTURED)
    assert await market.sound() == []


async def test_time_that_runs_out_ends_the_payment_here_and_there(
    open_market: OpenMarket, clock: FixedClock
) -> None:
    market = await open_market(Temper.named("silent"))
    shown = await market.start_presented()
    clock.advance(seconds=3600)
    await payments.sweep(market.db, market.gateways)
    await market.until(shown.id, PaymentState.EXPIRED)
    assert market.simulator.book.find(shown.reference).status in {"cancel", "expire"}
    assert await market.message(shown.id) == ["payment_started", "payment_expired"]
    assert await market.sound() == []


async def test_money_in_the_last_second_still_pays_the_order(
    open_market: OpenMarket, clock: FixedClock
) -> None:
    market = await open_market(Temper.named("silent"))
    shown = await market.start_presented()
    clock.advance(seconds=3599)
    market.pay(shown)
    clock.advance(seconds=1)
    await payments.sweep(market.db, market.gateways)
    await market.until(shown.id, PaymentState.CAPTURED)
    assert await market.sound() == []


async def test_money_after_the_end_is_found_and_sent_back(open_market: OpenMarket) -> None:
    market = await open_market(Temper.named("silent"), working=False)
    async with at_work(market.db, market.gateways):
        shown = await market.start_presented()
    async with market.db.begin() as tx:
        await payments.cancel_payment(tx, shown.id)
    market.pay(shown)
    async with at_work(market.db, market.gateways):
        after = await market.until(shown.id, PaymentState.REFUNDED)
    assert not after.paid
    assert market.simulator.book.find(shown.reference).status == "refund"
    assert await market.sound() == []


async def test_a_cancel_reaches_the_gateway(open_market: OpenMarket) -> None:
    market = await open_market()
    shown = await market.start_presented()
    async with market.db.begin() as tx:
        await payments.cancel_payment(tx, shown.id)
    await market.quiet()
    assert market.simulator.book.find(shown.reference).status == "cancel"
    assert (await market.see(shown.id)).state is PaymentState.CANCELLED


async def test_a_charge_that_can_still_be_paid_is_cancelled_again(open_market: OpenMarket) -> None:
    """The job that is tried again is this one: another of its key would be dropped while it is under way."""
    market = await open_market()
    shown = await market.start_presented()
    with pytest.raises(GatewayTrouble):
        await cancel_at_gateway(market.db, cast("Gateways", Stubborn()), PaymentWork(shown.id))


async def test_a_refund_goes_through_the_gateway_once(open_market: OpenMarket) -> None:
    market = await open_market(Temper.named("repeating"))
    shown = await market.start_presented()
    market.pay(shown)
    await market.until(shown.id, PaymentState.CAPTURED)
    async with market.db.begin() as tx:
        await payments.request_refund(tx, shown.id, Money(20_000), reason="one dress is missing")
    await market.until(shown.id, PaymentState.CAPTURED)
    await market.quiet()
    after = await market.see(shown.id)
    assert (after.state, after.held) == (PaymentState.CAPTURED, Money(69_000))
    assert sum(market.simulator.book.find(shown.reference).refunds.values()) == 20_000
    assert await market.sound() == []


async def test_a_refund_whose_answer_was_lost_is_not_sent_by_hand_too(
    open_market: OpenMarket,
) -> None:
    market = await open_market(Temper(lost_keys=True))
    shown = await market.start_presented()
    market.pay(shown)
    await market.until(shown.id, PaymentState.CAPTURED)
    async with market.db.begin() as tx:
        refund = await payments.request_refund(tx, shown.id, Money(20_000), reason="one dress is missing")
        gateway = market.gateways.of(shown.method)
        assert await gateway.refund(
            charge_of(shown, shown.created_at), str(refund.id), refund.amount, refund.reason
        )
    await market.quiet()
    async with market.db.begin() as tx:
        assert await payments.list_refunds_to_send(tx, market.shop_id) == []
    assert (await market.see(shown.id)).refunded == Money(20_000)
    assert sum(market.simulator.book.find(shown.reference).refunds.values()) == 20_000
    assert await market.sound() == []


async def test_a_refund_whose_job_has_given_up_is_sent_by_the_sweep(
    open_market: OpenMarket, clock: FixedClock
) -> None:
    market = await open_market(working=False)
    async with at_work(market.db, market.gateways):
        shown = await market.start_presented()
        market.pay(shown)
        await market.until(shown.id, PaymentState.CAPTURED)
        await market.quiet()
    async with market.db.begin() as tx:
        await payments.request_refund(tx, shown.id, reason="sold out")
        await tx.execute_driver_sql("DELETE FROM pgqueuer")
    assert await payments.sweep(market.db, market.gateways) == 0
    clock.advance(seconds=61)
    assert await payments.sweep(market.db, market.gateways) == 1
    async with at_work(market.db, market.gateways):
        await market.until(shown.id, PaymentState.REFUNDED)
    assert await market.sound() == []


async def test_a_payment_at_a_gateway_that_is_no_longer_used_runs_out(
    open_market: OpenMarket, clock: FixedClock
) -> None:
    market = await open_market(working=False)
    async with at_work(market.db, market.gateways):
        shown = await market.start_presented()
    without = payments.Gateways(payments.PaymentSettings(), {})
    clock.advance(seconds=3600)
    assert await payments.sweep(market.db, without) == 1
    with pytest.raises(payments.MethodNotOffered):
        await expire(market.db, without, PaymentWork(shown.id))
    clock.advance(seconds=600)
    await expire(market.db, without, PaymentWork(shown.id))
    assert (await market.see(shown.id)).state is PaymentState.EXPIRED
    assert await market.jobs_waiting(CANCEL_JOB) == 1
    await without.close()


async def test_a_payment_that_no_provider_here_can_start_is_refused(open_market: OpenMarket) -> None:
    """The operator closed an account between the order and its charge: the buyer chooses another way."""
    market = await open_market()
    refused = await market.until(await market.start(Method(Means.QRIS, "gone")), PaymentState.FAILED)
    assert await market.message(refused.id) == ["payment_started", "payment_failed"]
    assert await market.sound() == []


async def test_a_charge_that_the_gateway_does_not_close_is_asked_for_once_more_after_its_end(
    open_market: OpenMarket, clock: FixedClock
) -> None:
    market = await open_market(Temper(refuses_cancels=True), working=False)
    async with at_work(market.db, market.gateways):
        shown = await market.start_presented()
    market.simulator.book.find(shown.reference).expires_at += timedelta(days=1)
    clock.advance(seconds=3600)
    with pytest.raises(GatewayTrouble):
        await expire(market.db, market.gateways, PaymentWork(shown.id))
    assert (await market.see(shown.id)).state is PaymentState.PENDING
    clock.advance(seconds=600)
    await expire(market.db, market.gateways, PaymentWork(shown.id))
    assert (await market.see(shown.id)).state is PaymentState.EXPIRED
    assert await market.jobs_waiting(CANCEL_JOB) == 1
    assert await market.sound() == []
