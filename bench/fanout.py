"""Room fan-out: one event to 1,000 viewers, our server on one core beside a C server in the same run.

Lock-step: the next event leaves only when every viewer has the last one. Both servers send the same number of
bytes; runs alternate, and the medians are compared. CPU is the firmer figure on a shared machine.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.fanout_server import PRODUCT, VARIANT

SOURCES = Path(__file__).with_name("fanout_c")
VIEWERS = 1_000
CHAT_RATE = 200
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Tools:
    """What is run: the viewers, and the two servers; `greetings` are the frames that a newcomer gets."""

    client: list[str]
    ours: list[str]
    reference: list[str]
    reference_name: str


@dataclass
class Served:
    """A server with its viewers connected."""

    server: asyncio.subprocess.Process
    client: asyncio.subprocess.Process
    bytes_per_viewer: float

    async def ask(self, order: str) -> list[float]:
        """Give the viewers an order and return their figures."""
        assert self.client.stdin is not None  # noqa: S101  both are pipes
        assert self.client.stdout is not None  # noqa: S101
        self.client.stdin.write(order.encode() + b"\n")
        return [float(figure) for figure in (await self.client.stdout.readline()).split()]

    def cpu_seconds(self) -> float:
        """Return the CPU time that the server has used."""
        fields = Path(f"/proc/{self.server.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


@dataclass(frozen=True)
class Run:
    """One server's figures of one run."""

    deliveries_per_second: float
    cpu_seconds_per_million: float
    p50_ms: float
    p99_ms: float
    bytes_per_viewer: float


async def run(*, short: bool) -> list[dict[str, Any]]:
    """Return the figures; in full about a minute, short about fifteen seconds."""
    rounds, repeats, chat_seconds = (100, 3, 3) if short else (400, 5, 10)
    with tempfile.TemporaryDirectory() as folder:
        tools = find_tools(Path(folder))
        ours: list[Run] = []
        reference: list[Run] = []
        for _ in range(repeats):
            ours.append(await lock_step(tools.client, tools.ours, 2, rounds))
            reference.append(await lock_step(tools.client, tools.reference, 0, rounds))
        cores, frames = await talk(tools, chat_seconds)
    return report(ours, reference, tools.reference_name, cores, frames)


def find_tools(folder: Path) -> Tools:
    """Compile the C programs; without a compiler use Python's, which measure against uvicorn."""
    ours = [sys.executable, "-m", "bench.fanout_server", "ours"]
    size = str(payload_bytes())
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        client = [sys.executable, str(Path(__file__).with_name("fanout_client.py"))]
        uvicorn = [sys.executable, "-m", "bench.fanout_server", "uvicorn", size]
        return Tools(client, ours, uvicorn, "uvicorn, a send each")
    for name in ("client", "server"):
        command = [compiler, "-O2", "-o", str(folder / name), str(SOURCES / f"{name}.c")]
        subprocess.run(command, check=True)
    return Tools([str(folder / "client")], ours, [str(folder / "server"), size], "C epoll, one send each")


def payload_bytes() -> int:
    """Return the size of the frame that our room sends, so that the reference sends as much."""
    event = {
        "seq": 100,
        "at": 1_795_521_600_000,
        "type": "stock.changed",
        "product_id": str(PRODUCT),
        "variant_id": str(VARIANT),
        "available": 999_900,
    }
    return len(json.dumps({"t": "events", "events": [event]}, separators=(",", ":")))


