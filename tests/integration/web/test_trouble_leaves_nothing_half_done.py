"""The clock jumps, no connection is free, the disk is full: a clear answer, and nothing half done.

Asked again with the same key once the trouble is over, the shop does what it was asked, once.
"""

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from etalase.bootstrap import COUNTS, System, load_settings, open_system
from etalase.commerce import inventory
from etalase.commerce.inventory import HoldRequest, HoldState, SoldOut
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_code
from etalase.kernel.sources import Source, Venue
from etalase.platform.db import Away, Database
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.provision import PLANES, provision
from tests.integration.web.conftest import open_market
from tests.make.checkouts import fill_checkout
from tests.make.orders import Market
from tests.make.program import MakesDatabases, csrf, program, visitor
from tests.make.waiting import until

HOUR = 3600
SHOW = "K7M2QX9P"
DISK_MEGABYTES = 256
SMALL_LOG = {"max_wal_size": "32MB", "min_wal_size": "32MB"}
MANY = 20_000
"""Holds: far more than what is left of a table's last pages can take."""


async def hold(browser: httpx.AsyncClient, market: Market, key: str, variant: int = 0) -> httpx.Response:
    """Ask for a unit as the room's script does."""
    wanted = {"variant_id": str(market.variants[variant].id), "quantity": 1, "idempotency_key": key}
    return await browser.post("/cart/holds", json=wanted, headers=await csrf(browser))


async def count(db: Database) -> tuple[list[str], int]:
    """Count everything again; return what differs, and how many orders there are."""
    async with db.begin() as tx:
        differences = [one for recount in COUNTS.values() for one in await recount(tx)]
        orders = (await tx.execute(text("SELECT count(*) FROM orders"))).scalar_one()
    return differences, orders


@pytest.fixture
async def shop(system: System) -> AsyncIterator[tuple[Market, httpx.AsyncClient]]:
    """Give a shop, and a guest's browser, which reads English."""
    async with visitor(system) as owner, visitor(system) as guest:
        guest.headers["accept-language"] = "en"
        market = await open_market(system, owner)
        yield market, guest
        await market.desk.close()


async def test_without_a_free_connection_nothing_is_half_done(
    system: System, shop: tuple[Market, httpx.AsyncClient]
) -> None:
    market, guest = shop
    assert (await hold(guest, market, "first")).status_code == 201
    form = await fill_checkout(guest, market)
    db = system.databases["commerce"]
    db.engine.pool._timeout = 0.2  # type: ignore[attr-defined]
    async with AsyncExitStack() as everybody:
        with suppress(Away):
            while True:
                await everybody.enter_async_context(db.begin())
        for answer in (
            await hold(guest, market, "second", variant=1),
            await guest.post("/checkout", data=form, headers=await csrf(guest)),
            await guest.get("/readyz"),
        ):
            assert answer.status_code == 503, answer.text
        assert "Nothing of yours is lost" in (await guest.get(f"/shop/{market.shop.slug}")).text
    assert await count(db) == ([], 0)
    placed = await guest.post("/checkout", data=form, headers=await csrf(guest))
    again = await guest.post("/checkout", data=form, headers=await csrf(guest))
    assert (placed.status_code, again.headers["location"]) == (303, placed.headers["location"])
    assert (await hold(guest, market, "second", variant=1)).status_code == 201
    assert (await guest.get("/readyz")).status_code == 200
    assert await count(db) == ([], 1)


@pytest.fixture
def disk() -> Iterator[Path]:
    """Give a small disk of its own, where PostgreSQL's user may go too."""
    place = Path(tempfile.mkdtemp(prefix="etalase-disk-"))
    place.chmod(0o755)
    size = f"size={DISK_MEGABYTES}m,mode=755"
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", place], check=False, capture_output=True
    )
    if made.returncode:
        place.rmdir()
        pytest.skip(f"no disk can be mounted here: {made.stderr.decode()}")
    yield place
    subprocess.run(["umount", place], check=True)
    place.rmdir()


@pytest.fixture
async def on_disk(disk: Path, tmp_path: Path) -> AsyncIterator[tuple[EmbeddedPostgres, System]]:
    """Run the program on a PostgreSQL whose data are on the small disk."""
    postgres = EmbeddedPostgres(disk, SMALL_LOG)
    assert postgres.data.is_relative_to(disk), "its data lie elsewhere: no disk will be full"
    await asyncio.to_thread(postgres.start)
    given = {
        "ETALASE_DATA_DIR": str(tmp_path / "data"),
        "ETALASE_DEVELOPMENT": "true",
        "ETALASE_MEDIA_RTMP_PORT": "0",
    }
    try:
        for plane in PLANES:
            await provision(postgres.dsn("postgres", "postgres"), plane, f"small_{plane}")
            given[f"ETALASE_{plane.upper()}_DSN"] = postgres.dsn(f"etalase_{plane}", f"small_{plane}")
        async with open_system(load_settings(given, tmp_path / "none.toml")) as system:
            yield postgres, system
    finally:
        await asyncio.to_thread(postgres.stop)


