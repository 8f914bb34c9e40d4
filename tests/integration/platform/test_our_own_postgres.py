"""A PostgreSQL of our own is started again when it dies, and belongs to whoever uses it now."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from etalase.platform import guarding
from etalase.platform.db import connect_arguments, plain_dsn
from etalase.platform.guarding import Guard
from etalase.platform.postgres import EmbeddedPostgres, PostgresUnavailable
from tests.make.waiting import block_until, until

FAST = {"fsync": "off"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder that a server of root's may enter, unlike pytest's own; it is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="etalase-own-"))
    made.chmod(0o755)
    yield made
    left = EmbeddedPostgres(made, options=FAST)
    if left.is_running():
        left.stop_immediately()
    shutil.rmtree(made)


def kill(server: EmbeddedPostgres) -> int:
    """Kill the server's main process, and wait until it is gone."""
    number = server.process_id()
    assert number is not None
    os.kill(number, signal.SIGKILL)
    block_until(lambda: not server.is_running())
    return number


def zombie() -> subprocess.Popen[bytes]:
    """Return a process that has ended, and that nobody has waited for."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    block_until(lambda: b"\nState:\tZ" in Path(f"/proc/{child.pid}/status").read_bytes())
    return child


async def answers(server: EmbeddedPostgres) -> bool:
    dsn = server.dsn("postgres", "postgres")
    connection = await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, "commerce"))
    found: bool = await connection.fetchval("SELECT true")
    await connection.close()
    return found


@asynccontextmanager
async def guarded(server: EmbeddedPostgres) -> AsyncIterator[Guard]:
    guard = Guard(server)
    running = asyncio.create_task(guard.run())
    yield guard
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_killed_server_is_started_again_every_time(folder: Path) -> None:
    server = EmbeddedPostgres(folder, options=FAST)
    server.start()
    async with guarded(server) as guard:
        for _ in range(2):
            before = guard.restarts
            kill(server)
            await until(lambda before=before: guard.restarts > before)  # type: ignore[misc]
            assert await answers(server)
            assert guard.trouble() == ""
    server.stop()
    assert not server.is_running()


async def test_tries_are_bounded_and_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "MAX_TRIES", 3)
    monkeypatch.setattr(guarding, "MAX_PAUSE_SECONDS", 0.01)
    server = EmbeddedPostgres(folder, options=FAST)
    server.start()
    (server.data / "postgresql.auto.conf").write_text("no_such_setting = 1\n")  # as good as a full disk
    async with guarded(server) as guard:
        kill(server)
        await until(lambda: "given up" in guard.trouble())
    assert not server.is_running()
    server.stop()


async def test_it_comes_back_once_there_is_room_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "MAX_PAUSE_SECONDS", 0.01)
    server = EmbeddedPostgres(folder, options=FAST)
    server.start()
    config = server.data / "postgresql.auto.conf"
    config.write_text("no_such_setting = 1\n")
    async with guarded(server) as guard:
        kill(server)
        await until(lambda: "can't be started" in guard.trouble())
        config.write_text("")
        await until(lambda: guard.restarts == 1)
        assert guard.trouble() == ""
        assert await answers(server)
    server.stop()


async def test_whoever_leaves_first_stops_nothing_and_the_last_does(folder: Path) -> None:
    first, second = EmbeddedPostgres(folder, options=FAST), EmbeddedPostgres(folder, options=FAST)
    first.start()
    second.start()
    first.stop()
    assert await answers(second)
    second.stop()
    assert not second.is_running()
    second.stop()  # twice is no harm


async def test_what_a_killed_process_left_behind_is_taken_over(folder: Path) -> None:
    program = (
        "import os, signal, sys, pathlib; from etalase.platform.postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(pathlib.Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program, str(folder)], check=False)
    server = EmbeddedPostgres(folder)
    left = server.process_id()
    assert server.is_running()
    assert not server.is_in_use()
    server.start()
    assert server.process_id() == left
    assert server.is_in_use()
    server.stop()
    assert not server.is_running()


@pytest.mark.parametrize("number", ["ours", "1", "zombie", "nobody", "nonsense"])
async def test_a_number_that_is_no_server_hinders_no_start(folder: Path, number: str) -> None:
    """After a reboot, or in a container, the number of a dead server is soon somebody else's."""
    server = EmbeddedPostgres(folder, options=FAST)
    server.start()
    kill(server)
    dead = zombie()
    numbers = {
        "ours": str(os.getpid()),
        "zombie": str(dead.pid),
        "nobody": "4194303",
        "nonsense": "x" * 5000,
    }
    path = server.data / "postmaster.pid"
    _, _, rest = path.read_text().partition("\n")
    path.write_text(f"{numbers.get(number, number)}\n{rest}")
    assert not server.is_running()
    server.start()
    assert await answers(server)
    server.stop()
    dead.wait()


async def test_a_running_server_is_never_thought_dead(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etalase.platform.postgres.LEAVING_SECONDS", 0.1)
    server = EmbeddedPostgres(folder, options=FAST)
    server.start()
    number = server.process_id()
    server._forget_dead_server()
    assert server.process_id() == number
    os.kill(number or 0, signal.SIGSTOP)  # overloaded, say
    assert server.is_running()
    os.kill(number or 0, signal.SIGCONT)
    server.stop()


async def test_a_server_that_never_gets_ready_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedPostgres(folder, options=FAST)
    server.start()
    monkeypatch.setattr("etalase.platform.postgres.START_SECONDS", 0.1)
    path = server.data / "postmaster.pid"
    ready = path.read_text()
    path.write_text(ready.replace("ready", "start"))
    with pytest.raises(PostgresUnavailable, match="neither starts nor ends"):
        EmbeddedPostgres(folder, options=FAST).start()
    path.write_text(ready)
    server.stop()
