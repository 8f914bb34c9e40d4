"""Take every page at a phone's and a laptop's size, in both languages and themes.

`python -m bench.screenshots` starts a server of its own with the development pages and no data. With --url it
visits a running one, such as a demo's, and with --sign-in the desk's pages too. Pages are paths; {slug} and
{show} stand for what --slug and --show name. It refuses to judge what it sees: that is done by looking.
"""

import asyncio
import itertools
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import httpx
from playwright.async_api import Browser, BrowserContext, async_playwright

OUT = Path("var/screenshots")
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
THEMES = ("light", "dark")
EMPTY_PAGES = (
    "/",
    "/design",
    "/design/home",
    "/design/desk",
    "/sign-in",
    "/sign-up",
    "/reset",
    "/cart",
    "/none",
)
OPEN_PAGES = ("/", "/live/{show}", "/shops", "/shop/{slug}", "/cart", "/sign-in", "/sign-up", "/reset")
DESK_PAGES = (
    "/desk", "/desk/new-shop", "/desk/{slug}", "/desk/{slug}/products", "/desk/{slug}/products/new",
    "/desk/{slug}/products/import", "/desk/{slug}/orders", "/desk/{slug}/money", "/desk/{slug}/settings",
    "/desk/{slug}/staff", "/desk/{slug}/shipping", "/studio", "/studio/new", "/studio/{show}", "/account",
)  # fmt: skip
PORT = 8790
SETTLE_MS = 400


@asynccontextmanager
async def running_server(folder: str) -> AsyncIterator[str]:
    """Run a server with development pages and an empty database in the folder."""
    environment = os.environ | {
        "ETALASE_DEVELOPMENT": "true",
        "ETALASE_DATA_DIR": folder,
        "ETALASE_PORT": str(PORT),
        "ETALASE_MEDIA_RTMP_PORT": "0",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "etalase", "serve", env=environment, cwd=folder
    )
    try:
        yield await _ready(f"http://127.0.0.1:{PORT}")
    finally:
        process.terminate()
        await process.wait()


async def _ready(url: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(600):
            try:
                if (await client.get(f"{url}/readyz")).is_success:
                    return url
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise click.ClickException(f"{url} does not answer")


async def take(url: str, pages: Iterable[str], into: Path, account: str | None) -> None:
    """Visit each page in every combination and write a picture of the whole page."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise click.ClickException("Chromium is missing. On Debian or Ubuntu: apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        for screen, language, theme in itertools.product(SCREENS, LANGUAGES, THEMES):
            context = await _open(browser, url, screen, language, theme)
            if account:
                await _sign_in(context, account)
            for path in pages:
                await _picture(context, path, into / f"{_name(path)}-{screen}-{language}-{theme}.png")
            await context.close()
            click.echo(f"{screen} {language} {theme}")
        await browser.close()


async def _open(browser: Browser, url: str, screen: str, language: str, theme: str) -> BrowserContext:
    return await browser.new_context(
        base_url=url,
        locale=LANGUAGES[language],
        timezone_id="Asia/Jakarta",
        color_scheme="dark" if theme == "dark" else "light",
        **SCREENS[screen],
    )


async def _sign_in(context: BrowserContext, account: str) -> None:
    email, _, password = account.partition(":")
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", password)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_load_state()
    await page.close()


async def _picture(context: BrowserContext, path: str, file: Path) -> None:
    page = await context.new_page()
    page.on("console", lambda message: click.echo(f"  {path}: {message.type}: {message.text}", err=True))
    await page.goto(path, wait_until="load")
    await page.wait_for_timeout(SETTLE_MS)
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        click.echo(f"  {path}: {wide} px wider than the screen", err=True)
    await page.screenshot(path=file, full_page=True)
    await page.close()


def _name(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"


async def visit(url: str | None, pages: tuple[str, ...], into: Path, account: str | None) -> None:
    """Take the pages of the given server, or of one that is started for it."""
    if url:
        await take(url, pages, into, account)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - the embedded database runs as another user
        async with running_server(folder) as own:
            await take(own, pages, into, account)


@click.command()
@click.option("--url", help="A running server; without it an empty one is started.")
@click.option("--into", type=click.Path(path_type=Path), default=OUT, show_default=True)
@click.option("--sign-in", "account", metavar="EMAIL:PASSWORD", help="Take the desk's pages too.")
@click.option("--slug", default="", help="A shop, for {slug}.")
@click.option("--show", default="", help="A show's code, for {show}.")
@click.argument("pages", nargs=-1)
def main(
    url: str | None, into: Path, account: str | None, slug: str, show: str, pages: tuple[str, ...]
) -> None:
    """Take every page, or those that are named, into a folder."""
    wanted = pages or (EMPTY_PAGES if url is None else OPEN_PAGES + (DESK_PAGES if account else ()))
    known = {"{slug}": slug, "{show}": show}
    missing = [name for name, value in known.items() if not value]
    pages = tuple(
        path.replace("{slug}", slug).replace("{show}", show)
        for path in wanted
        if not any(name in path for name in missing)
    )
    into.mkdir(parents=True, exist_ok=True)
    asyncio.run(visit(url, pages, into, account))


if __name__ == "__main__":
    main()
