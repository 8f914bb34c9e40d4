"""A host on a phone sees claims come in with their verdicts, and lets the next in line have what is held."""

import os
from pathlib import Path

from playwright.async_api import Page, expect

from tests.stories import browsing
from tests.stories.browsing import axe, fits
from tests.stories.conftest import Screens
from tests.stories.serving import Server
from tests.stories.showing import enter_studio, open_stall, plan_show, watch
from tests.stories.test_a_line_of_the_chat_becomes_an_order import write

SHOTS = os.environ.get("ETALASE_SHOTS")
SMALL = {**browsing.PHONE, "viewport": {"width": 360, "height": 640}}


async def look(page: Page, name: str) -> None:
    """Check what everybody meets; keep a picture where somebody wants to see it."""
    await fits(page)
    await axe(page)
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


async def test_claims_come_in_and_the_next_in_line_gets_what_is_let_go(
    server: Server, screens: Screens
) -> None:
    stall = await open_stall(server)
    host = await enter_studio(await screens(server.url, **SMALL), server, stall)
    code = await plan_show(host, "Klaim di ponsel")
    await host.get_by_text("From OBS or another program").click()
    await host.get_by_role("button", name="Go live without the camera").click()
    await host.locator(".thumb").first.click()
    await expect(host.locator(".thumb").first).to_have_attribute("aria-pressed", "true")

    quick = await watch(await screens(server.url, **SMALL), code)
    late = await watch(await screens(server.url, **SMALL), code)
    await write(quick, "keep 4-5 x5", "Sari")
    won = host.locator(".studio-claim").filter(has_text="Sari")
    await expect(won).to_contain_text("keep 4-5 x5")
    await expect(won).to_contain_text("Won: held for them")
    await write(late, "keep 4-5", "Dewi")
    await expect(host.locator(".studio-claim").first).to_contain_text("Dewi")
    await expect(host.locator(".studio-claim").first).to_contain_text("Too late: in line")
    await expect(host.locator(".studio-claims__next")).to_contain_text("Dewi #2")
    await look(host, "studio-claims-en")

    await won.get_by_role("button", name="Let go").click()
    await look(host, "studio-claims-sure-en")
    await won.get_by_role("button", name="Yes, let go").click()
    await expect(won).to_contain_text("Won: let go")
    await expect(host.locator(".studio-claim").first).to_contain_text("Too late: held for them")

    doors = host.get_by_label("How it is claimed").first
    await doors.select_option("comment")
    await expect(quick.locator(".pin-card")).to_contain_text("By comment: keep")
    await expect(quick.locator(".pin-card [data-buy]")).to_have_count(0)
    await look(quick, "claims-by-comment-en")
    await look(host, "studio-claims-by-comment-en")
    await doors.select_option("button")
    await expect(quick.locator(".pin-card [data-buy]")).to_be_visible()
    await write(late, "keep 4-5", "")
    await expect(late.locator(".room-claim")).to_contain_text("goes by button")
    await doors.select_option("both")

    await host.locator(".thumbs > li").first.get_by_role("button", name="Close claims").click()
    await expect(quick.locator(".pin-card")).to_contain_text("Claims closed")
    await write(late, "keep 4-5", "")
    await expect(late.locator(".room-claim")).to_contain_text("takes no more claims")
    await look(quick, "claims-closed-en")
    await host.get_by_role("button", name="Next offer").click()
    await expect(quick.locator(".pin-card")).to_contain_text("Kaus Dino Hijau")

    await quick.goto("/cart")  # the room says it as well, when its script asks the next time
    await expect(quick.get_by_text("let go of what was held for you: 5 \u00d7 ")).to_be_visible()
    await late.goto("/cart")
    await expect(late.get_by_text("It is your turn")).to_be_visible()


async def test_a_host_enters_the_claim_of_somebody_who_calls(server: Server, screens: Screens) -> None:
    stall = await open_stall(server)
    host = await enter_studio(await screens(server.url, **SMALL), server, stall)
    await plan_show(host, "Klaim lewat telepon")
    await host.get_by_text("From OBS or another program").click()
    await host.get_by_role("button", name="Go live without the camera").click()
    entry = host.locator("studio-entry")
    await entry.get_by_text("Enter a claim").click()
    await entry.get_by_label("Name").fill("Bu Ani")
    await entry.get_by_label("How many").fill("2")
    await look(host, "studio-entry-en")
    await entry.get_by_role("button", name="Enter").click()
    await expect(entry.locator("[data-entered]")).to_contain_text("Held for Bu Ani: 2 \u00d7 ")
    await expect(host.locator(".studio-claim").first).to_contain_text("#1 Bu Ani")
    await expect(host.locator(".studio-claim").first).to_contain_text("entered by")
    link = await entry.get_by_label("Link for the buyer").input_value()
    assert link.startswith(f"{server.url}/cart/claims/")
    await expect(host.locator(".studio-claim").first.get_by_role("button", name="Copy link")).to_be_visible()
    await look(host, "studio-entered-en")

    caller = await (await screens(server.url, **SMALL)).new_page()
    await caller.goto(link)
    await expect(caller.get_by_role("heading", name="Held for you")).to_be_visible()
    await look(caller, "claim-link-en")
    await caller.get_by_role("button", name="Put it into my cart").click()
    await expect(caller.get_by_role("link", name="Check out")).to_be_visible()
    await look(caller, "claim-link-cart-en")
