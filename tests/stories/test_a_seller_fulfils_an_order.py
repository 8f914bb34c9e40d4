"""The seller's day: money seen, packed, shipped, delivered; filters, slips, labels; refunds with a reason."""

import pytest
from playwright.async_api import Browser, Page, expect

from etalase.commerce import orders
from tests.stories.browsing import DESKTOP, PHONE, opened
from tests.stories.market import Market, open_market
from tests.stories.serving import Server
from tests.stories.test_a_buyer_orders_what_is_held import fill_address, look, open_cart


async def place(page: Page, market: Market, method: str = "Bank transfer") -> orders.Order:
    """Order what is held, as a buyer does."""
    await page.goto("/checkout")
    await fill_address(page)
    await page.get_by_label(method).check()
    await expect(page.locator("[data-total]")).not_to_contain_text("shipping")
    await page.get_by_role("button", name="Place the order").click()
    await expect(page.get_by_role("heading", level=1, name="Order ")).to_be_visible()
    return await market.only_order()


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_from_the_money_to_the_delivered_parcel(
    server: Server, browser: Browser, screen: dict[str, object]
) -> None:
    async with (
        open_market(server) as market,
        opened(browser, server.url, **PHONE) as buyers,
        opened(browser, server.url, **screen) as sellers,
    ):
        buyer = await open_cart(buyers, market)
        order = await place(buyer, market)
        await market.sign_in(sellers, server.url)
        page = await sellers.new_page()
        desk = f"/desk/{market.shop.slug}"
        await page.goto(f"{desk}/orders/{order.number}")
        await look(page, "desk-order-awaiting")
        await page.get_by_role("button", name="The money has arrived").click()
        await expect(buyer.get_by_text("The shop packs your order.")).to_be_visible()
        await look(buyer, "order-paid")

        await page.goto(desk)
        await expect(page.get_by_role("link", name=order.number)).to_be_visible()
        await look(page, "desk-today")
        await page.goto(f"{desk}/orders?state=to_pack")
        await look(page, "desk-orders")
        await page.get_by_role("checkbox", name=f"Choose {order.number}").check()
        await page.get_by_role("button", name="Mark packed").click()
        await page.get_by_role("link", name=order.number).click()

        await page.get_by_label("Carrier").fill("JNE")
        await page.get_by_label("Tracking number").fill("JP1234567890")
        await look(page, "desk-order-packed")
        await page.get_by_role("button", name="Handed to the carrier").click()
        await buyer.reload()
        await expect(buyer.get_by_text("JNE · JP1234567890")).to_be_visible()
        await page.get_by_role("button", name="Delivered").click()
        await expect(page.get_by_role("button", name="Delivered")).to_be_hidden()
        await look(page, "desk-order-delivered")
        await buyer.reload()
        await expect(buyer.get_by_text("Is everything right?")).to_be_visible()
        await look(buyer, "order-delivered")
        for paper in ("slip", "label"):
            answer = await sellers.request.get(f"{desk}/orders/{order.number}/{paper}.pdf?language=en")
            assert (await answer.body()).startswith(b"%PDF-")
        listed = await sellers.request.get(f"{desk}/orders.csv")
        assert order.number in await listed.text()


async def test_a_refund_is_given_with_a_reason(server: Server, browser: Browser) -> None:
    async with (
        open_market(server) as market,
        opened(browser, server.url, **PHONE) as buyers,
        opened(browser, server.url, **DESKTOP) as sellers,
    ):
        buyer = await open_cart(buyers, market)
        order = await place(buyer, market)
        await market.sign_in(sellers, server.url)
        page = await sellers.new_page()
        await page.goto(f"/desk/{market.shop.slug}/orders/{order.number}")
        await page.get_by_role("button", name="The money has arrived").click()
        await expect(buyer.get_by_text("The shop packs your order.")).to_be_visible()
        await page.reload()
        await page.get_by_text("Cancel this order").click()
        form = page.locator("form[action$='/cancel']")
        await form.get_by_label("Reason, told to the buyer").fill("Kancingnya lepas")
        await form.get_by_role("button", name="Cancel the order").click()
        await expect(page.get_by_text("Send the money back")).to_be_visible()
        await look(page, "desk-order-refund")
        await buyer.reload()
        await expect(buyer.get_by_text("Your money is on its way back to you.")).to_be_visible()
        await look(buyer, "order-refund")
        assert await market.available() == 5


async def test_shipping_rates_are_set_and_tried(server: Server, browser: Browser) -> None:
    async with open_market(server) as market, opened(browser, server.url, **PHONE) as context:
        await market.sign_in(context, server.url)
        page = await context.new_page()
        await page.goto(f"/desk/{market.shop.slug}/shipping")
        await look(page, "desk-shipping")
        second = page.locator("fieldset.rate").nth(1)
        await second.get_by_label("Service").fill("Kurir toko")
        await second.get_by_label("Where to").fill("Kota Bandung, Jawa Barat")
        await second.get_by_label("Once").fill("8.000")
        await page.get_by_role("button", name="Save the rates").click()
        await expect(page.get_by_text("Shipping rates saved.")).to_be_visible()
        await page.goto(f"/desk/{market.shop.slug}/shipping?place=Coblong&grams=1200")
        await expect(page.get_by_text("Kurir toko, 1 to 7 days")).to_be_visible()
        await expect(page.locator("aside dd").first).to_have_text("Rp 8.000")
