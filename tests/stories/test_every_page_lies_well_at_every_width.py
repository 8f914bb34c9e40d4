"""Every page that there is, from the smallest phone to a wide screen, in both languages and under two laws.

Which pages there are is read from the table of all routes, so that a new page is looked at by itself. Each is
looked at as those see it whom its row lets in, with something in every state on it, and found wrong when it
overflows, is cut off, stands off its middle, is too small for a thumb, or bars a screen reader's way.
"""

from collections.abc import AsyncIterator
from urllib.parse import urljoin

import pytest
from playwright.async_api import APIResponse, Browser, BrowserContext, Page

from tests.make.ports import free_port
from tests.stories.addresses import NO_PAGES, addresses, routes
from tests.stories.browsing import barriers, opened
from tests.stories.conftest import Servers
from tests.stories.layout import FIND, PHONE, TOUCH, fits_a_thumb, lies_well
from tests.stories.serving import Server
from tests.stories.street import Street, open_street

LANGUAGES = ("id", "en")
LANGUAGE_COOKIE = "etalase_language"
LAW = "id/permendag-19-2026"
BESIDES = ("/no-such-page", "/shop/no-such-shop")
"""What no route's name tells: pages that refuse."""
NOT_FOUND = 404
MAY_BE_ABSENT = ("/qr.png", "/qr.svg", "/security.txt")
"""A bank transfer has no code to scan; no operator has said where to report a hole."""
FEW = 25
"""There are more pages than this; fewer were looked at when the table was misread."""
SCREEN = {"has_touch": True, "viewport": PHONE}


@pytest.fixture
async def street_apart(servers: Servers) -> AsyncIterator[Street]:
    """Give a street whose law keeps watching and buying apart."""
    port = free_port()
    server = await servers(ETALASE_RULEBOOK=LAW, ETALASE_COMMERCE_PORT=str(port))
    async with open_street(server.url, f"http://127.0.0.1:{port}") as given:
        yield given


async def pages_of(street: Street, context: BrowserContext, who: str) -> list[str]:
    """Return the pages that this somebody is shown, at each of the street's origins."""
    wanted = [address.path for address in addresses(street.values) if address.who == who]
    found = []
    for origin in street.origins:
        for path in wanted:
            answer = await context.request.get(origin + path, max_redirects=0)
            is_page = answer.ok and _says_html(answer) and "</html>" in await answer.text()  # and no part
            if answer.status == NOT_FOUND:
                is_meant = len(street.origins) > 1 or path.endswith(MAY_BE_ABSENT)
                assert is_meant, f"{path} leads nowhere: its values are wrong"
            elif is_page and "location" not in answer.headers:
                found.append(origin + path)
    return found + [origin + path for origin in street.origins for path in BESIDES if who == "buyer"]


def _says_html(answer: APIResponse) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


async def look_at(page: Page, url: str) -> list[str]:
    """Open the page in each language; return what is wrong with it."""
    wrong = []
    for language in LANGUAGES:
        home = urljoin(url, "/")
        await page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": home}])
        await page.goto(url)
        assert "/design" in url or await page.get_attribute("html", "lang") == language, url
        wrong += [f"{language}: {one}" for one in await lies_well(page)]
    wrong += await fits_a_thumb(page)
    wrong += [f"{url}: {one}" for one in await barriers(page)]
    await page.emulate_media(color_scheme="dark")
    wrong += [f"{url}, dark: {one}" for one in await barriers(page, "color-contrast")]
    await page.emulate_media(color_scheme="light")
    return wrong


async def look_at_all(street: Street, browser: Browser, who: str, few: int) -> None:
    """Look at every page of this somebody, in one window that is resized and not opened again."""
    async with opened(browser, street.origins[0], **SCREEN) as context:
        await street.let_in(context, who)
        urls = await pages_of(street, context, who)
        assert len(urls) > few, urls
        page = await context.new_page()
        wrong = [line for url in urls for line in await look_at(page, url)]
        assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(600)
async def test_every_page_where_people_buy_in_the_room(street: Street, browser: Browser) -> None:
    await look_at_all(street, browser, "buyer", FEW)
    await look_at_all(street, browser, "owner", FEW)


@pytest.mark.timeout(600)
async def test_every_page_where_the_shop_has_a_site_of_its_own(
    street_apart: Street, browser: Browser
) -> None:
    await look_at_all(street_apart, browser, "buyer", FEW)
    await look_at_all(street_apart, browser, "owner", FEW)


@pytest.mark.parametrize("language", ["id-ID", "en-GB"])
async def test_the_room_and_its_sheets(street: Street, browser: Browser, language: str) -> None:
    async with opened(browser, street.origins[0], locale=language, **SCREEN) as context:
        page = await context.new_page()
        await page.goto(f"/live/{street.seller.show_code}")
        await page.locator(".pin-card").wait_for()
        wrong = await lies_well(page)
        await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        await page.locator(".tray-open").click()
        wrong += await lies_well(page) + await fits_a_thumb(page) + await barriers(page)
        await page.locator("room-tray dialog .dialog__head button").click()
        await page.locator(".pin-card [data-buy]").click()
        await page.locator(".sheet--buy .chip").first.click()
        wrong += await lies_well(page) + await fits_a_thumb(page) + await barriers(page)
        await page.locator(".sheet--buy form .button--primary").click()
        await page.locator(".buy-held").wait_for()
        wrong += await lies_well(page) + await fits_a_thumb(page) + await barriers(page)
        await page.locator(".buy-held .button--primary").click()
        await page.frame_locator(".buy-checkout").locator("#checkout").wait_for()
        wrong += await lies_well(page, *page.frames[1:])
        await page.goto("/checkout")
        await page.locator("[name=action][value=place]").click()
        await page.locator(".error-summary").wait_for()
        wrong += await lies_well(page) + await fits_a_thumb(page) + await barriers(page)
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


async def test_the_thumb_finds_what_is_too_small(server: Server, browser: Browser) -> None:
    async with opened(browser, server.url, bypass_csp=True, **SCREEN) as context:
        page = await context.new_page()
        await page.goto("/sign-in")
        assert not await page.evaluate(TOUCH)
        await page.add_style_tag(content=".button { min-block-size: 0; block-size: 30px; padding: 0 }")
        assert any("30" in line for line in await page.evaluate(TOUCH))


def test_what_is_no_page_is_still_a_route() -> None:
    served = routes()
    for start in NO_PAGES:
        assert any(route.startswith(start) for route in served), f"{start} is gone: take it off the list"
