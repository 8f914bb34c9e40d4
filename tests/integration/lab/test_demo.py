"""The demo takes ports that are free, and leaves nothing behind however it is ended."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from etalase.lab.demo import GOODS, Seller, Viewer, open_market
from etalase.lab.person import SyntheticPerson
from tests.make.waiting import PATIENCE_SECONDS, until


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_two_markets_that_start_at_the_same_moment_take_different_ports() -> None:
    async with (
        AsyncExitStack() as stack,
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client,
    ):
        one, two = await asyncio.gather(*(stack.enter_async_context(open_market("open")) for _ in range(2)))
        assert not {one.social, one.bank} & {two.social, two.bank}
        for market in (one, two):
            assert (await client.get(f"{market.social}/readyz")).is_success


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_seller_pins_what_there_is_to_sell_for_less_and_viewers_buy_by_tap_and_by_line() -> None:
    async with open_market("open") as market, SyntheticPerson(market.social) as person:
        seller = Seller(person, market.social, market.commerce)
        await seller.open_shop()
        await seller.stock(replace(GOODS[0], units=tuple((label, 1) for label, _ in GOODS[0].units)))
        await seller.plan_show("Gaun anak")
        await seller.go_live()
        pinning = asyncio.create_task(seller.pin_in_turn())

        async def dealt() -> dict[str, Any] | None:
            assert not pinning.done(), pinning.exception()
            frames = (await person.visit(f"{market.social}/live/{seller.show_code}/poll")).json()["frames"]
            state = next(frame["state"] for frame in frames if frame["t"] == "snapshot")
            variant: dict[str, Any] = state["tray"][0]["variants"][0]
            return variant if state["pinned"] and variant["deal"] else None

        seen = await until(dealt)
        assert seen["available"] > 1, "of what was scarce there is more by then"
        assert seen["deal"]["price_minor"] < seen["price_minor"]
        viewer = Viewer("Budi", market.social, market.commerce, seller.show_code, buys_in_room=True)
        async with SyntheticPerson(market.commerce) as one, SyntheticPerson(market.commerce) as other:
            assert "/order/" in await viewer.buy(one, seen["variant_id"])
            viewer.goods = (GOODS[0],)
            assert "/order/" in await viewer.claim(other)
        pinning.cancel()


def processes_under(folder: Path) -> list[str]:
    """List the commands that run with this folder in their words."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = process.read_text(encoding="utf-8", errors="replace").replace("\0", " ")
            found.append(words)
    return [words for words in found if str(folder) in words]


def files_in(folder: Path) -> list[Path]:
    """List what lies in the folder."""
    return list(folder.iterdir())


@pytest.fixture
def lodging() -> Iterator[Path]:
    """Give a folder for temporary files that the database's unprivileged user can enter."""
    with tempfile.TemporaryDirectory(prefix="lodging-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("ask", "line"), [(signal.SIGINT, b"2/5"), (signal.SIGHUP, b"3/5"), (signal.SIGTERM, b"5/5")]
)
async def test_a_demo_that_is_asked_to_end_leaves_nothing_behind(
    lodging: Path, ask: signal.Signals, line: bytes
) -> None:
    demo = await asyncio.create_subprocess_exec(
        *("env", "--default-signal", sys.executable, "-m", "etalase"),
        *("demo", "--no-browser", "--viewers", "2"),
        env=os.environ | {"TMPDIR": str(lodging), "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert demo.stdout is not None
    try:
        while not (await demo.stdout.readline()).startswith(line):
            assert not demo.stdout.at_eof()
        assert processes_under(lodging)
    finally:
        demo.send_signal(ask)
    rest = await demo.stdout.read()
    assert await demo.wait() == 0
    assert b"has ended and cleaned up" in rest
    assert not processes_under(lodging)
    assert not files_in(lodging)
