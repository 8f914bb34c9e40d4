"""Takes the pictures; see the package's docstring. `--publish` renews those that the documents show."""

import asyncio
import fnmatch
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from PIL import Image
from playwright.async_api import Browser

from bench.screenshots import _market as market
from bench.screenshots import _sale_scenes as sale_scenes
from bench.screenshots import _scenes as scenes
from bench.screenshots._camera import ALL_VIEWS, Findings, Scene, View, opened_browser, opened_screen, take
from bench.screenshots._market import Stage
from etalase.lab.demo import Market, Seller, Viewer, on_air, open_market
from etalase.lab.person import SyntheticPerson

OUT = Path("var/screenshots")
PUBLISHED = {
    "room-phone.png": ("phone-id-light/room-live.png", 360),
    "room-desktop.png": ("laptop-id-light/room-live.png", 1280),
    "desk-phone.png": ("phone-en-light/desk-today-screen.png", 360),
    "studio-desktop.png": ("laptop-en-light/studio-live.png", 1280),
}
"""What docs/images holds: from which picture, and how wide."""
LAW = "id/permendag-19-2026"
VIEWERS = ("Budi", "Dewi", "Rina", "Agus", "Tuti", "Lina", "Yanti")


@dataclass
class Session:
    """One run: what is wanted, where it goes, and what was found."""

    browser: Browser
    into: Path
    views: Sequence[View]
    patterns: Sequence[str]
    findings: Findings = field(default_factory=Findings)

    def wanted(self, found: Sequence[Scene]) -> list[Scene]:
        """Return the scenes that the command line names, or all."""
        patterns = self.patterns or ("*",)
        return [one for one in found if any(fnmatch.fnmatch(one.name, pattern) for pattern in patterns)]

    async def take(self, stage: Stage, found: Sequence[Scene]) -> None:
        """Take the scenes in every view."""
        found = self.wanted(found)
        for view in self.views if found else ():
            click.echo(f"{view}: {len(found)} pages from {found[0].name}")
            for who, scripts in dict.fromkeys((scene.who, scene.scripts) for scene in found):
                async with opened_screen(self.browser, view, scripts=scripts) as context:
                    for scene in found:
                        if (scene.who, scene.scripts) != (who, scripts):
                            continue
                        await context.clear_cookies()
                        await context.add_cookies(await stage.cookies(who))  # type: ignore[arg-type]
                        url = stage.market.commerce if scene.commerce else stage.market.social
                        await take(context, url, view, scene, self.into, self.findings)


@asynccontextmanager
async def _stage(at: Market) -> AsyncIterator[Stage]:
    """Let three people with shops, or without, come to the market."""
    people = (
        ("sari@melati.example", "Sari Melati"),
        ("rini@rajut.example", "Rini Astuti"),
        ("tono@kita.example", "Tono Wijaya"),
    )
    async with AsyncExitStack() as stack:
        sari, rini, tono = [
            Seller(
                await stack.enter_async_context(SyntheticPerson(at.social)),
                at.social,
                at.commerce,
                email,
                name,
            )
            for email, name in people
        ]
        yield Stage(at, sari, rini, tono)


@asynccontextmanager
async def _rare(stage: Stage) -> AsyncIterator[None]:
    """Keep a second show on air inside the block, whose key frames are far apart."""
    url = await market.go_live_besides(stage)
    async with on_air(url, stage.market.folder, key_frame_seconds=10):
        yield


@asynccontextmanager
async def _live(stage: Stage) -> AsyncIterator[None]:
    """Keep a show on air inside the block, with people in its room."""
    url = await market.go_live(stage)
    async with on_air(url, stage.market.folder):
        await market.fill_room(stage)
        at = stage.market
        watching = [
            asyncio.create_task(Viewer(name, at.social, at.commerce, stage.live, at.buys_in_room).watch())
            for name in VIEWERS
        ]
        try:
            yield
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)


async def _open_market(session: Session) -> None:
    """Take the pictures of a market where people buy in the room."""
    async with open_market("open") as at, _stage(at) as stage:
        await session.take(stage, scenes.empty_scenes())
        click.echo("Opening shops, sending shows, ordering and paying")
        await market.open_shops(stage)
        await market.fill_shows(stage)
        async with _live(stage):
            await market.fill_orders(stage)
            parts: tuple[Callable[[Stage], list[Scene]], ...] = (
                scenes.open_scenes,
                scenes.buying_scenes,
                scenes.desk_scenes,
                scenes.studio_scenes,
            )
            async with _rare(stage):
                for part in parts:
                    await session.take(stage, part(stage))
            await market.plan_deals(stage)
            await session.take(stage, sale_scenes.deal_scenes(stage))
            async with market.waiting_in_line(stage):
                await session.take(stage, sale_scenes.line_scenes(stage))
            await market.make_vouchers(stage)
            await session.take(stage, sale_scenes.voucher_scenes(stage))
            await market.close_claims(stage)
            await session.take(stage, sale_scenes.closed_scenes(stage))
            await session.take(stage, scenes.busy_scenes())
        _stop_database(at)
        await session.take(stage, scenes.outage_scenes())


def _stop_database(at: Market) -> None:
    """Let the market's own PostgreSQL shut down fast, as an operator would (postmaster: SIGINT)."""
    for file in (at.folder / "data").rglob("postmaster.pid"):
        os.kill(int(file.read_text(encoding="utf-8").split()[0]), signal.SIGINT)


async def _market_under_law(session: Session) -> None:
    """Take the pictures of a market whose law keeps the planes apart."""
    async with open_market(LAW) as at, _stage(at) as stage:
        await market.open_shops(stage)
        await market.fill_shows(stage)
        async with _live(stage):
            await session.take(stage, scenes.law_scenes(stage))


async def _run(into: Path, views: Sequence[View], patterns: Sequence[str]) -> Findings:
    async with opened_browser() as browser:
        session = Session(browser, into, views, patterns)
        if not patterns or any(not pattern.startswith("law") for pattern in patterns):
            await _open_market(session)
        if not patterns or any(pattern.startswith(("law", "*")) for pattern in patterns):
            await _market_under_law(session)
        return session.findings


def _publish(taken: Path, into: Path) -> None:
    """Write the best into the documents' folder, small enough for a page that loads them."""
    for name, (source, width) in PUBLISHED.items():
        with Image.open(taken / source) as picture:
            height = round(picture.height * width / picture.width)
            small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        small.quantize(256, method=Image.Quantize.MEDIANCUT).save(into / name, optimize=True)
        click.echo(f"{into / name}")


@click.command()
@click.option("--into", type=click.Path(path_type=Path), default=OUT, show_default=True, help="Where to.")
@click.option("--publish", type=click.Path(path_type=Path), help="Also renew the documents' pictures here.")
@click.option("--view", "views", multiple=True, help="Such as phone-id-light or phone-*; else all.")
@click.argument("names", nargs=-1)
def main(into: Path, publish: Path | None, views: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Take every page, or the pages that are named (room-*), into a folder."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    wanted = [
        view for view in ALL_VIEWS if not views or any(fnmatch.fnmatch(str(view), one) for one in views)
    ]
    findings = asyncio.run(_run(into, wanted, names))
    if publish:
        _publish(into, publish)
    click.echo(f"Pictures are in {into}. Found wrong: {len(findings.lines)}")
    if findings.lines:
        raise SystemExit("\n".join(findings.lines))


if __name__ == "__main__":
    main()
