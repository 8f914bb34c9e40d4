"""Buying by comment on a phone: what is typed into the chat is held, paid, and can be proven afterwards."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from etalase.commerce import payments
from etalase.platform.db import Database
from tests.stories import browsing
from tests.stories.browsing import axe, fits
from tests.stories.conftest import Screens
from tests.stories.serving import Server
from tests.stories.showing import Stall, enter_studio, open_stall, plan_show, watch
from tests.stories.test_a_buyer_orders_what_is_held import fill_address

SHOTS = os.environ.get("ETALASE_SHOTS")


@pytest.fixture
async def show(server: Server, screens: Screens) -> tuple[Stall, str, Page]:
    """Give a live show of a shop that takes cash, in which the first of two offers is pinned."""
    stall = await open_stall(server)
    db = Database(server.environment["ETALASE_COMMERCE_DSN"], "commerce", pool_size=1)
    async with db.begin() as tx:
        await payments.set_cod(tx, stall.shop.id, on=True)
    await db.close()
    host = await enter_studio(await screens(server.url, **browsing.DESKTOP), server, stall)
    code = await plan_show(host, "Beli lewat komentar")
    await host.get_by_text("From OBS or another program").click()
    await host.get_by_role("button", name="Go live without the camera").click()
    await host.locator(".thumb").first.click()
    await expect(host.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    return stall, code, host


async def look(page: Page, name: str) -> None:
    """Check what everybody meets; keep a picture where somebody wants to see it."""
    await fits(page)
    await axe(page)
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png")


async def write(page: Page, line: str, name: str = "") -> None:
    """Write a line, at first with a name."""
    field = page.locator(".room-composer input[name=text]")
    await field.fill(line)
    await field.press("Enter")
    if name:
        await page.locator(".room-composer input[name=name]").fill(name)
        await page.locator(".room-composer input[name=name]").press("Enter")
    await expect(field).to_have_value("")


async def test_a_line_becomes_an_order_and_its_claim_is_proven(
    server: Server, screens: Screens, show: tuple[Stall, str, Page]
) -> None:
    context: BrowserContext = await screens(server.url, **browsing.PHONE)
    page = await watch(context, show[1])
    note = page.locator(".room-claim")
    await write(page, "mine dong kak", "Rina")
    await expect(note).to_contain_text("Which one?")
    await look(page, "claim-which-en")
    await write(page, "keep 4-5 x2")
    await expect(note).to_contain_text("Held for you: 2 \u00d7 ")
    await expect(note).to_contain_text("Claim 1.")
    await expect(page.locator(".hold-dock")).to_be_visible()
    await look(page, "claim-held-en")

    async with context.expect_page() as opening:  # the show goes on beside it
        await note.get_by_role("link", name="To the cart").click()
    cart = await opening.value
    await expect(cart.get_by_role("heading", name=show[0].shop.name)).to_be_visible()
    await cart.get_by_role("link", name="Check out").click()
    await fill_address(cart)
    await expect(cart.get_by_text("Reguler")).to_be_visible()
    await expect(cart.locator("[data-total]")).to_contain_text("193.000")
    await cart.get_by_label("Cash on delivery").check()
    await cart.get_by_role("button", name="Place the order").click()
    await expect(cart).to_have_url(re.compile("/order/"))

    log = await (await context.request.get(f"/claims/{show[1]}")).body()
    await cart.goto("/claims")
    file = {"name": "claims.json", "mimeType": "application/json", "buffer": log}
    await cart.get_by_label("File of claims").set_input_files(file)  # type: ignore[arg-type]
    await cart.get_by_role("button", name="Check").click()
    await expect(cart.get_by_text("Every verdict is right.")).to_be_visible()
    await look(cart, "claims-checked-en")


async def test_whoever_comes_too_late_is_told_so_in_indonesian(
    server: Server, screens: Screens, show: tuple[Stall, str, Page]
) -> None:
    options = {**browsing.PHONE, "locale": "id-ID"}
    first, second = await screens(server.url, **options), await screens(server.url, **options)
    quick, late = await watch(first, show[1]), await watch(second, show[1])
    await write(quick, "keep 4-5 x5", "Sari")
    await expect(quick.locator(".room-claim")).to_contain_text("Diamankan untuk Anda: 5 \u00d7 ")
    await look(quick, "claim-held-id")
    await write(late, "keep 4-5", "Dewi")
    await expect(late.locator(".room-claim")).to_contain_text("Anda nomor 1 dalam antrean")
    await look(late, "claim-late-id")