@asynccontextmanager
async def served(client: list[str], server: list[str], greetings: int) -> AsyncIterator[Served]:
    """Start a server and its viewers, each on a core of its own where there are two."""
    pipe = asyncio.subprocess.PIPE
    serving = await asyncio.create_subprocess_exec(*pinned(0, server), stdout=pipe)
    assert serving.stdout is not None  # noqa: S101  a pipe
    port = (await serving.stdout.readline()).decode().strip()
    before = resident_bytes(serving.pid)
    words = [*client, port, "/live/BENCH234/socket", str(VIEWERS), str(greetings)]
    viewing = await asyncio.create_subprocess_exec(*pinned(1, words), stdin=pipe, stdout=pipe)
    assert viewing.stdout is not None  # noqa: S101  a pipe
    try:
        if (await viewing.stdout.readline()).strip() != b"ready":
            raise RuntimeError("the viewers could not connect")
        await asyncio.sleep(0.5)
        yield Served(serving, viewing, (resident_bytes(serving.pid) - before) / VIEWERS)
    finally:
        for process in (viewing, serving):
            if process.returncode is None:
                process.kill()
            await process.wait()


def pinned(core: int, command: list[str]) -> list[str]:
    """Return the command bound to a core, where the machine has it and `taskset` is there."""
    tool = shutil.which("taskset")
    cores = sorted(os.sched_getaffinity(0))
    return [tool, "-c", str(cores[core]), *command] if tool and len(cores) > core else command


def resident_bytes(pid: int) -> int:
    """Return how much memory the process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


async def lock_step(client: list[str], server: list[str], greetings: int, rounds: int) -> Run:
    """Send events one after another, each when all have the last."""
    async with served(client, server, greetings) as running:
        await running.ask("rounds 10")
        before = running.cpu_seconds()
        seconds, p50, p99 = await running.ask(f"rounds {rounds}")
        deliveries = rounds * VIEWERS
        return Run(
            deliveries / seconds,
            (running.cpu_seconds() - before) / deliveries * 1e6,
            p50 / 1000,
            p99 / 1000,
            running.bytes_per_viewer,
        )


async def talk(tools: Tools, seconds: int) -> tuple[float, float]:
    """Let the room chat in ticks; return the cores used and the frames that a viewer got a second."""
    async with served(tools.client, tools.ours, 2) as running:
        before = running.cpu_seconds()
        frames, _ = await running.ask(f"listen {seconds + 0.3} chat {CHAT_RATE} {seconds}")
        return (running.cpu_seconds() - before) / seconds, frames / VIEWERS / seconds


def report(
    ours: list[Run], reference: list[Run], reference_name: str, cores: float, frames: float
) -> list[dict[str, Any]]:
    """Return the figures as the table's rows."""

    def row(metric: str, unit: str, name: str, goal: str, *, less_is_better: bool = False) -> dict[str, Any]:
        mine = statistics.median(getattr(run, name) for run in ours)
        other = statistics.median(getattr(run, name) for run in reference)
        ratio = (other / mine if less_is_better else mine / other) if mine and other else None
        return figure(metric, unit, mine, other, ratio, goal)

    at = f"{VIEWERS:,} viewers, reference {reference_name}"
    by_hand = statistics.median(run.cpu_seconds_per_million for run in reference) * CHAT_RATE * VIEWERS / 1e6
    return [
        row(f"deliveries, {at}", "1/s", "deliveries_per_second", "ratio at least 0.9"),
        row("server CPU for a million deliveries", "s", "cpu_seconds_per_million", "", less_is_better=True),
        row("an event on every screen, p50", "ms", "p50_ms", "", less_is_better=True),
        row("an event on every screen, p99", "ms", "p99_ms", "", less_is_better=True),
        row("memory of an idle viewer", "B", "bytes_per_viewer", "at most 4096"),
        figure(
            f"{CHAT_RATE} lines/s in ticks", "cores", cores, by_hand, by_hand / (cores or 1), "at most 0.1"
        ),
        figure("frames that a viewer gets for them", "1/s", frames, float(CHAT_RATE), None, ""),
    ]


def figure(
    metric: str, unit: str, ours: float, reference: float, ratio: float | None, goal: str
) -> dict[str, Any]:
    """Return one row."""
    return {
        "metric": metric,
        "unit": unit,
        "ours": ours,
        "reference": reference,
        "ratio": ratio,
        "goal": goal,
    }
