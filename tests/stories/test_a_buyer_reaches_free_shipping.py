"""A seller offers free shipping on a phone; a buyer sees what is missing, adds a dress, and pays no way."""

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


async def offer_free_shipping(seller: Page, market: Market) -> None:
    """Offer it from Rp 150.000 on, after a slip of the finger."""
    await seller.goto(f"/desk/{market.shop.slug}/shipping")
    card = seller.get_by_role("region", name="Free or cheaper shipping")
    await expect(card.get_by_text("You take nothing off the shipping now.")).to_be_visible()
    await card.get_by_label("Take off at most").fill("20.000")
    await card.get_by_role("button", name="Save the discount").click()
    await expect(seller.locator(".error-summary")).to_contain_text("Please fill this in.")
    await look(seller, "desk-shipping-discount-wrong")
    await card.get_by_label("From a sum of").fill("150.000")
    await card.get_by_label("Take off at most").fill("")
    await card.get_by_role("button", name="Save the discount").click()
    await expect(card.get_by_text(re.compile(r"Free shipping from Rp\s150\.000"))).to_be_visible()
    await look(seller, "desk-shipping-discount")


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


async def test_a_buyer_reaches_free_shipping(server: Server, screens: Screens) -> None:
    async with open_market(server) as market:
        seller_context = await screens(server.url, **PHONE)
        await market.sign_in(seller_context, server.url)
        await offer_free_shipping(await seller_context.new_page(), market)

        buyer = await (await screens(server.url, **PHONE)).new_page()
        await buyer.goto(f"/shop/{market.shop.slug}")
        await expect(buyer.get_by_text(re.compile(r"Free shipping from Rp\s150\.000"))).to_be_visible()
        await look(buyer, "shop-free-shipping")
        await buyer.goto("/cart")
        await market.hold(buyer, 0)
        await buyer.goto("/cart")
        await expect(buyer.locator("[data-shipping]")).to_have_text(
            re.compile(r"Rp\s61\.000 more for free shipping")
        )
        await look(buyer, "cart-shipping-missing")
        await fill_in(buyer)
        await expect(buyer.locator("[data-shipping-missing]")).to_contain_text("61.000")
        await expect(buyer.locator("[data-total]")).to_contain_text("104.000")
        await look(buyer, "checkout-shipping-missing")

        await market.hold(buyer, 1)
        await buyer.goto("/cart")
        await expect(buyer.locator("[data-shipping]")).to_have_text(re.compile("Free shipping"))
        await fill_in(buyer)
        await expect(buyer.locator("[data-shipping-saving]")).to_contain_text("15.000")
        await expect(buyer.locator("[data-total]")).to_contain_text("154.000")
        await look(buyer, "checkout-shipping-free")
        await buyer.get_by_role("button", name="Place the order").click()
        await expect(buyer.get_by_text("so that the shop can pack")).to_be_visible()
        await expect(
            buyer.get_by_text(re.compile(r"Shipping: Rp\s15\.000 less, paid by the shop"))
        ).to_be_visible()
        await look(buyer, "order-shipping-free")
        placed = await market.only_order()
        assert [(one.kind, one.payer, one.amount.minor) for one in placed.shipping_discounts] == [
            (DiscountKind.SHIPPING, Payer.SHOP, 15_000)
        ]
        assert (placed.shipping.minor, placed.total.minor) == (0, 154_000)
