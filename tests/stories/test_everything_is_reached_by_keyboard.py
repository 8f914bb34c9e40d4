"""By keyboard alone: each control once and in reading order, the focus always seen and never lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.stories import browsing
from tests.stories.browsing import opened
from tests.stories.market import Market, open_market
from tests.stories.serving import Server
from tests.stories.street import Street
from tests.stories.test_every_page_lies_well_at_every_width import pages_of

KEYS = Path(__file__).with_name("keys.js").read_text(encoding="utf-8").partition("\n")[2]
BEGIN = f"""() => {{
  const keys = {KEYS};
  document.querySelector("[autofocus]")?.blur();
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  window.keys = keys;
  window.wanted = keys.expected();
  return window.wanted.map(keys.name);
}}"""
LOOK = """() => {
  const { keys, wanted } = window, found = document.activeElement;
  if (found === document.body || found === document.documentElement) return null;
  const box = found.getBoundingClientRect();
  return {
    place: keys.placeOf(found, wanted), name: keys.name(found), isScroller: keys.isScroller(found),
    isSeen: keys.isSeen(found), top: box.top + scrollY, bottom: box.bottom + scrollY,
    isFixed: !found.closest("main.content") ||
      found.closest("nav, dialog, [class*=bar], [class*=toast]") !== null,
    hasParts: found.matches("video, iframe, input[type^=date], input[type=number]"),
  };
}"""
HAS_CHANGED = """() => {
  const { keys, wanted } = window, now = keys.expected();
  return now.length !== wanted.length || now.some((one, place) => one !== wanted[place]);
}"""
WALKS = 5
LINE = 4
"""Pixels by which things of one line may differ."""
FEW = 20


@pytest.fixture
async def market(server: Server) -> AsyncIterator[Market]:
    """Give a shop that has something to sell."""
    async with open_market(server) as given:
        yield given


async def walk(page: Page) -> list[str]:
    """Go through the page with the Tab key; return what is wrong on the way.

    A page that got or lost controls meanwhile (a component came to life, a line came) is gone through anew.
    """
    for _ in range(WALKS):
        wrong = await walk_once(page)
        if not wrong or not await page.evaluate(HAS_CHANGED):
            break
    return wrong


async def walk_once(page: Page) -> list[str]:
    names: list[str] = await page.evaluate(BEGIN)
    wrong: list[str] = []
    reached: list[int] = []
    before = None
    for _ in range(len(names) * 3 + 10):
        await page.keyboard.press("Tab")
        now = await page.evaluate(LOOK)
        if now is None or (reached[1:] and now["place"] == reached[0]):
            break
        if before and now["place"] == before["place"] and now["hasParts"]:
            continue
        if now["place"] < 0:
            wrong += [] if now["isScroller"] or now["hasParts"] else [f"reached and not meant: {now['name']}"]
            continue
        reached.append(now["place"])
        wrong += [f"nobody sees the focus on {now['name']}"] if not now["isSeen"] else []
        if before and not (before["isFixed"] or now["isFixed"]) and now["bottom"] < before["top"] - LINE:
            wrong.append(f"back upwards, from {before['name']} to {now['name']}")
        before = now
    gone = await page.evaluate("() => window.wanted.map((one) => !one.isConnected)")
    missed = [name for place, name in enumerate(names) if place not in reached and not gone[place]]
    wrong += [f"never reached: {name}" for name in missed]
    wrong += [f"reached twice: {names[place]}" for place in set(reached) if reached.count(place) > 1]
    if reached != sorted(reached):
        wrong.append(f"not in the order in which it is read: {reached}")
    return [f"{page.url}: {one}" for one in wrong]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", ["buyer", "owner"])
async def test_each_control_of_every_page_is_reached_once_in_reading_order(
    street: Street, browser: Browser, who: str
) -> None:
    async with opened(browser, street.origins[0], viewport={"width": 360, "height": 640}) as context:
        await street.let_in(context, who)
        page = await context.new_page()
        urls = await pages_of(street, context, who)
        assert len(urls) > FEW, urls
        wrong = []
        for url in urls:
            await page.goto(url)
            wrong += await walk(page)
        assert not wrong, "\n".join(dict.fromkeys(wrong))


async def test_the_walker_finds_what_is_wrong(server: Server, browser: Browser) -> None:
    async with opened(browser, server.url, bypass_csp=True, **browsing.DESKTOP) as context:
        page = await context.new_page()
        await page.goto("/sign-in")
        assert not await walk(page)
        await page.add_style_tag(content="* { outline: 0 !important; box-shadow: none !important }")
        assert any("nobody sees" in one for one in await walk(page))
        await page.goto("/sign-in")
        await page.evaluate("document.querySelector('[name=password]').tabIndex = 5")
        assert any("order" in one or "never reached" in one for one in await walk(page))


async def test_the_buying_sheet_by_keyboard(street: Street, browser: Browser) -> None:
    async with opened(browser, street.origins[0], **browsing.PHONE) as context:
        page = await context.new_page()
        await page.goto(f"/live/{street.seller.show_code}")
        opener = page.locator(".pin-card [data-buy]")
        await opener.press("Enter")
        sheet = page.locator(".sheet--buy")
        await expect(sheet).to_be_visible()
        await expect(sheet.locator(":focus")).to_have_count(1)
        await sheet.locator(".chip input").first.press("Space")
        for _ in range(FEW):
            await page.keyboard.press("Tab")
            is_kept = await page.evaluate(
                "document.activeElement.matches('body, .sheet--buy, .sheet--buy *')"
            )
            assert is_kept, "the focus leaves a sheet that is open"
        await sheet.get_by_role("button", name="Hold for me").press("Enter")
        await expect(sheet.locator(".buy-held")).to_be_visible()
        await expect(sheet.locator(":focus")).to_have_count(1)
        await page.keyboard.press("Escape")
        await expect(sheet).to_be_hidden()
        await expect(opener).to_be_focused()


async def test_the_tray_gives_the_focus_back(street: Street, browser: Browser) -> None:
    async with opened(browser, street.origins[0], **browsing.PHONE) as context:
        page = await context.new_page()
        await page.goto(f"/live/{street.seller.show_code}")
        opener = page.locator(".tray-open")
        await opener.press("Enter")
        dialog = page.locator("room-tray dialog")
        await expect(dialog).to_be_visible()
        await expect(dialog.locator(":focus")).to_have_count(1)
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await expect(opener).to_be_focused()


async def test_the_checkout_loses_no_focus_when_a_part_of_it_comes_anew(
    market: Market, server: Server, browser: Browser
) -> None:
    async with opened(browser, server.url, **browsing.PHONE) as context:
        page = await context.new_page()
        await page.goto("/cart")
        await market.hold(page)
        await page.goto("/checkout")
        place = page.get_by_label("District and city, or postcode")
        await place.fill("Setiabudi")
        await page.keyboard.press("Tab")
        which = page.locator("#delivery input[name=place_code]")
        await expect(which.first).to_be_visible()
        await expect(page.locator("#f-postcode")).to_be_focused()
        await which.first.press("Space")
        service = page.locator("#delivery input[name^=service]")
        await expect(service.first).to_be_visible()
        await expect(page.locator("#delivery :focus")).to_have_count(1)
