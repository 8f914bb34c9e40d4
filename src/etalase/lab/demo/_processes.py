"""The processes of the demo: a server of the product, a pretend gateway; each ends with the demo."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from etalase.lab import gateway
from etalase.lab.midtrans import GatewayConfig, create_gateway_app

START_SECONDS = 90
END_SECONDS = 25


class DemoFailed(RuntimeError):
    """The demo cannot go on; the message says why."""


class DemoPortTaken(DemoFailed):
    """Somebody took a port between our look and the server's."""


def free_ports(count: int, first: int = 8000) -> list[int]:
    """Return ports that nobody listens on, from `first` on: two demos side by side take different ones."""
    found: list[int] = []
    for port in range(first, first + 500):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise DemoFailed("No free ports between 8000 and 8500.")


@asynccontextmanager
async def running_gateway(config: GatewayConfig) -> AsyncIterator[None]:
    """Run the pretend gateway inside this process. Raises PortTaken."""
    try:
        listener = socket.create_server((config.host, config.port))
    except OSError as error:
        raise DemoPortTaken(f"Port {config.port} is taken.") from error
    server = gateway.make_server(create_gateway_app(config), config.host, config.port)
    with listener:
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def running_server(folder: Path, settings: dict[str, str], url: str) -> AsyncIterator[None]:
    """Run `etalase serve` as an operator would, until the block ends; its log lies in the folder.

    Raises PortTaken, or DemoFailed with the end of the log.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ETALASE_")}
    log = folder / "server.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "etalase", "serve"),
            env=kept | settings,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        await _wait_until_ready(process, url, log)
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(END_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def _wait_until_ready(process: asyncio.subprocess.Process, url: str, log: Path) -> None:
    """Wait for the server's own word that it listens, since another may answer at its address."""
    async with httpx.AsyncClient() as client:
        for _ in range(START_SECONDS * 4):
            if process.returncode is not None:
                break
            if url in _end_of(log) and (await client.get(f"{url}/readyz")).is_success:
                return
            await asyncio.sleep(0.25)
    failed = DemoPortTaken if process.returncode == os.EX_TEMPFAIL else DemoFailed
    raise failed(f"The server did not start:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]
