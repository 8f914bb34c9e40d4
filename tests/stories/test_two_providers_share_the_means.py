"""A server with accounts at two providers: every means of each is paid, and the books agree to the rupiah."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from etalase import accounts
from etalase.commerce import payments, shops
from etalase.commerce.payments import Means, Method, Payment, PaymentState
from etalase.commerce.shops import ShopView
from etalase.kernel.money import Money
from etalase.lab import midtrans, xendit
from etalase.lab.temper import Temper
from etalase.platform.db import Database
from tests.make import shops as make
from tests.make.ports import free_port
from tests.make.serving import listen, serving
from tests.make.waiting import PATIENCE_SECONDS, until
from tests.stories.conftest import Servers
from tests.stories.serving import Server

QRIS_MIDTRANS, QRIS_XENDIT = Method(Means.QRIS, "midtrans"), Method(Means.QRIS, "xendit")
ACCOUNT_MIDTRANS, ACCOUNT_XENDIT = (
    Method(Means.VIRTUAL_ACCOUNT, "midtrans"),
    Method(Means.VIRTUAL_ACCOUNT, "xendit"),
)


@dataclass
class Mall:
    """A server, both of its providers, and one shop."""

    server: Server
    db: Database
    shop: ShopView
    bank: str
    """Where the pretend Midtrans takes money."""
    xendit: str
    key: str

    async def start(self, method: Method) -> Payment:
        """Ask a buyer for money as placing an order does, and wait until they can be shown how to pay."""
        async with self.db.begin() as tx:
            placed = await payments.start_payment(
                tx,
                order_id=uuid4(),
                shop_id=self.shop.id,
                amount=Money(98_000),
                shipping=Money(9_000),
                method=method,
                expires_at=datetime.now(UTC) + timedelta(hours=1),
            )
        return await self.until(placed.id, PaymentState.PENDING)

    async def until(self, payment_id: UUID, state: PaymentState) -> Payment:
        """Wait until the payment stands so."""

        async def stands() -> Payment | None:
            async with self.db.begin() as tx:
                seen = await payments.get_payment(tx, payment_id)
            return seen if seen.state is state else None

        return await until(stands)

    async def pay(self, payment: Payment) -> None:
        """Pay as a buyer does: at the pretend bank's page, or by the call of Xendit's test mode."""
        async with httpx.AsyncClient(auth=(self.key, ""), timeout=PATIENCE_SECONDS) as buyer:
            if payment.method.provider == "midtrans":
                answer = await buyer.post(f"{payment.instructions.link}/pay")
            elif payment.method.means is Means.QRIS:
                path, headers = (
                    f"qr_codes/{payment.charge_id}/payments/simulate",
                    {"api-version": "2022-07-31"},
                )
                body = {"amount": payment.due.minor}
                answer = await buyer.post(f"{self.xendit}/{path}", json=body, headers=headers)
            else:
                path = f"callback_virtual_accounts/external_id={payment.reference}/simulate_payment"
                answer = await buyer.post(f"{self.xendit}/{path}", json={"amount": payment.due.minor})
        assert not answer.is_error, answer.text


@pytest.fixture
async def mall(servers: Servers) -> AsyncIterator[Mall]:
    """Open a shop on a server where Xendit takes QRIS and Midtrans virtual accounts."""
    (bank_listener, bank), (xendit_listener, xendit_url), port = listen(), listen(), free_port()
    address = f"http://127.0.0.1:{port}"
    one = midtrans.GatewayConfig(public_url=bank, temper=Temper.named("repeating"))
    two = xendit.XenditConfig(
        callback_url=f"{address}/webhooks/xendit", public_url=xendit_url, temper=Temper.named("repeating")
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(midtrans.create_gateway_app(one), bank_listener))
        await stack.enter_async_context(serving(xendit.create_xendit_app(two), xendit_listener))
        server = await servers(
            ETALASE_PORT=str(port),
            ETALASE_PAYMENTS_QRIS_BY="xendit",
            ETALASE_PAYMENTS_VIRTUAL_ACCOUNT_BY="midtrans",
            **one.settings(address),
            **two.settings(),
        )
        db = Database(server.environment["ETALASE_COMMERCE_DSN"], "commerce", pool_size=2)
        stack.push_async_callback(db.close)
        async with db.begin() as tx:
            owner_id = await accounts.sign_up(
                tx, email="wulan@example.com", password="jalan kecil di kaki gunung", display_name="Wulan"
            )
            shop = await shops.create_shop(tx, owner_id, make.shop_draft("Toko Wulan"))
        yield Mall(server, db, shop, bank, xendit_url, two.secret_key)


@pytest.mark.timeout(300)
async def test_every_means_of_both_providers_is_paid_once_and_the_books_agree(mall: Mall) -> None:
    methods = (QRIS_XENDIT, ACCOUNT_MIDTRANS, QRIS_MIDTRANS, ACCOUNT_XENDIT)
    started = [await mall.start(method) for method in methods]
    async with httpx.AsyncClient(base_url=mall.server.url, timeout=PATIENCE_SECONDS) as buyer:
        for payment in started:
            page = await buyer.get(f"/pay/{payment.token}")
            shown = "qr.svg" if payment.method.means is Means.QRIS else str(payment.instructions.number)
            assert shown in page.text
            forged = {"external_id": payment.reference, "order_id": payment.reference, "payment_id": "1"}
            for provider in ("midtrans", "xendit", "nobody"):
                assert (await buyer.post(f"/webhooks/{provider}", json=forged)).status_code == 403
    for payment in started:
        await mall.pay(payment)
    paid = [await mall.until(payment.id, PaymentState.CAPTURED) for payment in started]
    assert [payment.received for payment in paid] == [Money(98_000)] * 4

    async with mall.db.begin() as tx:
        for payment in paid:
            if payment.method.means is Means.QRIS:
                await payments.request_refund(tx, payment.id, Money(8_000), reason="one is missing")
            else:
                await payments.request_refund(tx, payment.id, reason="sold out")
    for payment in paid:
        if payment.method.means is Means.QRIS:
            after = await mall.until(payment.id, PaymentState.CAPTURED)
            assert after.held == Money(90_000)
    async with mall.db.begin() as tx:
        by_hand = await payments.list_refunds_to_send(tx, mall.shop.id)
        assert {payment.id for payment, _ in by_hand} == {paid[1].id, paid[3].id}
        for _, refund in by_hand:
            await payments.confirm_refund_by_seller(tx, mall.shop.id, refund.id)
        assert await payments.recount(tx) == []
        ways = await payments.offered_methods(
            tx, mall.shop.id, payments.PaymentSettings("xendit", "midtrans")
        )
    assert ways[:2] == (QRIS_XENDIT, ACCOUNT_MIDTRANS)
