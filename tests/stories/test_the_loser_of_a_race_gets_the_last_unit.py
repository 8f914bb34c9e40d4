"""Two phones want the last unit. Who is too late joins the line, and gets it when the other lets it go."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import text

from etalase.commerce import catalog, inventory
from etalase.platform.db import Database
from tests.stories import browsing
from tests.stories.conftest import Screens
from tests.stories.layout import PILED
from tests.stories.serving import Server
from tests.stories.showing import UNITS, Stall, enter_studio, open_stall, plan_show, watch

PARTS = [f".sheet--buy {part}" for part in (".chips", ".buy-head", ".quantity-steps", ".buy-act")]


@pytest.fixture
async def show(server: Server, screens: Screens) -> tuple[Stall, str]:
    """Give a live show in which an offer is pinned of which one unit each is left."""
    stall = await open_stall(server)
    db = Database(server.environment["ETALASE_COMMERCE_DSN"], "commerce", pool_size=1)
    async with db.begin() as tx:
        for product in await catalog.list_products(tx, stall.shop.id, limit=10):
            for variant in product.variants:
                await inventory.adjust(tx, variant.id, 1 - UNITS, actor_id=None, reason="Tinggal satu")
    await db.close()
    host = await enter_studio(await screens(server.url, **browsing.DESKTOP), server, stall)
    code = await plan_show(host, "Tinggal satu")
    await host.get_by_text("From OBS or another program").click()
    await host.get_by_role("button", name="Go live without the camera").click()
    await host.locator(".thumb").first.click()
    await expect(host.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    return stall, code


async def choose(page: Page) -> None:
    """Open the pinned offer and choose its first kind."""
    await page.locator(".pin-card [data-buy]").click()
    await page.locator(".sheet--buy .chip").first.click()


async def let_holds_lapse(server: Server, stall: Stall) -> None:
    """Let the time of all that is held at the shop be over now; the sweep does the rest."""
    db = Database(server.environment["ETALASE_COMMERCE_DSN"], "commerce", pool_size=1)
    lapse = (
        "UPDATE holds SET expires_at = :now FROM stock"
        " WHERE stock.variant_id = holds.variant_id AND shop_id = :shop AND state = 'active'"
    )
    async with db.begin() as tx:
        await tx.execute(text(lapse), {"now": tx.clock.now(), "shop": stall.shop.id})
    await db.close()


async def test_in_the_room(server: Server, screens: Screens, show: tuple[Stall, str]) -> None:
    stall, code = show
    winner = await watch(await screens(server.url, **browsing.PHONE), code)
    context: BrowserContext = await screens(server.url, **browsing.PHONE)
    loser = await watch(context, code)
    await choose(loser)
    await choose(winner)
    await winner.get_by_role("button", name="Hold for me").click()
    await expect(winner.locator(".buy-held")).to_be_visible()

    sheet = loser.locator(".sheet--buy")
    await expect(sheet.locator(".chip").first).to_contain_text("none free")
    await sheet.locator(".chip").last.click()
    await sheet.locator(".chip").first.click()
    await expect(sheet.get_by_role("status").filter(has_text="All are held by others.")).to_contain_text(
        "When it is your turn, it is yours for 10 minutes. Then it goes to the next."
    )
    for height in (330, 490, 568, 640):
        await loser.set_viewport_size({"width": 360, "height": height})
        await expect(sheet.locator(".quantity-steps")).to_be_in_viewport(ratio=0.98)
        assert await loser.evaluate(PILED, PARTS) == [], height
    await sheet.get_by_role("button", name="Join the line").click()
    await expect(sheet).to_contain_text("You are first in line.")
    await sheet.get_by_role("button", name="Keep looking").click()
    await expect(loser.locator(".hold-dock")).to_contain_text("No. 1")

    beside = await loser.context.new_page()
    await beside.add_init_script("localStorage.clear()")  # as of who joined on a page of the shop
    await beside.goto(loser.url)
    await expect(beside.locator(".hold-dock")).to_contain_text("No. 1")
    await beside.close()

    await let_holds_lapse(server, stall)
    await expect(loser.get_by_role("status").filter(has_text="It is your turn")).to_contain_text(
        re.compile(r"is yours for (10:00|9:5\d)\.")
    )
    await choose(loser)
    await expect(sheet).to_contain_text("It is your turn")
    await sheet.get_by_role("link", name="Check out").click()
    await expect(loser.frame_locator(".buy-checkout").get_by_label("Name")).to_be_visible()


async def test_on_the_pages_without_a_script(
    server: Server, screens: Screens, show: tuple[Stall, str]
) -> None:
    stall, _ = show
    people = [await screens(server.url, **browsing.PHONE, java_script_enabled=False) for _ in range(2)]
    pages = [await person.new_page() for person in people]
    for page in pages:
        await page.goto(f"/shop/{stall.shop.slug}")
        await page.get_by_role("link", name=re.compile("Gaun Bunga")).first.click()
    winner, loser = pages
    await winner.locator(".chip").first.click()
    await winner.get_by_role("button", name="Hold for me").click()
    await expect(winner.get_by_role("heading", name="Cart")).to_be_visible()

    await loser.reload()
    line = loser.locator(".line-form")
    await line.locator(".chip").first.click()
    await expect(line).to_contain_text("all held")
    first = loser.locator("form[aria-labelledby=page-title] .chip").first
    await expect(first).to_contain_text("all held")  # and not "sold out": it may come back
    await line.get_by_role("button", name="Join the line").click()
    await expect(loser.locator(".waits")).to_contain_text("You are first in line.")

    await winner.get_by_role("button", name=re.compile("^Take .* out$")).click()
    await loser.goto("/cart")
    await expect(loser.get_by_role("heading", name="It is your turn")).to_be_visible()
    await loser.get_by_role("button", name="Let the next go first").click()
    await expect(loser.get_by_text("Nobody is behind you")).to_be_visible()
    await loser.get_by_role("button", name="No longer wanted").click()
    await expect(loser.get_by_role("heading", name="It is your turn")).to_have_count(0)
