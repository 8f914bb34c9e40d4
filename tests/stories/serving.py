"""The program as its operator starts it: a process of its own, told everything by the environment."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.make.ports import free_port
from tests.make.waiting import until

START_SECONDS = 180
STOP_SECONDS = 90


@dataclass
class Server:
    """A running `etalase serve`."""

    process: asyncio.subprocess.Process
    url: str
    log: Path
    environment: dict[str, str]

    def written(self) -> str:
        """Return what the process has logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def stop(self) -> int:
        """End it as an operator does, and return its exit status."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await self.process.wait()
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"The server did not stop:\n{self.written()[-4000:]}") from None

    async def kill(self) -> None:
        """End it as a power cut does."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def start_server(folder: Path, settings: Mapping[str, str], *arguments: str) -> Server:
    """Run `etalase serve` with these settings and return once it is ready; its log lies in the folder."""
    port = settings.get("ETALASE_PORT") or str(free_port())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ETALASE_")}
    environment |= {"ETALASE_PORT": port, "ETALASE_DATA_DIR": str(folder), **settings}
    log = folder / "server.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "etalase", "serve", *arguments,
            env=environment, cwd=folder, stdout=output, stderr=output,
        )  # fmt: skip
    server = Server(process, f"http://127.0.0.1:{port}", log, environment)
    await _wait_until_ready(server)
    return server


async def _wait_until_ready(server: Server) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=START_SECONDS) as client:

        async def has_ended_or_is_ready() -> bool:
            try:
                is_ready = (await client.get(f"{server.url}/readyz")).is_success
            except httpx.TransportError:
                is_ready = False  # it does not listen yet
            return is_ready or server.process.returncode is not None

        with suppress(TimeoutError):
            await until(has_ended_or_is_ready, seconds=START_SECONDS)
            if server.process.returncode is None:
                return
    await server.kill()
    raise AssertionError(f"The server did not become ready:\n{server.written()[-4000:]}")
