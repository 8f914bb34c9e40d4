"""A buyer pays in each way, on a phone, and the page says so by itself; the seller sees every rupiah."""

import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import text

from etalase import accounts
from etalase.commerce import payments, shops
from etalase.commerce.payments import Method, Payment, PaymentState
from etalase.commerce.shops import ShopView
from etalase.kernel.money import Money
from etalase.lab.midtrans import GatewayConfig, Simulator, create_gateway_app
from etalase.lab.temper import Temper
from etalase.platform.db import Database
from tests.make import shops as make
from tests.make.payments import QRIS, VIRTUAL_ACCOUNT
from tests.make.ports import free_port
from tests.make.serving import listen, serving
from tests.make.waiting import until
from tests.stories import browsing
from tests.stories.browsing import axe, fits
from tests.stories.conftest import Screens, Servers
from tests.stories.serving import Server

KEY = "SB-Mid-server-story"
PASSWORD = "pasar malam di tepi sungai"


@dataclass
class Street:
    """A server, its gateway, one shop and its owner."""

    server: Server
    simulator: Simulator
    db: Database
    shop: ShopView
    email: str

    async def start(self, method: Method, minor: int = 98_000) -> Payment:
        """Ask a buyer for money as placing an order does."""
        async with self.db.begin() as tx:
            return await payments.start_payment(
                tx,
                order_id=uuid4(),
                shop_id=self.shop.id,
                amount=Money(minor),
                shipping=Money(9_000),
                method=method,
                expires_at=datetime.now(UTC) + timedelta(hours=1),
            )

    async def let_time_run_out(self, payment_id: UUID) -> None:
        """Make the payment due now, and the job that looks whether it is."""
        async with self.db.begin() as tx:
            given = {"id": payment_id, "named": f"%{payment_id}%"}
            await tx.execute(text("UPDATE payments SET expires_at = now() WHERE id = :id"), given)
            await tx.execute(
                text("UPDATE pgqueuer SET execute_after = now() WHERE encode(payload, 'escape') LIKE :named"),
                given,
            )

    async def see(self, payment_id: UUID) -> Payment:
        """Return the payment as it is now."""
        async with self.db.begin() as tx:
            return await payments.get_payment(tx, payment_id)

    async def until(self, payment_id: UUID, state: PaymentState) -> Payment:
        """Wait until the payment stands so."""

        async def stands() -> Payment | None:
            seen = await self.see(payment_id)
            return seen if seen.state is state else None

        return await until(stands)


@pytest.fixture(scope="session")
async def street(lasting_servers: Servers, browser: object) -> AsyncIterator[Street]:
    """Open a shop on a server that has an account with a slightly rude gateway."""
    listener, gateway_url = listen()
    port = free_port()
    config = GatewayConfig(KEY, public_url=gateway_url, temper=Temper.named("wrong_amount"))
    simulator = Simulator(config)
    async with serving(create_gateway_app(config, simulator), listener):
        server = await lasting_servers(
            ETALASE_PORT=str(port),
            **config.settings(f"http://127.0.0.1:{port}"),
        )
        db = Database(server.environment["ETALASE_COMMERCE_DSN"], "commerce", pool_size=2)
        email = "kirana@example.com"
        async with db.begin() as tx:
            draft = make.shop_draft(
                bank="BCA",
                bank_account_number="1234567890",
                bank_account_holder="Kirana",
                qris_static=make.qris(),
            )
            owner_id = await accounts.sign_up(tx, email=email, password=PASSWORD, display_name="Kirana")
            shop = await shops.create_shop(tx, owner_id, draft)
            await payments.set_cod(tx, shop.id, on=True)
        yield Street(server, simulator, db, shop, email)
        await db.close()


