"""`etalase serve` with a PostgreSQL of its own goes on when that is killed, and says so meanwhile."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from etalase.platform.postgres import EmbeddedPostgres
from tests.make.ports import free_port
from tests.make.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.slow


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    """Serve one plane as an operator does, until the block ends."""
    port = free_port()
    given = {
        "ETALASE_PORT": str(port),
        "ETALASE_MEDIA_RTMP_PORT": "0",
        "ETALASE_DATA_DIR": str(folder / "data"),
    }
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "etalase", "serve"), env=os.environ | given, cwd=folder, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE_SECONDS) as client:
        try:
            await ready(client, 200)
            yield process, client
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def ready(client: httpx.AsyncClient, wanted: int) -> str:
    """Wait until the probe says so; return its words."""

    async def find_answer() -> httpx.Response | None:
        try:
            answer = await client.get("/readyz")
        except httpx.TransportError:
            return None
        return answer if answer.status_code == wanted else None

    return (await until(find_answer)).text


async def until_logged(log: Path, event: str) -> None:
    """Wait until the server has written of an event."""
    await until(lambda: event in log.read_text())


async def test_it_starts_a_killed_postgres_again_and_leaves_none_behind(tmp_path: Path) -> None:
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    server = EmbeddedPostgres(tmp_path / "data")
    async with serving(tmp_path) as (process, client):
        killed = server.process_id()
        os.kill(killed or 0, signal.SIGKILL)
        await until_logged(tmp_path / "log", "postgres_started_again")  # /readyz may be too late
        await ready(client, 200)
        assert server.process_id() != killed
        process.kill()
        await process.wait()
    assert server.is_running()  # left behind
    left = server.process_id()
    async with serving(tmp_path):
        assert server.process_id() == left  # taken over
    assert not server.is_running()
    assert "Traceback" not in (tmp_path / "log").read_text()
