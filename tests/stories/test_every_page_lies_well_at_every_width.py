"""Every page that people see, from the smallest phone to a wide screen, in both languages."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.stories.browsing import DESKTOP, opened
from tests.stories.layout import FIND, lies_well
from tests.stories.market import Market, open_market
from tests.stories.serving import Server
from tests.stories.showing import Stall, enter_studio, plan_show

OPEN = (
    "/",
    "/shops",
    "/sign-in",
    "/sign-up",
    "/reset",
    "/reset/sent",
    "/orders",
    "/cart",
    "/no-such-page",
    "/design",
)
DESK = (
    "",
    "/products",
    "/products/new",
    "/products/import",
    "/orders",
    "/money",
    "/shipping",
    "/staff",
    "/settings",
)


@pytest.fixture(params=["id-ID", "en-GB"])
async def context(
    request: pytest.FixtureRequest, server: Server, browser: Browser
) -> AsyncIterator[BrowserContext]:
    """Give a screen in one of the languages."""
    async with opened(browser, server.url, locale=request.param, has_touch=True) as given:
        yield given


@pytest.fixture
async def market(server: Server) -> AsyncIterator[Market]:
    """Give a shop with stock."""
    async with open_market(server) as given:
        yield given


@pytest.fixture
async def live(server: Server, browser: Browser, market: Market) -> str:
    """Give a live show with a pinned offer, and return its code."""
    async with opened(browser, server.url, **DESKTOP) as context:
        host = await enter_studio(context, server, Stall(market.shop, market.owner_token))
        code = await plan_show(host, "Gaun lebaran untuk kakak dan adik")
        await host.get_by_text("From OBS or another program").click()
        await host.get_by_role("button", name="Go live without the camera").click()
        await host.locator(".thumb").first.click()
        await expect(host.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    return code


async def look_at(page: Page, *paths: str) -> None:
    """Open each page and look at it at every width."""
    wrong = []
    for path in paths:
        await page.goto(path)
        wrong += await lies_well(page)
    assert not wrong, "\n".join(wrong)


async def test_what_everybody_sees(context: BrowserContext, market: Market) -> None:
    shop = f"/shop/{market.shop.slug}"
    await look_at(await context.new_page(), *OPEN, shop, f"{shop}/p/{market.products[0].id}")


async def test_the_desk(context: BrowserContext, server: Server, market: Market) -> None:
    await market.sign_in(context, server.url)
    desk = f"/desk/{market.shop.slug}"
    product = f"{desk}/products/{market.products[0].id}"
    pages = [f"{desk}{part}" for part in DESK]
    await look_at(
        await context.new_page(), "/desk", "/desk/new-shop", "/account", *pages, product, f"{product}/stock"
    )


async def test_the_studio(context: BrowserContext, server: Server, market: Market, live: str) -> None:
    page = await enter_studio(context, server, Stall(market.shop, market.owner_token))
    await look_at(
        page, "/studio", "/studio/new", f"/studio/{live}", f"/studio/{live}/edit", "/studio/account"
    )


async def test_the_room_and_its_sheets(context: BrowserContext, live: str) -> None:
    page = await context.new_page()
    await page.goto(f"/live/{live}")
    await page.locator(".pin-card").wait_for()
    wrong = await lies_well(page)
    await page.set_viewport_size({"width": 360, "height": 640})
    await page.locator(".tray-open").click()
    wrong += await lies_well(page)
    await page.locator("room-tray dialog .dialog__head button").click()
    await page.locator(".pin-card [data-buy]").click()
    await page.locator(".sheet--buy .chip").first.click()
    wrong += await lies_well(page)
    await page.locator(".sheet--buy form .button--primary").click()
    await page.locator(".buy-held").wait_for()
    wrong += await lies_well(page)
    await page.locator(".buy-held .button--primary").click()
    await page.frame_locator(".buy-checkout").locator("#checkout").wait_for()
    wrong += await lies_well(page, *page.frames[1:])
    await page.goto("/cart")
    wrong += await lies_well(page)
    await page.goto("/checkout")
    wrong += await lies_well(page)
    await page.locator("[name=action][value=place]").click()
    await page.locator(".error-summary").wait_for()
    wrong += await lies_well(page)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        ("body > * { min-inline-size: 900px }", "overflowing"),
        (".page > main { margin-inline-start: 0; inline-size: 200px }", "uncentred"),
        ("main h1 { max-inline-size: 40px; overflow: hidden; white-space: nowrap }", "clipped"),
    ],
)
async def test_the_ruler_finds_what_is_wrong(
    server: Server, browser: Browser, spoilt: str, found: str
) -> None:
    async with opened(
        browser, server.url, bypass_csp=True, viewport={"width": 600, "height": 800}
    ) as context:
        page = await context.new_page()
        await page.goto("/sign-in")
        assert not await page.evaluate(FIND)
        await page.add_style_tag(content=spoilt)
        assert any(line.startswith(found) for line in await page.evaluate(FIND))