def fill(disk: Path) -> Path:
    """Write until no room is left; return the file that took it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
    return ballast


@pytest.mark.slow
async def test_on_a_full_disk_nothing_is_half_done(
    on_disk: tuple[EmbeddedPostgres, System], disk: Path
) -> None:
    postgres, system = on_disk
    async with visitor(system) as owner, visitor(system) as guest:
        guest.headers["accept-language"] = "en"
        market = await open_market(system, owner)
        assert (await hold(guest, market, "first")).status_code == 201
        form = await fill_checkout(guest, market)
        async with market.db.begin() as tx:
            await inventory.receive(tx, market.variants[1].id, MANY)
        ballast = await asyncio.to_thread(fill, disk)
        with pytest.raises(Away):
            for _ in range(MANY):
                await market.hold(new_code(), variant=1)
        assert (await hold(guest, market, "second", variant=1)).status_code == 503
        assert (await guest.post("/checkout", data=form, headers=await csrf(guest))).status_code == 503
        ballast.unlink()
        await asyncio.to_thread(postgres.start)  # without room for its log it ends by itself

        async def is_ready() -> bool:
            return (await guest.get("/readyz")).status_code == 200

        await until(is_ready)
        db = system.databases["commerce"]
        assert (await count(db))[1] == 0
        placed = await guest.post("/checkout", data=form, headers=await csrf(guest))
        assert placed.status_code == 303, placed.text
        assert (await hold(guest, market, "second", variant=1)).status_code == 201
        assert await count(db) == ([], 1)
        await market.desk.close()


@pytest.fixture
async def jumping(
    databases: MakesDatabases, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[tuple[System, Market, httpx.AsyncClient]]:
    """Run the program by a clock that jumps, with a guest in its shop."""
    async with (
        program(databases, tmp_path, clock) as system,
        visitor(system) as owner,
        visitor(system) as guest,
    ):
        guest.headers["accept-language"] = "en"
        market = await open_market(system, owner)
        yield system, market, guest
        await market.desk.close()


@pytest.mark.parametrize("jumps", [(1, -1), (-1, 1), (-1, -1), (1, 1)])
async def test_a_clock_that_jumps_by_an_hour_leaves_nothing_half_done(
    jumping: tuple[System, Market, httpx.AsyncClient], clock: FixedClock, jumps: tuple[int, int]
) -> None:
    system, market, guest = jumping
    db = system.databases["commerce"]
    for number, hours in enumerate(jumps):
        held = await hold(guest, market, f"before-{number}")
        assert held.status_code == 201
        form = await fill_checkout(guest, market)
        clock.advance(seconds=hours * HOUR)
        await inventory.expire_due(db)
        placed = await guest.post("/checkout", data=form, headers=await csrf(guest))
        assert (placed.status_code == 303) == (hours < 0), placed.text
        if hours > 0:
            assert await hold_ended(market, held)
            assert (await hold(guest, market, f"after-{number}")).status_code == 201
        assert (await count(db))[0] == []
    await market.relay.drain()
    assert await count(db) == ([], sum(hours < 0 for hours in jumps))


async def hold_ended(market: Market, held: httpx.Response) -> bool:
    """Tell whether units that were held are somebody else's to have."""
    async with market.db.begin() as tx:
        hold_id = UUID(held.json()["hold"]["id"])
        return (await inventory.get_holds(tx, [hold_id]))[hold_id].state is not HoldState.ACTIVE


async def test_claims_that_came_while_the_clock_jumped_are_judged_alike(
    jumping: tuple[System, Market, httpx.AsyncClient], clock: FixedClock
) -> None:
    _, market, guest = jumping
    for hours in (0, -1, 0, 2, 0, -1):
        clock.advance(seconds=hours * HOUR)
        await inventory.expire_due(market.db)
        source = Source(new_code(16), Venue.ROOM, market.shop.id, SHOW, clock.now())
        with suppress(SoldOut):
            await market.desk.hold(
                HoldRequest(new_code(), market.variants[0].id, 2, new_code(), Venue.SHOP, source=source)
            )
    log = (await guest.get(f"/claims/{SHOW}")).json()
    assert [claim["number"] for claim in log["claims"]] == [1, 2, 3, 4, 5, 6]
    async with market.db.begin() as tx:
        judged = inventory.judge(await inventory.get_claim_log(tx, SHOW))
    assert judged.wrong is None, judged
