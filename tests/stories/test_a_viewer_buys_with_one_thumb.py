"""Buying in the room on a phone: Back closes a sheet, what was typed stays, and nothing covers the offer."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.stories import browsing
from tests.stories.conftest import Screens
from tests.stories.serving import Server
from tests.stories.showing import Stall, enter_studio, open_stall, plan_show, watch

APART = """(names) => {
  const [one, other] = names.map((name) => document.querySelector(name));
  if (!one || !other) return false;
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return Math.min(a.right, b.right) - Math.max(a.left, b.left) <= 1
    || Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) <= 1;
}"""
"""Looked at until it holds: what comes in from the side is on its way for a moment."""
SHORT = {"width": 360, "height": 330}
ON_ITS_SIDE = {"width": 640, "height": 330}
HALF_OPEN = {"width": 360, "height": 490}
"""Neither of the heights that the styles were drawn for."""
OLD_PHONE = {"width": 320, "height": 568}


@pytest.fixture
async def show(server: Server, screens: Screens) -> tuple[Stall, str, Page]:
    """Give a live show, without a camera, in which the first of two offers is pinned."""
    stall = await open_stall(server)
    host = await enter_studio(await screens(server.url, **browsing.DESKTOP), server, stall)
    code = await plan_show(host, "Beli dengan jempol")
    await host.get_by_text("From OBS or another program").click()
    await host.get_by_role("button", name="Go live without the camera").click()
    await host.locator(".thumb").first.click()
    await expect(host.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    return stall, code, host


async def hold(page: Page) -> None:
    """Hold one unit of the pinned offer; the sheet then says so."""
    await page.locator(".pin-card [data-buy]").click()
    await page.locator(".sheet--buy .chip").first.click()
    await page.get_by_role("button", name="Hold for me").click()
    await expect(page.locator(".buy-held")).to_be_visible()


async def test_back_closes_the_sheet_and_keeps_the_show_and_the_address(
    server: Server, screens: Screens, show: tuple[Stall, str, Page]
) -> None:
    context: BrowserContext = await screens(server.url, **browsing.PHONE)
    page = await watch(context, show[1])
    await page.get_by_role("button", name="All 2 offers").click()
    await expect(page.get_by_role("dialog", name="Offers")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await hold(page)
    await page.locator(".buy-held .button--primary").click()
    frame = page.frame_locator(".buy-checkout")
    await frame.get_by_label("Name").fill("Rina Kusuma")
    await frame.get_by_label("Street, number, RT/RW").fill("Jalan Melati 5")
    await page.go_back()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page).to_have_url(re.compile(f"/live/{show[1]}$"))
    await page.locator(".hold-dock").click()
    await expect(frame.get_by_label("Name")).to_have_value("Rina Kusuma")
    await expect(frame.get_by_label("Street, number, RT/RW")).to_have_value("Jalan Melati 5")
    await frame.get_by_role("link", name="Cart").click()
    await expect(frame.get_by_role("heading", name="Cart")).to_be_attached()
    await page.evaluate("history.back()")  # the frame goes back, and not the page that go_back() waits for
    await expect(frame.get_by_label("Name")).to_have_value("Rina Kusuma")
    await expect(page.locator(".sheet--buy")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page).to_have_url(re.compile(f"/live/{show[1]}$"))
    await page.go_back()
    await expect(page).not_to_have_url(re.compile("/live/"))


async def test_a_sheet_that_is_closed_by_its_cross_leaves_nothing_to_go_back_over(
    server: Server, screens: Screens, show: tuple[Stall, str, Page]
) -> None:
    context: BrowserContext = await screens(server.url, **browsing.PHONE)
    page = await context.new_page()
    await page.goto("/shops")
    await page.goto(f"/live/{show[1]}")
    await hold(page)
    await page.locator(".buy-held .button--primary").click()
    frame = page.frame_locator(".buy-checkout")
    await frame.get_by_role("link", name="Cart").click()
    await expect(frame.get_by_role("heading", name="Cart")).to_be_attached()
    await frame.get_by_role("link", name="Check out").click()
    await expect(frame.get_by_label("Name")).to_be_visible()
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.wait_for_function("() => !history.state?.sheet", polling=100)
    await page.go_back()
    await expect(page).to_have_url(f"{server.url}/shops")


async def test_whoever_holds_something_keeps_the_show_beside_what_they_open(
    server: Server, screens: Screens, show: tuple[Stall, str, Page]
) -> None:
    context: BrowserContext = await screens(server.url, **browsing.PHONE)
    page = await watch(context, show[1])
    await hold(page)
    await page.get_by_role("button", name="Keep looking").click()
    async with context.expect_page() as opening:
        await page.get_by_role("link", name="To the front page").click()
    await (await opening.value).close()
    await expect(page).to_have_url(re.compile(f"/live/{show[1]}$"))


@pytest.mark.parametrize("size", [SHORT, ON_ITS_SIDE, HALF_OPEN, OLD_PHONE, {"width": 360, "height": 640}])
async def test_sizes_the_price_the_quantity_and_the_button_are_in_sight_and_the_pin_is_free(
    server: Server, screens: Screens, show: tuple[Stall, str, Page], size: dict[str, int]
) -> None:
    page = await watch(await screens(server.url, viewport=size, has_touch=True), show[1])
    await expect(page.locator(".pin-card")).to_be_visible()
    for part in (".screen-middle > *", ".room__chat", ".tray-open", ".room__tools"):
        await page.wait_for_function(APART, arg=[".pin-card", part])
    await page.locator(".pin-card [data-buy]").click()
    sheet = (".chip >> nth=1", ".price", ".quantity-steps", ".buy-act .button")
    for part in (f".sheet--buy {one}" for one in sheet):
        await expect(page.locator(part)).to_be_in_viewport(ratio=0.98)
    await page.locator(".sheet--buy .chip").first.click()
    await page.get_by_role("button", name="Hold for me").click()
    await page.locator(".buy-held .button--primary").click()
    frame = page.frame_locator(".buy-checkout")
    for part in ("[data-total]", ".checkout-bar .button--primary"):
        await expect(frame.locator(part)).to_be_in_viewport(ratio=0.98)
