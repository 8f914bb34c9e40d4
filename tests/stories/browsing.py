"""Chromium as a phone and as a laptop, watched for errors, and a check of what assistive technology meets."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, WebError, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "Stories need Chromium. On Debian or Ubuntu: apt install chromium"
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
SETTLED = """() => Promise.all(document.getAnimations()
    .filter(a => a.effect?.getComputedTiming().endTime !== Infinity).map(a => a.finished.catch(() => {})))"""
"""Colours on their way from one to another are no colours of the page."""
STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(e => `${e.tagName}.${e.className}`).concat('the page')"""
PATIENCE_MS = 60_000
"""What is expected comes when it comes: the limit is for what hangs. Playwright's five seconds are not enough
where Chromium, cameras and the server share two processors with other work."""
expect.set_options(timeout=PATIENCE_MS)
MARK_LOADED = "addEventListener('load', () => { document.documentElement.dataset.loaded = ''; })"
LOADING = "html:not([data-loaded])"
"""A page, or one in a frame of it, whose scripts and pictures are still to come."""
LOOKS = 5
IDLE = "() => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 1000 }))"
EXPECTED_STATUSES = ("401", "403", "404", "409", "410", "422", "429")

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
READER: dict[str, Any] = {"locale": "en-GB", "timezone_id": "Asia/Jakarta"}

FLAGS = [
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
]
"""No name leads off this machine; camera and microphone are Chromium's own; WebRTC may use loopback."""


def find_chromium() -> str:
    """Return Chromium's path; skip the test where there is none, fail it in CI."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return path


async def launch(playwright: Playwright, *more: str) -> Browser:
    """Start Chromium; `more` are further flags, such as a file for the camera."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return await playwright.chromium.launch(
        executable_path=find_chromium(), args=[*FLAGS, *as_root, *more], chromium_sandbox=not as_root
    )


@dataclass
class Watched:
    """What went wrong in a context's pages."""

    errors: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Note an error of the console, but not that a page itself answered with a refusal."""
        page_url = message.page.url if message.page else ""
        refused = message.text.startswith("Failed to load resource") and any(
            f"status of {status}" in message.text for status in EXPECTED_STATUSES
        )
        if message.type == "error" and not (refused and message.location.get("url") == page_url):
            self.errors.append(f"{page_url}: {message.text} ({message.location.get('url', '')})")

    def fail(self, error: WebError) -> None:
        """Note an exception that nobody caught."""
        self.errors.append(f"{error.page.url if error.page else ''}: {error.error}")


@asynccontextmanager
async def opened(browser: Browser, base_url: str, **options: Any) -> AsyncIterator[BrowserContext]:
    """Open a context whose pages may log no error but those that a story forgives."""
    context = await browser.new_context(base_url=base_url, **{**READER, **options})
    context.set_default_timeout(PATIENCE_MS)
    watched = Watched()
    context.on("console", watched.hear)
    context.on("weberror", watched.fail)
    context.watched = watched  # type: ignore[attr-defined]
    if options.get("java_script_enabled", True):
        await _touch_only_what_is_loaded(context)
    try:
        yield context
    finally:
        await context.close()
    assert not watched.errors, "\n".join(watched.errors)


async def _touch_only_what_is_loaded(context: BrowserContext) -> None:
    """Let every tap, key and expectation wait until the page to which the one before led has loaded.

    Playwright waits for that after `goto` alone. After a tap it goes on with what is drawn, and on a busy
    machine that is seen long before the scripts behind it run.
    """
    await context.add_init_script(MARK_LOADED)
    waits: set[asyncio.Task[None]] = set()

    async def wait_for_it(page: Page) -> None:
        await _slow_down(page)
        for place in (page.locator(LOADING), page.frame_locator("iframe.buy-checkout").locator(LOADING)):
            await page.add_locator_handler(place, _is_seen)

    def meet(page: Page) -> None:
        waits.add(asyncio.ensure_future(wait_for_it(page)))

    context.on("page", meet)


async def _slow_down(page: Page) -> None:
    """Make this page as slow as SLOW_BROWSER says, to find what holds only where everything is quick."""
    if rate := float(os.environ.get("SLOW_BROWSER", "0")):
        line = await page.context.new_cdp_session(page)
        await line.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        slow = {"offline": False, "latency": 40 * rate, "downloadThroughput": -1, "uploadThroughput": -1}
        await line.send("Network.emulateNetworkConditions", slow)


async def _is_seen() -> None:
    """Do nothing about a page that is loading: Playwright waits until it is none."""


def forgive(context: BrowserContext, part: str) -> None:
    """Drop the errors noted so far that a story has provoked on purpose: those that contain `part`."""
    watched: Watched = context.watched  # type: ignore[attr-defined]
    watched.errors[:] = [error for error in watched.errors if part not in error]


async def what_stays_wrong(page: Page, look: Callable[[], Awaitable[list[str]]]) -> list[str]:
    """Return what is wrong with a page however often it is looked at: what was on its way has come then."""
    for _ in range(LOOKS):
        if not (wrong := await look()):
            break
        await page.evaluate(IDLE)
    return wrong


async def axe(page: Page) -> None:
    """Fail on every serious or critical violation that axe-core finds in the page as it is now."""
    found = await what_stays_wrong(page, lambda: barriers(page))
    assert not found, f"{page.url}\n" + "\n".join(found)


async def barriers(page: Page, *rules: str) -> list[str]:
    """Return the serious and critical violations that axe-core finds in the page, by these rules or all."""
    await page.wait_for_load_state()
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    await page.evaluate(SETTLED)
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    result = await page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {violation['help']}\n    "
        + "\n    ".join(
            f"{' '.join(map(str, node['target']))} {node['any'][0]['message'] if node['any'] else ''}"
            for node in violation["nodes"]
        )
        for violation in result["violations"]
        if violation["impact"] in SERIOUS
    ]


async def fits(page: Page) -> None:
    """Fail when the page is wider than the screen, and name what sticks out."""
    await page.wait_for_load_state()
    wide = await what_stays_wrong(page, lambda: page.evaluate(STICKS_OUT))
    assert not wide, f"{page.url} is wider than the screen: {wide}"
