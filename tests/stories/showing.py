"""A host's and a viewer's hands in a show: what they tap, and what they see of the video."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from etalase import accounts
from etalase.commerce import inventory
from etalase.commerce.shops import ShopView
from etalase.kernel.ids import new_code
from etalase.lab.video import READ_MARKER_SCRIPT
from etalase.platform.db import Database
from tests.make import catalog as make_catalog
from tests.make import shops as make_shops
from tests.stories.serving import Server

PASSWORD = "hujan sore di teras"
UNITS = 5
LAB = Path(__file__).parents[2] / "var" / "lab"
LOOK = """async (count) => {
  const video = document.querySelector("video.room-video");
  const canvas = document.createElement("canvas");
  const seen = new Set();
  let from = null;
  for (let look = 0; look < 4000 && seen.size < count; look++) {
    const mark = video.readyState >= 2 ? readMarker(video, canvas) : null;
    if (mark !== null) from ??= video.currentTime;
    if (mark !== null) seen.add(mark);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return [seen.size, video.currentTime - from];
}"""


@dataclass(frozen=True)
class Stall:
    """A shop of one story, and its owner's session."""

    shop: ShopView
    owner_token: str


async def open_stall(server: Server) -> Stall:
    """Open a shop with two dresses and their stock."""
    db = Database(server.environment["ETALASE_COMMERCE_DSN"], "commerce", pool_size=1)
    async with db.begin() as tx:
        name = new_code()
        owner = await accounts.sign_up(
            tx, email=f"{name.lower()}@example.com", password=PASSWORD, display_name="Ibu Sari"
        )
        session = await accounts.open_session(tx, owner)
        shop = await make_shops.shop(tx, f"Kancil Kids {name[:4]}", owner_id=owner)
        for title, price in (("Gaun Bunga Matahari", "89.000"), ("Kaus Dino Hijau", "65.000")):
            product = await make_catalog.product(tx, shop.id, title, price=price)
            for variant in product.variants:
                await inventory.receive(tx, variant.id, UNITS)
    await db.close()
    return Stall(shop, session.token)


async def enter_studio(context: BrowserContext, server: Server, stall: Stall) -> Page:
    """Let the seller go from the desk to the studio, as one tap on "Live" does."""
    await context.add_cookies(
        [{"name": "etalase_session_commerce", "value": stall.owner_token, "url": server.url}]
    )
    page = await context.new_page()
    await page.goto(f"/desk/{stall.shop.slug}/live")
    await expect(page).to_have_url(re.compile(r"/studio(\?|$)"))
    return page


async def plan_show(page: Page, title: str) -> str:
    """Plan a show with every offer of the shop, and return its code; the studio is open then."""
    await page.goto("/studio")
    await page.get_by_role("link", name=re.compile("Plan a show|New show")).first.click()
    await page.get_by_label("Title").fill(title)
    for box in await page.get_by_role("checkbox").all():
        await box.check()
    await page.get_by_role("button", name="Plan the show").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url.rpartition("/")[2]


async def go_live_by_camera(page: Page) -> None:
    """Turn the camera on and go live with it."""
    await page.get_by_role("button", name="Turn the camera on").click()
    await page.get_by_role("button", name="Go live", exact=True).click()
    await expect(page.get_by_text("On air for")).to_be_visible()


async def end_show(page: Page) -> None:
    """End the show and let the time to think again pass."""
    await page.get_by_role("button", name="End show").click()
    await expect(page.get_by_role("heading", name="This show is over")).to_be_visible()


async def watch(context: BrowserContext, code: str) -> Page:
    """Open the show as somebody with its link."""
    page = await context.new_page()
    await page.add_init_script(READ_MARKER_SCRIPT)
    await page.goto(f"/live/{code}")
    return page


async def see_moving_picture(page: Page, marks: int = 8) -> None:
    """Read that many different marks from the picture, while the player's time goes on."""
    seen, passed = await page.evaluate(LOOK, marks)
    assert seen >= marks
    assert passed > 0


async def watch_for(page: Page, seconds: float) -> None:
    """Watch on until the player has played so much more of the show."""
    played = "document.querySelector('video.room-video').currentTime"
    begun = await page.evaluate(played)
    await page.wait_for_function(f"at => {played} > at", arg=begun + seconds, timeout=90_000)


async def say(page: Page, text: str, name: str | None = None) -> None:
    """Write a line; whoever is new is asked for a name."""
    await page.get_by_placeholder("Write something…").fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()
    if name is not None:
        await page.get_by_placeholder("Your name in this chat").fill(name)
        await page.get_by_role("button", name="Chat", exact=True).click()
    await expect(page.get_by_role("log").get_by_text(text)).to_have_count(1)
