"""A page under the ruler: what is wider than the screen, cut off, off its middle, too small for a thumb."""

from functools import partial
from pathlib import Path

from playwright.async_api import Frame, Page

from tests.stories.browsing import SETTLED, what_stays_wrong

WIDTHS = (320, 360, 430, 600, 768, 1024, 1440)
HEIGHT = 800
PHONE = {"width": 360, "height": 640}
FIND = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").partition("\n")[2]
TOUCH = Path(__file__).with_name("touch.js").read_text(encoding="utf-8").partition("\n")[2]
PILED = """(names) => {
  const boxes = names.map((name) => document.querySelector(name).getBoundingClientRect());
  return names.filter((_, at) => boxes.some((other, place) => place < at
    && Math.min(boxes[at].right, other.right) - Math.max(boxes[at].left, other.left) > 1
    && Math.min(boxes[at].bottom, other.bottom) - Math.max(boxes[at].top, other.top) > 1));
}"""
"""Which parts lie on those before them."""


async def lies_well(page: Page, *inside: Frame) -> list[str]:
    """Look at the page as it is now at every width, and at frames inside it; return what is wrong."""
    wrong = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await page.evaluate("() => new Promise(requestAnimationFrame)")
        for frame in (page.main_frame, *inside):
            found = await what_stays_wrong(page, partial(_look, frame, FIND))
            wrong += [f"{frame.url} at {width}: {one}" for one in found]
    return wrong


async def fits_a_thumb(page: Page) -> list[str]:
    """Look at the page on a phone; return what is smaller than 44 px in either direction."""
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found = await what_stays_wrong(page, partial(_look, page.main_frame, TOUCH))
    return [f"{page.url}: {one}" for one in found]


async def _look(frame: Frame, script: str) -> list[str]:
    await frame.evaluate(SETTLED)
    found: list[str] = await frame.evaluate(script)
    return found
