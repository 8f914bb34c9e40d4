"""How long a buyer waits between the tap and the hold, and the others until they see the stock fall.

A server with its own PostgreSQL, a live show, and two phones in Chromium. Both times begin with the buyer's
tap on "Hold for me": one ends when the buyer's screen shows the countdown, the other when the other viewer's
pinned offer shows less stock. Beside each stands what the same phones need for the same way without the till:
a request that reads nothing, and a line of chat.
"""

import asyncio
import os
import shutil
import statistics
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from etalase.lab.demo import GOODS, Seller, open_market
from etalase.lab.person import SyntheticPerson

Figure = dict[str, Any]

FULL_TAPS, SHORT_TAPS = 8, 5
"""One buyer holds few units at once; more rounds need more buyers."""
BETWEEN_SECONDS = 2.0
"""Between two rounds: the room takes thirty lines a minute from one viewer."""
UNITS = 500
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "en-GB",
}
GOAL_HOLD_MS, GOAL_STOCK_MS = 300.0, 500.0

CLOCK = """
window.now = () => performance.timeOrigin + performance.now();
window.addEventListener("click", () => { window.tapped = window.now(); }, true);
window.changed = (read) => {
  const before = read();
  const look = (seen) => read() === before ? requestAnimationFrame(() => look(seen)) : seen(window.now());
  window.change = new Promise(look);
};
"""
AWAIT_HOLD = """() => window.changed(() => document.querySelector(".buy-held .buy-timer") === null)"""
AWAIT_STOCK = """() => window.changed(() => document.querySelector(".pin-card .stock").textContent)"""
AWAIT_LINE = """() => window.changed(() => document.querySelectorAll(".room-line").length)"""
ASK = """async () => {
  const began = window.now();
  await fetch("/healthz");
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return window.now() - began;
}"""


@dataclass
class Times:
    """Milliseconds, one for each round."""

    hold: list[float] = field(default_factory=list)
    request: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)
    line: list[float] = field(default_factory=list)


async def run(*, short: bool) -> list[Figure]:
    """Return medians and 95th percentiles; a short pass taps less often."""
    times = Times()
    async with open_market("open") as market, SyntheticPerson(market.social) as person:
        seller = Seller(person, market.social, market.commerce)
        await seller.open_shop()
        await seller.stock(replace(GOODS[0], units=(("2-3 th", UNITS),)))
        await seller.plan_show("Bench")
        await seller.go_live()
        await seller.command({"do": "pin", "product_id": seller.product_ids[0]})
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"] if os.geteuid() == 0 else []
            )
            room = f"{market.social}/live/{seller.show_code}"
            buyer, other = await _phone(browser, room), await _phone(browser, room)
            await _introduce(buyer)
            for _ in range(SHORT_TAPS if short else FULL_TAPS):
                await _round(buyer, other, times)
                await asyncio.sleep(BETWEEN_SECONDS)
            await browser.close()
    return [
        _figure("tap to the hold on the buyer's screen, median", times.hold, times.request, GOAL_HOLD_MS),
        _figure("tap to the hold on the buyer's screen, 95 %", times.hold, times.request, None, 95),
        _figure("tap to the stock on another's screen, median", times.stock, times.line, GOAL_STOCK_MS),
        _figure("tap to the stock on another's screen, 95 %", times.stock, times.line, None, 95),
    ]


async def _phone(browser: Browser, room: str) -> Page:
    context = await browser.new_context(**PHONE)
    await context.add_init_script(CLOCK)
    page = await context.new_page()
    await page.goto(room)
    await page.locator(".pin-card .stock").wait_for()
    return page


async def _introduce(buyer: Page) -> None:
    """Say the first line, which asks for a name."""
    await buyer.get_by_placeholder("Write something…").fill("Hello")
    await buyer.get_by_role("button", name="Send", exact=True).click()
    await buyer.get_by_placeholder("Your name in this chat").fill("Budi")
    await buyer.get_by_role("button", name="Chat", exact=True).click()


async def _round(buyer: Page, other: Page, times: Times) -> None:
    """Hold one unit and say one line, and note when each was seen."""
    times.request.append(await buyer.evaluate(ASK))
    await buyer.locator(".pin-card").get_by_role("link").click()
    sheet = buyer.get_by_role("dialog")
    await sheet.locator(".chip").first.click()
    await buyer.evaluate(AWAIT_HOLD)
    await other.evaluate(AWAIT_STOCK)
    await sheet.get_by_role("button", name="Hold for me").click()
    held, seen = await buyer.evaluate("window.change"), await other.evaluate("window.change")
    tapped = await buyer.evaluate("window.tapped")
    times.hold.append(held - tapped)
    times.stock.append(seen - tapped)
    await sheet.get_by_role("button", name="Keep looking").click()
    await buyer.get_by_placeholder("Write something…").fill("Hello")
    await other.evaluate(AWAIT_LINE)
    await buyer.get_by_role("button", name="Send", exact=True).click()
    times.line.append(await other.evaluate("window.change") - await buyer.evaluate("window.tapped"))


def _figure(
    metric: str, ours: list[float], reference: list[float], goal: float | None, percent: int = 50
) -> Figure:
    mine, its = (statistics.quantiles(times, n=100)[percent - 1] for times in (ours, reference))
    return {
        "metric": metric,
        "unit": "ms",
        "ours": round(mine, 1),
        "reference": round(its, 1),
        "ratio": round(mine / its, 2),
        "goal": None if goal is None else f"<= {goal:g}",
    }
