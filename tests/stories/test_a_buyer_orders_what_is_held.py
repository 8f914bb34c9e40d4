"""From the hold on: cart, checkout, the order's page; also when time runs out, also without a script."""

import asyncio
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from tests.stories.browsing import DESKTOP, PHONE, axe, fits, opened
from tests.stories.market import Market, open_market
from tests.stories.serving import Server

SHOTS = os.environ.get("ETALASE_SHOTS")


async def look(page: Page, name: str) -> None:
    """Check what the page is to everybody; keep a picture where somebody wants to see it."""
    await fits(page)
    await axe(page)
    if SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        await page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


async def fill_address(page: Page, place: str = "Beji, Kota Depok, Jawa Barat") -> None:
    """Type who it is for and where to."""
    await page.get_by_label("Name", exact=True).fill("Dewi Lestari")
    await page.get_by_label("Phone").fill("0812-9876-5432")
    await page.get_by_label("E-mail").fill("dewi@example.com")
    await page.get_by_label("Street, number, RT/RW").fill("Jl. Margonda Raya 100")
    await page.get_by_label("District and city, or postcode").fill(place)
    await page.get_by_label("Postcode", exact=True).fill("16421")


async def open_cart(context: BrowserContext, market: Market, quantity: int = 2) -> Page:
    """Hold two dresses and a shirt, and look at the cart."""
    page = await context.new_page()
    await page.goto("/cart")
    await market.hold(page, 0, quantity)
    await market.hold(page, 1)
    await page.goto("/cart")
    return page


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_guest_orders_and_sees_what_to_do(
    server: Server, browser: Browser, screen: dict[str, object]
) -> None:
    async with open_market(server) as market, opened(browser, server.url, **screen) as context:
        page = await open_cart(context, market)
        await expect(page.get_by_role("heading", name=market.shop.name)).to_be_visible()
        await look(page, "cart")
        await page.get_by_role("button", name="One less of Gaun Bunga Matahari").click()
        await expect(page.locator(".cart-row__count").first).to_have_text("1")
        assert await market.available() == 4
        await page.get_by_role("button", name="Take Kaus Dino Hijau out").click()
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_text("Kaus Dino Hijau")).to_be_visible()
        await page.get_by_role("link", name="Check out").click()

        await look(page, "checkout-empty")
        await fill_address(page)
        await expect(page.get_by_text("Reguler")).to_be_visible()
        await expect(page.locator("[data-total]")).to_contain_text("169.000")
        await page.get_by_label("Bank transfer").check()
        await look(page, "checkout-filled")
        await page.get_by_role("button", name="Place the order").click()

        await expect(page).to_have_url(re.compile("/order/"))
        await expect(page.get_by_text("so that the shop can pack")).to_be_visible()
        await look(page, "order-awaiting")
        order = await market.only_order()
        assert (order.total.minor, order.address.postcode) == (169_000, "16421")
        await page.goto("/cart")
        await expect(page.get_by_text("Nothing is held for you")).to_be_visible()
        await look(page, "cart-empty")
        await page.goto("/orders")
        await look(page, "my-orders")


async def test_choosing_among_namesakes_shows_the_services_and_fills_the_postcode(
    server: Server, browser: Browser
) -> None:
    async with open_market(server) as market, opened(browser, server.url, **PHONE) as context:
        page = await open_cart(context, market)
        await page.goto("/checkout")
        await page.get_by_label("District and city, or postcode").fill("Sukasari")
        await page.get_by_label("Street, number, RT/RW").click()
        await page.get_by_role("radio", name="Sukasari Kabupaten Subang").click()  # it goes once chosen
        await expect(page.get_by_role("radio", name="Reguler")).to_be_visible()
        await expect(page.get_by_label("Postcode", exact=True)).to_have_value("41250")
        await expect(page.locator("[data-total]")).not_to_contain_text("shipping")


