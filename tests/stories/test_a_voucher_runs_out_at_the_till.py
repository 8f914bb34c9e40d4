"""A seller makes a voucher on a phone; two buyers give its code, and it runs out while the second pays."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from etalase.kernel.discounts import DiscountKind, Payer
from tests.stories.browsing import PHONE, axe, fits, forgive
from tests.stories.conftest import Screens
from tests.stories.market import Market, open_market
from tests.stories.serving import Server

SHOTS = os.environ.get("ETALASE_SHOTS")


async def look(page: Page, name: str) -> None:
    """Check what the page is to everybody; keep a picture where somebody wants to see it."""
    await fits(page)
    await axe(page)
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


async def make_voucher(seller: Page, market: Market) -> None:
    """Make a voucher of Rp 20.000 for one order, after a slip of the finger."""
    await seller.goto(f"/desk/{market.shop.slug}/vouchers")
    await expect(seller.get_by_text("No vouchers yet")).to_be_visible()
    await look(seller, "desk-vouchers-none")
    await seller.get_by_role("link", name="Make a voucher").click()
    await seller.get_by_label("Code", exact=False).first.fill("HE")
    await seller.get_by_role("button", name="Make the voucher").click()
    await expect(seller.get_by_text("3 to 20 letters and digits, such as").first).to_be_visible()
    await look(seller, "desk-voucher-new-wrong")
    await seller.get_by_label("How much").fill("20.000")
    await seller.get_by_label("Code", exact=False).first.fill("hemat20")
    await seller.get_by_label("Uses in all").fill("1")
    await look(seller, "desk-voucher-new")
    await seller.get_by_role("button", name="Make the voucher").click()
    await expect(seller.get_by_text("HEMAT20")).to_be_visible()
    await expect(seller.get_by_text("0 of 1")).to_be_visible()
    await look(seller, "desk-vouchers-runs")


async def fill_in(page: Page, market: Market, phone: str) -> None:
    """Hold a dress, and fill the checkout in, code and all."""
    await page.goto("/cart")
    await market.hold(page, 0)
    await page.goto("/checkout")
    await page.get_by_label("Name", exact=True).fill("Dewi Lestari")
    await page.get_by_label("Phone").fill(phone)
    await page.get_by_label("E-mail").fill("dewi@example.com")
    await page.get_by_label("Street, number, RT/RW").fill("Jl. Margonda Raya 100")
    await page.get_by_label("District and city, or postcode").fill("Beji, Kota Depok, Jawa Barat")
    await page.get_by_label("Postcode", exact=True).fill("16421")
    await expect(page.get_by_text("Reguler")).to_be_visible()
    await page.get_by_label("Bank transfer").check()
    await page.get_by_label("Voucher code").fill("hemat20")
    await page.get_by_label("Voucher code").blur()
    await expect(page.locator("[data-saving]")).to_contain_text("20.000")
    await expect(page.get_by_text(re.compile(r"Rp\s20\.000 off with HEMAT20"))).to_be_visible()
    await expect(page.locator("[data-total]")).not_to_contain_text("shipping")


async def test_a_voucher_runs_out_at_the_till(server: Server, screens: Screens) -> None:
    async with open_market(server) as market:
        seller_context = await screens(server.url, **PHONE)
        await market.sign_in(seller_context, server.url)
        seller = await seller_context.new_page()
        await make_voucher(seller, market)

        quick = await (await screens(server.url, **PHONE)).new_page()
        slow = await (await screens(server.url, **PHONE)).new_page()
        await fill_in(slow, market, "0812-9876-5432")
        await look(slow, "checkout-voucher")
        await fill_in(quick, market, "0812-1111-2222")
        await quick.get_by_role("button", name="Place the order").click()
        await expect(quick.get_by_text("so that the shop can pack")).to_be_visible()
        await look(quick, "order-voucher")
        placed = await market.only_order()
        assert [(one.kind, one.payer, one.amount.minor) for one in placed.lines[0].discounts] == [
            (DiscountKind.VOUCHER, Payer.SHOP, 20_000)
        ]
        assert placed.goods.minor == 69_000

        forgive(slow.context, "/checkout")  # the till says no, on purpose
        await slow.get_by_role("button", name="Place the order").click()
        await expect(slow.locator(".error-summary")).to_contain_text("This voucher is used up.")
        await expect(slow.locator("[data-saving]")).to_have_count(0)
        await expect(slow.get_by_label("Name", exact=True)).to_have_value("Dewi Lestari")
        await look(slow, "checkout-voucher-used-up")
        await slow.get_by_role("button", name="Order without the code").click()
        await expect(slow.locator(".error-summary")).to_have_count(0)
        await expect(slow.get_by_label("Bank transfer")).to_be_checked()
        await slow.get_by_role("button", name="Place the order").click()
        await expect(slow.get_by_text("so that the shop can pack")).to_be_visible()
        later = await market.only_order()
        assert (later.goods.minor, later.voucher_saving) == (89_000, None)

        await seller.reload()
        await expect(seller.get_by_text("Used up")).to_be_visible()
        await expect(seller.get_by_text("1 of 1")).to_be_visible()
        await seller.get_by_role("button", name="Stop the voucher").click()
        await look(seller, "desk-voucher-stop")
        await seller.get_by_role("button", name="Yes, stop it").click()
        await expect(seller.get_by_role("heading", name="Past vouchers")).to_be_visible()
        await look(seller, "desk-vouchers-past")


@pytest.mark.skipif(not SHOTS, reason="takes pictures of the same pages in Indonesian, to be looked at")
async def test_pictures_in_indonesian(server: Server, screens: Screens) -> None:
    async with open_market(server) as market:
        context = await screens(server.url, **PHONE, locale="id-ID")
        await market.sign_in(context, server.url)
        seller = await context.new_page()
        for name in ("vouchers", "vouchers/new"):
            await seller.goto(f"/desk/{market.shop.slug}/{name}")
            await look(seller, f"id-desk-{name.replace('/', '-')}")
