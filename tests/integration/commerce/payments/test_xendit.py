"""Paying by Xendit, over HTTP, whatever its temper."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from etalase.commerce import payments
from etalase.commerce.payments import Means, Method, PaymentState
from etalase.commerce.payments._adapters.xendit.settings import XenditSettings
from etalase.commerce.payments._commands.work import CANCEL_JOB
from etalase.commerce.payments._model.provider import charge_of
from etalase.kernel.clock import FixedClock
from etalase.kernel.money import Money
from etalase.lab.temper import TEMPERS, Temper
from etalase.lab.xendit import Simulator, XenditConfig, create_xendit_app
from etalase.platform.db import Database
from tests.integration.commerce.payments.conftest import Market, Stand, at_work, open_at
from tests.make.waiting import PATIENCE_SECONDS

KEY, TOKEN = "xnd_development_test", "token of the account"
QRIS, ACCOUNT = Method(Means.QRIS, "xendit"), Method(Means.VIRTUAL_ACCOUNT, "xendit")
BOTH = pytest.mark.parametrize("method", [QRIS, ACCOUNT], ids=str)
HONEST = sorted(TEMPERS.keys() - {"short_changed", "silent"})
XenditMarket = Market[Simulator]


def at_xendit(url: str, webhooks: str, temper: Temper, clock: FixedClock) -> Stand[Simulator]:
    """Open an account at a pretend Xendit."""
    config = XenditConfig(KEY, TOKEN, f"{webhooks}/xendit", url, temper, clock)
    simulator = Simulator(config)
    account = XenditSettings(secret_key=KEY, callback_token=TOKEN, api_url=url)
    return Stand(
        "xendit",
        account,
        simulator,
        create_xendit_app(config, simulator),
        lambda reference: simulator.pay(simulator.book.find(reference)),
    )


class Open:
    """Opens markets at a pretend Xendit of some temper; `working=False` leaves the jobs undone."""

    def __init__(self, stack: AsyncExitStack, db: Database, clock: FixedClock) -> None:
        self.stack, self.db, self.clock = stack, db, clock

    async def __call__(self, temper: Temper | None = None, *, working: bool = True) -> XenditMarket:
        return await open_at(self.stack, self.db, self.clock, at_xendit, temper or Temper(), working=working)


@pytest.fixture
async def open_xendit(commerce_db: Database, clock: FixedClock) -> AsyncIterator[Open]:
    """Return what opens markets."""
    async with AsyncExitStack() as stack:
        yield Open(stack, commerce_db, clock)


async def call_back(market: XenditMarket, body: object, token: str | None = TOKEN) -> int:
    """Send a call-back, and return the status of the answer."""
    headers = {} if token is None else {"x-callback-token": token}
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        return (await client.post(market.webhook, json=body, headers=headers)).status_code


def news_of(market: XenditMarket, reference: str, **changes: Any) -> dict[str, Any]:
    """Return the call-back that tells of the bill's payment."""
    (paid,) = market.simulator.book.find(reference).payments
    if paid.bill.bank:
        return paid.account_words() | changes
    notice = paid.qr_notice()
    return notice | {"data": notice["data"] | changes}


@pytest.mark.parametrize("temper", HONEST)
@BOTH
async def test_a_payment_is_captured_once_whatever_its_temper(
    open_xendit: Open, temper: str, method: Method
) -> None:
    market = await open_xendit(Temper.named(temper))
    shown = await market.start_presented(method)
    market.pay(shown)
    await market.until(shown.id, PaymentState.CAPTURED)
    await market.quiet()
    paid = await market.see(shown.id)
    assert (paid.state, paid.received) == (PaymentState.CAPTURED, Money(89_000))
    assert await market.message(shown.id) == ["payment_started", "payment_captured"]
    assert await market.sound() == []


async def test_a_qr_code_is_of_this_amount_and_ends_with_the_payment(open_xendit: Open) -> None:
    market = await open_xendit()
    shown = await market.start_presented(QRIS)
    bill = market.simulator.book.find(shown.reference)
    assert shown.instructions.qr == bill.words()["qr_string"]
    assert (bill.amount, bill.expires_at) == (89_000, shown.expires_at)
    assert shown.charge_id == bill.id


