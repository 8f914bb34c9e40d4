"""A browser at each size, language and theme, and what a machine can say about a page in it."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 360, "height": 640},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "laptop": {"viewport": {"width": 1280, "height": 800}},
}
LANGUAGES = {"id": "id-ID", "en": "en-GB"}
SETTLED = """() => Promise.all([document.fonts.ready, ...document.getAnimations()
    .filter(a => a.effect?.getComputedTiming().endTime !== Infinity).map(a => a.finished.catch(() => {}))])"""
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(e => `${e.tagName}.${e.className}`)"""
NARROW = """() => { const main = document.querySelector('main');
    return main !== null && main.getBoundingClientRect().width < Math.min(innerWidth * 0.9, 480); }"""
"""Whether the page's own part is squeezed into less than a phone's width."""
SMALL = """() => [...document.querySelectorAll('a, button, summary, input, select, textarea')].filter(e => {
    if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true})) return false;
    if (e.matches('.room-line-back')) return false; // stands within a line, as a link would
    if (e.tagName === 'A' && !e.matches('.button, .chip, .menu__item, [class*=tool]')) return false;
    const box = (e.matches('input[type=checkbox], input[type=radio]') && e.closest('label') || e)
        .getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.height < 43.5 && box.bottom > 0;
  }).map(e => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 24)}`)"""
"""Controls lower than 44 px; links within a text are as high as its lines."""
BARRIERS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ')}`)"""
SETTLE_MS = 250


@dataclass(frozen=True)
class View:
    """A size, a language and a theme."""

    screen: str
    language: str
    theme: str

    def __str__(self) -> str:
        return f"{self.screen}-{self.language}-{self.theme}"


ALL_VIEWS = tuple(
    View(screen, language, theme)
    for screen, language, theme in (
        ("phone", "id", "light"),
        ("laptop", "id", "light"),
        ("phone", "en", "light"),
        ("laptop", "en", "light"),
        ("phone", "id", "dark"),
        ("laptop", "en", "dark"),
    )
)


@dataclass(frozen=True)
class Scene:
    """One picture: whose page it is, what is done in it first, and whether more than the screen is taken.

    `before` is a script that runs before the page's own. `height` is that of a screen with its keyboard open.
    """

    name: str
    path: str
    who: str = "guest"
    act: Callable[[Page], Awaitable[None]] | None = None
    whole: bool = True
    scripts: bool = True
    commerce: bool = True
    before: str = ""
    height: int | None = None


@dataclass
class Findings:
    """What a machine found wrong, each with the picture where it shows."""

    lines: list[str] = field(default_factory=list)

    def note(self, view: View, scene: Scene, what: str) -> None:
        """Keep it and say it."""
        line = f"{view}/{scene.name}: {what}"
        self.lines.append(line)
        click.echo(f"  {line}", err=True)


@asynccontextmanager
async def opened_browser() -> AsyncIterator[Browser]:
    """Start Chromium, with a camera of its own."""
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        raise click.ClickException("Chromium is missing. On Debian or Ubuntu: apt install chromium")
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *as_root])
        yield browser
        await browser.close()


@asynccontextmanager
async def opened_screen(browser: Browser, view: View, *, scripts: bool) -> AsyncIterator[BrowserContext]:
    """Open a browser's window as this view wants it."""
    context = await browser.new_context(
        locale=LANGUAGES[view.language],
        timezone_id="Asia/Jakarta",
        color_scheme="dark" if view.theme == "dark" else "light",
        java_script_enabled=scripts,
        permissions=["camera", "microphone"],
        **SCREENS[view.screen],
    )
    context.set_default_timeout(20_000)
    yield context
    await context.close()


async def take(
    context: BrowserContext, url: str, view: View, scene: Scene, into: Path, findings: Findings
) -> None:
    """Open the page, do what the scene says, judge it, and write its picture."""
    page = await context.new_page()

    def hear(message: ConsoleMessage) -> None:
        own = message.location.get("url", "").split("?")[0] == page.url.split("?")[0]
        if message.type == "error" and not (message.text.startswith("Failed to load resource") and own):
            findings.note(view, scene, f"{message.text} ({message.location.get('url', '')})")

    page.on("console", hear)
    page.on("pageerror", lambda error: findings.note(view, scene, f"uncaught: {error}"))
    try:
        if scene.before:
            await page.add_init_script(scene.before)
        if scene.height:
            width = SCREENS[view.screen]["viewport"]["width"]
            await page.set_viewport_size({"width": width, "height": scene.height})
        await page.goto(url + scene.path, wait_until="load")
        if scene.act:
            await scene.act(page)
        await page.wait_for_timeout(SETTLE_MS)
        if scene.scripts:
            await _judge(page, view, scene, findings)
        folder = into / str(view)
        folder.mkdir(parents=True, exist_ok=True)
        if scene.whole:
            await _unroll(page, view)
        await page.screenshot(path=folder / f"{scene.name}.png")
    except Exception as error:  # noqa: BLE001 - one page that fails must not cost the other pictures
        findings.note(view, scene, f"no picture: {str(error).splitlines()[0]}")
    await page.close()


async def _unroll(page: Page, view: View) -> None:
    """Make the window as high as the page, so that what sticks to its end is at the page's end."""
    width, height = SCREENS[view.screen]["viewport"].values()
    needed: int = await page.evaluate("document.documentElement.scrollHeight")
    await page.set_viewport_size({"width": width, "height": max(height, needed)})


async def _judge(page: Page, view: View, scene: Scene, findings: Findings) -> None:
    await page.evaluate(SETTLED)
    if wide := await page.evaluate(WIDER):
        findings.note(view, scene, f"wider than the screen: {', '.join(wide)}")
    if await page.evaluate(NARROW):
        findings.note(view, scene, "squeezed: <main> is narrower than a phone")
    if view.screen == "phone" and (small := await page.evaluate(SMALL)):
        findings.note(view, scene, f"lower than 44 px: {'; '.join(dict.fromkeys(small))}")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    for barrier in await page.evaluate(BARRIERS):
        findings.note(view, scene, barrier)
