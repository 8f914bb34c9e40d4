"""A seller makes a bundle on a phone: who buys two dresses gets a third. A buyer holds three, pays two."""

import os
import re
from pathlib import Path

from playwright.async_api import Page, expect

from etalase.kernel.discounts import DiscountKind, Payer
from tests.stories.browsing import PHONE, axe, fits
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


async def make_bundle(seller: Page, market: Market) -> None:
    """Make the bundle, after a slip of the finger."""
    await seller.goto(f"/desk/{market.shop.slug}/bundles")
    await expect(seller.get_by_text("No bundles yet")).to_be_visible()
    await look(seller, "desk-bundles-none")
    await seller.get_by_role("link", name="Make a bundle").click()
    await expect(seller.get_by_label("How many free")).to_have_value("1")
    await seller.get_by_label("How many free").fill("0")
    await seller.get_by_role("button", name="Make the bundle").click()
    await expect(seller.locator(".error-summary")).to_be_visible()
    await look(seller, "desk-bundle-new-wrong")
    await seller.get_by_label("How many free").fill("1")
    await seller.get_by_role("button", name="Make the bundle").click()
    await expect(seller.get_by_role("button", name="Stop the bundle")).to_be_visible()
    await look(seller, "desk-bundles-runs")


async def fill_in(page: Page) -> None:
    """Fill the checkout in."""
    await page.goto("/checkout")
    await page.get_by_label("Name", exact=True).fill("Dewi Lestari")
    await page.get_by_label("Phone").fill("0812-9876-5432")
    await page.get_by_label("E-mail").fill("dewi@example.com")
    await page.get_by_label("Street, number, RT/RW").fill("Jl. Margonda Raya 100")
    await page.get_by_label("District and city, or postcode").fill("Beji, Kota Depok, Jawa Barat")
    await page.get_by_label("Postcode", exact=True).fill("16421")
    await expect(page.get_by_text("Reguler")).to_be_visible()
    await page.get_by_label("Bank transfer").check()


async def test_a_buyer_gets_a_dress_free(server: Server, screens: Screens) -> None:
    async with open_market(server) as market:
        seller_context = await screens(server.url, **PHONE)
        await market.sign_in(seller_context, server.url)
        seller = await seller_context.new_page()
        await make_bundle(seller, market)

        buyer = await (await screens(server.url, **PHONE)).new_page()
        await buyer.goto(f"/shop/{market.shop.slug}")
        await expect(buyer.get_by_text(re.compile(r"Buy 2 x .+, get 1 x .+ free"))).to_be_visible()
        await look(buyer, "shop-bundle")
        await buyer.goto("/cart")
        await market.hold(buyer, 0, 2)
        await buyer.goto("/cart")
        await expect(buyer.locator("[data-bundle]")).to_contain_text("Buy 2 x")
        await expect(buyer.locator(".checkout-bar__total")).to_contain_text("178.000")
        await market.hold(buyer, 0, 1)
        await buyer.goto("/cart")
        await expect(buyer.locator(".checkout-bar__total")).to_contain_text("178.000")
        await look(buyer, "cart-bundle")
        await fill_in(buyer)
        await expect(buyer.locator("[data-total]")).to_contain_text("193.000")
        await look(buyer, "checkout-bundle")
        await buyer.get_by_role("button", name="Place the order").click()
        await expect(buyer.get_by_text("so that the shop can pack")).to_be_visible()
        await look(buyer, "order-bundle")
        placed = await market.only_order()
        discounts = [one for line in placed.lines for one in line.discounts]
        assert {(one.kind, one.payer) for one in discounts} == {(DiscountKind.BUNDLE, Payer.SHOP)}
        assert sum(one.amount.minor for one in discounts) == 89_000
        assert sum(line.quantity for line in placed.lines) == 3

        await seller.reload()
        await seller.get_by_role("button", name="Stop the bundle").click()
        await look(seller, "desk-bundle-stop")
        await seller.get_by_role("button", name="Yes, stop it").click()
        await expect(seller.get_by_role("heading", name="Past bundles")).to_be_visible()
        await look(seller, "desk-bundles-past")
