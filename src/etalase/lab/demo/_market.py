"""The demo as a whole: what is started, in which order, and what the visitor is told."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from etalase.lab.demo._browser import open_page
from etalase.lab.demo._goods import NAMES
from etalase.lab.demo._processes import DemoFailed, DemoPortTaken, free_ports, running_gateway, running_server
from etalase.lab.demo._seller import EMAIL, PASSWORD, Seller
from etalase.lab.demo._viewers import Viewer
from etalase.lab.midtrans import GatewayConfig
from etalase.lab.person import SyntheticPerson
from etalase.lab.video import Broadcaster
from etalase.policy import Action, Facts, load_law

__all__ = ["DemoFailed", "Market", "Options", "on_air", "open_market", "run_demo"]

TITLE = "Gaun & kaus anak, langsung dari Bandung"
BUYERS = 3


@dataclass(frozen=True)
class Options:
    """How the demo is run. `seconds` ends it by itself; `say` tells the visitor what happens."""

    rulebook: str = "open"
    viewers: int = 8
    seconds: float | None = None
    open_browser: bool = True
    say: Callable[[str], None] = print


START_TRIES = 8
"""Of as many demos that start at the same moment each gets ports: in each round one at least."""


@dataclass(frozen=True)
class Market:
    """Where everything of a running demo is."""

    folder: Path
    buys_in_room: bool
    social: str
    commerce: str
    bank: str


async def run_demo(options: Options) -> None:
    """Run the market until it is cancelled or its time is over; leave nothing behind."""
    say = options.say
    async with AsyncExitStack() as stack:
        say("1/5  Starting PostgreSQL, the server and a pretend bank")
        market = await stack.enter_async_context(open_market(options.rulebook))
        person = await stack.enter_async_context(SyntheticPerson(market.social))
        seller = Seller(person, market.social, market.commerce)
        say("2/5  Opening a shop for children's clothes, with photos and stock")
        await seller.open_shop()
        await seller.stock_everything()
        say("3/5  Planning a show, drawing its film and sending it")
        await seller.plan_show(TITLE)
        await seller.go_live()
        await stack.enter_async_context(on_air(await seller.find_stream_url(), market.folder))
        await seller.wait_for_picture()
        say(f"4/5  Letting {options.viewers} viewers in")
        variants = await seller.find_variants()
        async with _busy(seller, _viewers(options, market, seller), variants):
            say("5/5  Live!\n")
            say(describe(market, seller))
            if options.open_browser:
                await open_page(f"{market.social}/live/{seller.show_code}")
            await asyncio.sleep(options.seconds if options.seconds is not None else float("inf"))


@contextmanager
def _data_folder() -> Iterator[Path]:
    """Make a folder that goes when the demo ends; as root, the database enters it as another user."""
    with tempfile.TemporaryDirectory(prefix="etalase-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "data").mkdir(mode=0o755)
        yield folder


@asynccontextmanager
async def open_market(rulebook: str) -> AsyncIterator[Market]:
    """Start the product and the bank on free ports; take others when somebody was faster."""
    async with AsyncExitStack() as stack:
        for attempt in range(1, START_TRIES + 1):
            try:
                market = await stack.enter_async_context(_market_on(rulebook, *free_ports(4)))
                break
            except DemoPortTaken:
                if attempt == START_TRIES:
                    raise
        yield market


@asynccontextmanager
async def _market_on(
    rulebook: str, social: int, commerce: int, bank: int, rtmp: int
) -> AsyncIterator[Market]:
    in_room = load_law(rulebook).allows(Action.PAY_IN_ROOM, Facts(datetime.now(UTC)))
    commerce = social if in_room else commerce
    with _data_folder() as folder:
        addresses = (f"http://127.0.0.1:{port}" for port in (social, commerce, bank))
        market = Market(folder, in_room, *addresses)
        config = GatewayConfig(port=bank, public_url=market.bank)
        settings = {
            "ETALASE_DATA_DIR": str(folder / "data"),
            "ETALASE_DEVELOPMENT": "true",
            "ETALASE_RULEBOOK": rulebook,
            "ETALASE_PORT": str(social),
            "ETALASE_COMMERCE_PORT": str(commerce),
            "ETALASE_MEDIA_RTMP_PORT": str(rtmp),
            **config.settings(market.commerce),
        }
        async with running_gateway(config), running_server(folder, settings, market.social):
            yield market


@asynccontextmanager
async def on_air(url: str, folder: Path, *, key_frame_seconds: int = 1) -> AsyncIterator[None]:
    """Send the demo's video to this address inside the block."""
    broadcaster = Broadcaster(url, folder, key_frame_seconds=key_frame_seconds)
    await broadcaster.start()
    try:
        yield
    finally:
        await broadcaster.stop()


def _viewers(options: Options, market: Market, seller: Seller) -> list[Viewer]:
    names = random.sample(NAMES, min(options.viewers, len(NAMES)))
    return [
        Viewer(name, market.social, market.commerce, seller.show_code, market.buys_in_room) for name in names
    ]


@asynccontextmanager
async def _busy(seller: Seller, viewers: list[Viewer], variants: list[str]) -> AsyncIterator[None]:
    """Keep host, viewers and buyers busy inside the block, which ends with the failure of any of them."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(seller.pin_in_turn())]
            tasks += [group.create_task(viewer.watch()) for viewer in viewers]
            tasks += [group.create_task(viewer.shop(variants)) for viewer in viewers[:BUYERS]]
            yield
            for task in tasks:
                task.cancel()
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def describe(market: Market, seller: Seller) -> str:
    """Say where to look and how to come in."""
    apart = "" if market.buys_in_room else f"\n  The shop's own site  {market.commerce}/shop/{seller.slug}"
    return f"""  Watch and buy        {market.social}/live/{seller.show_code}{apart}
  The seller's desk    {market.commerce}/desk/{seller.slug}
  The studio           {market.commerce}/desk/live
  Sign in as seller    {EMAIL}   {PASSWORD}
  Buy as a guest; no sign-in is needed. Pay by QRIS at the pretend bank: {market.bank}
  E-mails              {market.commerce}/dev/mail

  Next: open the show, tap the pinned dress, hold one, check out, and find the order at the desk.
  End with Ctrl-C; the demo leaves nothing behind."""
