"""The server is killed in the middle of checkouts, the database goes away for a while: everything adds up."""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from etalase.lab.demo import Seller, Viewer
from etalase.lab.person import PageRefused, SyntheticPerson
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.provision import PLANES, provision
from tests.make.markets import selling
from tests.make.waiting import PATIENCE_SECONDS, pace, until
from tests.stories.conftest import Servers
from tests.stories.serving import Server, start_server

BUYERS = 6
OUTAGE_SECONDS = 10


async def is_ready(client: httpx.AsyncClient) -> bool:
    """Say whether the server calls itself ready."""
    return (await client.get("/readyz")).is_success


async def is_not_ready(client: httpx.AsyncClient) -> bool:
    """Say whether the server calls itself not ready."""
    return (await client.get("/readyz")).status_code == httpx.codes.SERVICE_UNAVAILABLE


async def audit(server: Server) -> tuple[int, str]:
    """Run `etalase audit` as an operator does; return its exit status and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "etalase", "audit"),
        env=os.environ | server.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def keep_buying(seller: Seller, variants: list[str], orders: list[str]) -> None:
    """Order one unit after the other until the server is gone."""
    viewer = Viewer("Budi", seller.social, seller.commerce, seller.show_code, buys_in_room=True)
    with suppress(httpx.TransportError):
        for variant in variants * 10:
            with suppress(PageRefused):
                async with SyntheticPerson(seller.commerce) as person:
                    orders.append(await viewer.buy(person, variant))


async def test_after_a_kill_in_the_middle_of_checkouts_everything_adds_up(
    servers: Servers, tmp_path: Path
) -> None:
    server = await servers()
    orders: list[str] = []
    async with selling(server.url) as seller:
        variants = await seller.find_variants()
        buyers = [asyncio.create_task(keep_buying(seller, variants, orders)) for _ in range(BUYERS)]
        await until(lambda: len(orders) >= BUYERS)
        await server.kill()
        await asyncio.gather(*buyers)
        again = await start_server(tmp_path, server.environment)
        try:
            status, said = await audit(again)
            assert status == 0, said
            for order in orders:
                assert (await seller.person.visit(order)).is_success
        finally:
            assert await again.stop() == 0


@pytest.fixture
async def fragile_server(tmp_path: Path) -> tuple[EmbeddedPostgres, Server]:
    """Give a server with a database of its own, which may be taken away from it."""
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    postgres = EmbeddedPostgres(tmp_path / "data")
    await asyncio.to_thread(postgres.start)
    settings = {"ETALASE_MEDIA_RTMP_PORT": "0", "ETALASE_DEVELOPMENT": "true"}
    for plane in PLANES:
        await provision(postgres.dsn("postgres", "postgres"), plane, f"fragile_{plane}")
        settings[f"ETALASE_{plane.upper()}_DSN"] = postgres.dsn(f"etalase_{plane}", f"fragile_{plane}")
    return postgres, await start_server(tmp_path, settings)


async def test_the_database_goes_away_and_comes_back(
    fragile_server: tuple[EmbeddedPostgres, Server],
) -> None:
    postgres, server = fragile_server
    try:
        async with (
            selling(server.url) as seller,
            httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_SECONDS) as viewer,
        ):
            room = f"/live/{seller.show_code}"
            assert (await viewer.get(f"{room}/poll")).is_success
            await asyncio.to_thread(postgres.stop_immediately)
            shop = await viewer.get(f"/shop/{seller.slug}", headers={"accept-language": "en"})
            assert shop.status_code == 503, server.written()[-4000:]
            assert "Nothing of yours is lost" in shop.text
            await until(lambda: is_not_ready(viewer))  # it looks every three seconds at most
            assert (await viewer.get("/healthz")).is_success
            assert (await viewer.get(f"{room}/poll")).is_success
            await pace(OUTAGE_SECONDS)
            await asyncio.to_thread(postgres.start)
            await until(lambda: is_ready(viewer))
            buyer = Viewer("Budi", server.url, server.url, seller.show_code, buys_in_room=True)
            async with SyntheticPerson(server.url) as person:
                assert await buyer.buy(person, (await seller.find_variants())[0])
            status, said = await audit(server)
            assert status == 0, said
        assert await server.stop() == 0
    finally:
        await server.kill()
        await asyncio.to_thread(postgres.stop)