@pytest.mark.parametrize("bank", ["BCA", "BNI", "BRI", "MANDIRI", "PERMATA"])
async def test_a_virtual_account_is_of_the_bank_that_the_operator_chose(open_xendit: Open, bank: Any) -> None:
    market = await open_xendit()
    chosen = XenditSettings(KEY, TOKEN, market.simulator.config.public_url, bank)
    gateways = payments.Gateways(payments.PaymentSettings(), {"xendit": chosen})
    shown = await market.see(await market.start(ACCOUNT))
    report = await gateways.of(ACCOUNT).start(charge_of(shown, shown.created_at, f"{uuid4().hex}-1"))
    await gateways.close()
    assert report.instructions is not None
    assert (report.instructions.bank, report.amount) == (bank, Money(89_000))
    assert (report.instructions.number or "").isdigit()


@BOTH
async def test_a_forged_call_back_is_refused_and_changes_nothing(open_xendit: Open, method: Method) -> None:
    market = await open_xendit(Temper.named("silent"))
    shown = await market.start_presented(method)
    market.pay(shown)
    message = news_of(market, shown.reference)
    for token in (None, "", "wrong", TOKEN + "x", TOKEN.upper()):
        assert await call_back(market, message, token) == 403
    bodies: list[object] = [[], "text", None, 7]
    for body in bodies:
        assert await call_back(market, body) == 403
    await market.quiet()
    assert await market.see(shown.id) == shown


@BOTH
async def test_a_call_back_is_not_believed_before_xendit_was_asked(open_xendit: Open, method: Method) -> None:
    market = await open_xendit(Temper.named("silent"))
    shown, other = await market.start_presented(method), await market.start_presented(method)
    market.pay(other)
    names = ("external_id", "callback_virtual_account_id") if method == ACCOUNT else ("reference_id", "qr_id")
    lie = dict(zip(names, (shown.reference, shown.charge_id), strict=True))
    assert await call_back(market, news_of(market, other.reference, **lie)) == 200
    lie |= {"id": "none", "payment_id": "none"}
    assert await call_back(market, news_of(market, other.reference, **lie)) == 200
    await market.quiet()
    assert (await market.see(shown.id)).state is PaymentState.PENDING
    assert await market.sound() == []


@pytest.mark.parametrize("amount", [1, 88_999, 89_001, 890_000])
async def test_a_transfer_of_another_amount_pays_nothing_and_waits_to_go_back(
    open_xendit: Open, amount: int
) -> None:
    """Banks let a transfer from another bank pay a closed account any amount; no API sends it back."""
    market = await open_xendit()
    shown = await market.start_presented(ACCOUNT)
    market.simulator.pay(market.simulator.book.find(shown.reference), amount)
    after = await market.until(shown.id, PaymentState.REFUND_PENDING)
    assert (after.paid, after.stray, after.received) == (False, True, Money(amount))
    await market.quiet()
    async with market.db.begin() as tx:
        ((_, waiting),) = await payments.list_refunds_to_send(tx, market.shop_id)
        assert waiting.amount == Money(amount)
        await payments.confirm_refund_by_seller(tx, market.shop_id, waiting.id)
    assert await market.sound() == []


async def test_less_money_by_qr_fails_the_payment_and_goes_back(open_xendit: Open) -> None:
    market = await open_xendit(Temper.named("short_changed"))
    shown = await market.start_presented(QRIS)
    market.pay(shown)
    after = await market.until(shown.id, PaymentState.REFUNDED)
    assert (after.paid, after.received, after.held) == (False, Money(88_000), Money(0))
    assert await market.sound() == []


@BOTH
async def test_a_lost_call_back_is_made_up_for_by_the_sweep(
    open_xendit: Open, clock: FixedClock, method: Method
) -> None:
    market = await open_xendit(Temper.named("silent"))
    shown = await market.start_presented(method)
    market.pay(shown)
    clock.advance(seconds=61)
    assert await payments.sweep(market.db, market.gateways) == 1
    await market.until(shown.id, PaymentState.CAPTURED)
    assert await market.sound() == []


@BOTH
async def test_time_that_runs_out_ends_the_payment_here_and_there(
    open_xendit: Open, clock: FixedClock, method: Method
) -> None:
    market = await open_xendit(Temper.named("silent"))
    shown = await market.start_presented(method)
    clock.advance(seconds=3600)
    await payments.sweep(market.db, market.gateways)
    await market.until(shown.id, PaymentState.EXPIRED)
    assert market.simulator.book.find(shown.reference).status == "INACTIVE"
    assert await market.message(shown.id) == ["payment_started", "payment_expired"]
    assert await market.sound() == []