async def test_a_place_typed_before_the_scripts_came_gets_its_services_all_the_same(
    server: Server, browser: Browser
) -> None:
    async with open_market(server) as market, opened(browser, server.url, **PHONE) as context:
        page = await open_cart(context, market)
        typed = asyncio.Event()

        async def come_late(route: Route) -> None:
            await typed.wait()
            await route.continue_()

        await page.route("**/static/**/*.js", come_late)
        await page.goto("/checkout", wait_until="commit")
        place = page.get_by_label("District and city, or postcode")
        await place.fill("Beji, Kota Depok, Jawa Barat", force=True)  # and so without waiting for scripts
        typed.set()
        await expect(page.get_by_text("Reguler")).to_be_visible()


async def test_wrong_fields_are_named_and_nothing_is_lost(server: Server, browser: Browser) -> None:
    async with open_market(server) as market, opened(browser, server.url, **PHONE) as context:
        page = await open_cart(context, market)
        await page.goto("/checkout")
        await page.get_by_label("Name", exact=True).fill("Dewi")
        await page.get_by_label("Phone").fill("12")
        await page.get_by_role("button", name="Place the order").click()
        await expect(page.get_by_text("This is not a phone number.").first).to_be_visible()
        summary = page.get_by_role("alert").filter(has=page.get_by_text("to mend"))
        await expect(summary).to_be_focused()
        await expect(summary).to_contain_text("Please choose how to pay.")
        await page.get_by_label("Bank transfer").check()
        await expect(page.get_by_text("Please choose how to pay.")).to_have_count(0)
        await page.get_by_label("Phone").fill("0812-3456-7890")
        await expect(page.get_by_text("This is not a phone number.")).to_have_count(0)
        await expect(page.get_by_label("Phone")).not_to_have_attribute("aria-invalid", "true")
        await expect(page.get_by_label("Name", exact=True)).to_have_value("Dewi")
        await look(page, "checkout-wrong")


async def test_a_hold_that_runs_out_while_typing_can_be_had_again(server: Server, browser: Browser) -> None:
    async with open_market(server) as market, opened(browser, server.url, **PHONE) as context:
        page = await open_cart(context, market)
        await page.goto("/checkout")
        await fill_address(page)
        await page.get_by_label("Cash on delivery").check()
        await market.expire_holds()
        await page.get_by_role("button", name="Place the order").click()
        await expect(page.get_by_text("The time ran out")).to_be_visible()
        await expect(page.get_by_label("Street, number, RT/RW")).to_have_value("Jl. Margonda Raya 100")
        await look(page, "checkout-ran-out")
        await page.get_by_role("button", name="Hold it again").click()
        await page.get_by_role("button", name="Place the order").click()
        await expect(page.get_by_text("Have the money ready")).to_be_visible()
        assert await market.available() == 3


async def test_without_a_script_the_total_is_seen_before_the_order(server: Server, browser: Browser) -> None:
    async with open_market(server) as market:
        async with opened(browser, server.url, **PHONE) as with_script:
            await open_cart(with_script, market)
            kept = await with_script.storage_state()
        async with opened(
            browser, server.url, **PHONE, java_script_enabled=False, storage_state=kept
        ) as context:
            page = await context.new_page()
            await page.goto("/checkout")
            await fill_address(page, "Beji")
            await page.get_by_label("Bank transfer").check()
            await page.get_by_role("button", name="Place the order").click()
            await page.get_by_role("radio", name="Beji Kota Depok").check()
            await page.get_by_role("button", name="Place the order").click()
            await expect(page.get_by_text("Please check the total")).to_be_visible()
            await page.get_by_role("button", name="Place the order").click()
            await expect(page.get_by_text("so that the shop can pack")).to_be_visible()


async def test_in_the_rooms_sheet_everything_stays_in_the_frame(server: Server, browser: Browser) -> None:
    async with open_market(server) as market, opened(browser, server.url, **PHONE) as context:
        page = await open_cart(context, market)
        await page.goto("/cart?embed=1")
        await expect(page.locator("header.header")).to_have_count(0)
        await page.get_by_role("link", name="Check out").click()
        await fill_address(page)
        await page.get_by_label("Cash on delivery").check()
        await expect(page.locator("[data-total]")).to_contain_text("258.000")
        await look(page, "checkout-sheet")
        await page.get_by_role("button", name="Place the order").click()
        await expect(page).to_have_url(re.compile(r"/order/.*embed=1"))
        await expect(page.locator("header.header")).to_have_count(0)
        await look(page, "order-sheet")
