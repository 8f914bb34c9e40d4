"""The shells and every component: in both languages and themes, by keyboard, without a script, for axe."""

import pytest
from playwright.async_api import BrowserContext, expect

from tests.stories import browsing
from tests.stories.browsing import axe, fits
from tests.stories.conftest import Screens
from tests.stories.serving import Server

PAGES = ("/", "/design", "/design/home", "/design/desk", "/no-such-page")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["PHONE", "DESKTOP"])
async def test_no_page_has_a_serious_barrier(
    server: Server, screens: Screens, screen: str, scheme: str
) -> None:
    context = await screens(server.url, **getattr(browsing, screen), color_scheme=scheme)
    page = await context.new_page()
    for path in PAGES:
        await page.goto(path)
        await axe(page)
        await fits(page)


async def test_the_reader_changes_language_and_theme(phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The evening market, in your hand")
    await page.locator("summary", has_text="Language and theme").click()
    await page.get_by_role("button", name="Bahasa Indonesia").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pasar malam di genggaman")
    await page.locator("summary", has_text="Bahasa dan tampilan").click()
    await page.get_by_role("button", name="Gelap").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_language_and_theme_change_without_a_script(server: Server, screens: Screens) -> None:
    context = await screens(server.url, **browsing.PHONE, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/")
    await page.locator("summary", has_text="Language and theme").click()
    await page.get_by_role("button", name="Dark").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_first_tab_leads_past_the_header(desktop: BrowserContext) -> None:
    page = await desktop.new_page()
    await page.goto("/")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()


async def test_a_sheet_opens_closes_and_gives_the_focus_back(phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.goto("/design")
    opener = page.get_by_role("button", name="Open a sheet")
    await opener.press("Space")
    await expect(page.locator("#try-sheet")).to_be_visible()
    await axe(page)
    await page.keyboard.press("Escape")
    await expect(page.locator("#try-sheet")).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_a_sheet_opens_without_a_script(server: Server, screens: Screens) -> None:
    context = await screens(server.url, **browsing.PHONE, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/design")
    await page.get_by_role("button", name="Open a sheet").click()
    await expect(page.locator("#try-sheet")).to_be_visible()
    await page.locator("#try-sheet").get_by_label("Close").click()
    await expect(page.locator("#try-sheet")).to_be_hidden()


async def test_any_answer_of_the_server_ends_the_word_about_the_network(phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.add_init_script(
        "Object.defineProperty(navigator, 'onLine', { get: () => window.networkIsThere ?? true })"
    )
    await page.goto("/sign-in", wait_until="networkidle")  # a page on which nothing is still to come
    await page.evaluate("window.networkIsThere = false; dispatchEvent(new Event('offline'))")
    line = page.get_by_text("No connection. This page shows what was here before.")
    await expect(line).to_be_visible()
    await page.evaluate("fetch('/healthz', { cache: 'no-store' }).then((answer) => answer.text())")
    await expect(line).to_be_hidden()