@BOTH
async def test_money_in_the_last_second_still_pays_the_order(
    open_xendit: Open, clock: FixedClock, method: Method
) -> None:
    market = await open_xendit(Temper.named("silent"))
    shown = await market.start_presented(method)
    clock.advance(seconds=3599)
    market.pay(shown)
    clock.advance(seconds=1)
    await payments.sweep(market.db, market.gateways)
    await market.until(shown.id, PaymentState.CAPTURED)
    assert await market.sound() == []


async def test_a_cancelled_virtual_account_takes_no_money(open_xendit: Open) -> None:
    market = await open_xendit()
    shown = await market.start_presented(ACCOUNT)
    async with market.db.begin() as tx:
        await payments.cancel_payment(tx, shown.id)
    await market.quiet()
    assert market.simulator.book.find(shown.reference).status == "INACTIVE"
    assert await market.jobs_waiting(CANCEL_JOB) == 0
    assert (await market.see(shown.id)).state is PaymentState.CANCELLED


async def test_a_cancelled_qr_code_is_looked_at_again_when_it_ends(open_xendit: Open) -> None:
    """Xendit has no call that closes one: its buyer, who still has the picture, may pay until its end."""
    market = await open_xendit()
    shown = await market.start_presented(QRIS)
    async with market.db.begin() as tx:
        await payments.cancel_payment(tx, shown.id)
    await market.quiet()
    assert await market.jobs_waiting(CANCEL_JOB) == 1
    market.pay(shown)
    after = await market.until(shown.id, PaymentState.REFUNDED)
    assert (after.paid, after.held) == (False, Money(0))
    assert await market.sound() == []


async def test_money_for_an_ended_virtual_account_waits_to_go_back(open_xendit: Open) -> None:
    market = await open_xendit(Temper.named("silent"), working=False)
    async with at_work(market.db, market.gateways):
        shown = await market.start_presented(ACCOUNT)
    async with market.db.begin() as tx:
        await payments.cancel_payment(tx, shown.id)
    market.pay(shown)
    async with at_work(market.db, market.gateways):
        after = await market.until(shown.id, PaymentState.REFUND_PENDING)
    assert (after.paid, after.stray) == (False, True)
    assert await market.sound() == []


async def test_part_of_a_qr_payment_goes_back_once_and_counts_when_it_arrived(open_xendit: Open) -> None:
    market = await open_xendit(Temper.named("repeating"))
    shown = await market.start_presented(QRIS)
    market.pay(shown)
    await market.until(shown.id, PaymentState.CAPTURED)
    async with market.db.begin() as tx:
        await payments.request_refund(tx, shown.id, Money(20_000), reason="one dress is missing")
    after = await market.until(shown.id, PaymentState.CAPTURED)
    assert (after.refunded, after.held) == (Money(20_000), Money(69_000))
    (paid,) = market.simulator.book.find(shown.reference).payments
    assert [(refund.amount, refund.status) for refund in paid.refunds] == [(20_000, "SUCCEEDED")]
    assert await market.sound() == []


async def test_a_qr_code_for_more_than_qris_allows_is_refused_and_said_so(open_xendit: Open) -> None:
    market = await open_xendit()
    async with market.db.begin() as tx:
        placed = await payments.start_payment(
            tx,
            order_id=uuid4(),
            shop_id=market.shop_id,
            amount=Money(10_000_001),
            method=QRIS,
            expires_at=tx.clock.now() + timedelta(hours=1),
        )
    await market.until(placed.id, PaymentState.FAILED)
    assert await market.sound() == []


async def test_a_call_back_of_another_provider_about_our_payment_is_nobodys(open_xendit: Open) -> None:
    market = await open_xendit(Temper.named("silent"))
    shown = await market.start_presented(QRIS)
    market.pay(shown)
    body = news_of(market, shown.reference)
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        for other in ("midtrans", "nobody", "paypal", "..%2f", "XENDIT"):
            url = market.webhook.replace("xendit", other)
            answer = await client.post(url, json=body, headers={"x-callback-token": TOKEN})
            assert answer.status_code in {403, 404}
    await market.quiet()
    assert (await market.see(shown.id)).state is PaymentState.PENDING


async def test_a_wrong_key_is_told_and_tried_again(open_xendit: Open) -> None:
    market = await open_xendit()
    chosen = XenditSettings("another", TOKEN, market.simulator.config.public_url)
    gateways = payments.Gateways(payments.PaymentSettings(), {"xendit": chosen})
    message = await gateways.check(market.db.clock.now())
    await gateways.close()
    assert message["xendit"] == "GET transactions: 401 INVALID_API_KEY API key is invalid"
    assert await market.gateways.check(market.db.clock.now()) == {"xendit": ""}