async def keep(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody wants to look at it."""
    folder = os.environ.get("STORY_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def test_a_buyer_pays_by_qris_and_the_page_says_so_by_itself(street: Street, screens: Screens) -> None:
    placed = await street.start(QRIS)
    phone = await screens(street.server.url, **browsing.PHONE)
    page = await phone.new_page()
    await page.goto(f"/pay/{placed.token}")
    await expect(page.get_by_role("heading", name="Scan and pay")).to_be_visible()
    await expect(page.get_by_text("Rp 98.000").first).to_be_visible()
    code = page.get_by_role("img", name="QR code to pay")
    await expect(code).to_have_js_property("complete", value=True)
    await expect(code).not_to_have_js_property("naturalWidth", 0)
    await axe(page)
    await fits(page)
    await keep(page, "pay-qris-phone")
    async with phone.expect_page() as opening:
        await page.get_by_role("link", name="Try it in the pretend bank").click()
    bank = await opening.value
    await expect(bank.get_by_role("note")).to_contain_text("Simulator")
    await axe(bank)
    await keep(bank, "bank-phone")
    await bank.get_by_role("button", name="Bayar sekarang").click()
    await expect(bank.get_by_role("heading", name="Pembayaran berhasil")).to_be_visible()
    await keep(bank, "bank-paid-phone")
    await expect(page.get_by_text("Paid. Thank you!")).to_be_visible()
    await axe(page)
    await keep(page, "pay-paid-phone")
    assert (await street.see(placed.id)).state is PaymentState.CAPTURED


async def test_a_buyer_pays_a_virtual_account_without_a_script(street: Street, screens: Screens) -> None:
    placed = await street.start(VIRTUAL_ACCOUNT)
    shown = await street.until(placed.id, PaymentState.PENDING)
    phone = await screens(street.server.url, **browsing.PHONE, java_script_enabled=False)
    page = await phone.new_page()
    await page.goto(f"/pay/{placed.token}")
    number = await page.get_by_label("Virtual account number").input_value()
    assert number.isdigit()
    await keep(page, "pay-va-phone-no-script")
    street.simulator.pay(street.simulator.book.find(shown.reference))
    await street.until(placed.id, PaymentState.CAPTURED)
    await page.get_by_role("link", name="I have paid: look again").click()
    await expect(page.get_by_text("Paid. Thank you!")).to_be_visible()


async def test_a_buyer_pays_the_sellers_own_qris_and_the_seller_says_it_arrived(
    street: Street, screens: Screens
) -> None:
    placed = await street.start(Method.QRIS_STATIC)
    phone = await screens(street.server.url, **browsing.PHONE)
    page = await phone.new_page()
    await page.goto(f"/pay/{placed.token}")
    await expect(page.get_by_text("Please pay exactly this")).to_be_visible()
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Save the code").click()
    assert (await saving.value).suggested_filename == f"qris-{placed.due.minor}.png"
    await axe(page)
    await keep(page, "pay-own-qris-phone")
    desk = await sign_in(street, await screens(street.server.url, **browsing.DESKTOP))
    await desk.goto(f"/desk/{street.shop.slug}/money")
    amount = f"Rp {placed.due.minor:,}".replace(",", ".")
    row = desk.locator("li", has_text=amount)
    await axe(desk)
    await fits(desk)
    await keep(desk, "money-to-confirm-desktop")
    await row.get_by_role("button", name="It arrived").click()
    await expect(desk.get_by_role("dialog")).to_be_visible()
    await axe(desk)
    await desk.get_by_role("button", name=f"Yes, {amount} arrived").click()
    await expect(desk.get_by_text(f"{amount} received. The order is paid.")).to_be_visible()
    await expect(page.get_by_text("Paid. Thank you!")).to_be_visible()


async def test_the_time_to_pay_runs_out_in_front_of_the_buyer(street: Street, screens: Screens) -> None:
    placed = await street.start(Method.BANK_TRANSFER)
    phone = await screens(street.server.url, **browsing.PHONE)
    page = await phone.new_page()
    await page.goto(f"/pay/{placed.token}")
    await expect(page.get_by_label("Account number")).to_have_value("1234567890")
    await keep(page, "pay-transfer-phone")
    await street.let_time_run_out(placed.id)
    await expect(page.get_by_text("The time to pay is over")).to_be_visible()
    await axe(page)
    await keep(page, "pay-expired-phone")


async def test_the_owner_reads_the_money_page_on_a_phone(street: Street, screens: Screens) -> None:
    paid = await street.start(Method.BANK_TRANSFER, 150_000)
    async with street.db.begin() as tx:
        await payments.confirm_by_seller(tx, paid.id, paid.due)
        await payments.request_refund(tx, paid.id, Money(20_000), reason="a button is missing")
    await street.start(Method.COD, 75_000)
    waiting = await street.start(Method.BANK_TRANSFER, 61_000)
    for name, size in (("phone", browsing.PHONE), ("desktop", browsing.DESKTOP)):
        desk = await sign_in(street, await screens(street.server.url, **size))
        await desk.goto(f"/desk/{street.shop.slug}/money")
        await expect(desk.get_by_role("heading", name="Please send back")).to_be_visible()
        await axe(desk)
        await fits(desk)
        await keep(desk, f"money-{name}")
        await desk.goto(f"/desk/{street.shop.slug}/money/orders/{paid.order_id}")
        await expect(desk.get_by_role("heading", name="Refund promised")).to_be_visible()
        await axe(desk)
        await fits(desk)
        await keep(desk, f"trail-{name}")
    await desk.goto(f"/desk/{street.shop.slug}/money")
    async with desk.expect_download() as saving:
        await desk.get_by_role("link", name="Statement as CSV").click()
    rows = (await (await saving.value).path()).read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "number,time,order,what,account,debit,credit,currency"
    assert any(re.search(f",payment_started,buyer_receivable,{waiting.due.minor},0,IDR", row) for row in rows)
    await desk.get_by_role("button", name="I sent it back").first.click()
    await expect(desk.get_by_text("The refund is noted as sent.")).to_be_visible()
    async with street.db.begin() as tx:
        assert await payments.recount(tx) == []


async def sign_in(street: Street, context: BrowserContext) -> Page:
    """Sign in as the shop's owner."""
    page = await context.new_page()
    await page.goto("/sign-in?next=/desk")
    await page.get_by_label("E-mail").fill(street.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(re.compile(r"/desk$"))
    return page
