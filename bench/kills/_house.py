"""What is killed: two servers that are started again whenever they end, and their PostgreSQL."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from etalase.bootstrap import Settings, load_settings
from etalase.lab import gateway
from etalase.lab.demo import free_ports
from etalase.lab.midtrans import GatewayConfig, Simulator, create_gateway_app
from etalase.platform.postgres import EmbeddedPostgres, processes, works_in
from etalase.platform.provision import PLANES, provision

BUG_STATUS = 70
AGAIN_SECONDS = 0.3
READY_SECONDS = 180
VICTIMS = ("server", "till", "backend", "postmaster", "all of PostgreSQL")
WEIGHTS = (25, 25, 15, 10, 25)
KILLED_AT_START = 0.1
SHORT_TIMES = {
    "ETALASE_INVENTORY_HOLD_TTL_SECONDS": "20",
    "ETALASE_INVENTORY_AUDIT_EVERY_SECONDS": "2",
    "ETALASE_ORDERS_PAY_WITHIN_MINUTES": "1",
    "ETALASE_ORDERS_HOLD_GRACE_MINUTES": "0",
    "ETALASE_PAYMENTS_SWEEP_EVERY_SECONDS": "1",
    "ETALASE_PAYMENTS_RECONCILE_AFTER_SECONDS": "2",
}
"""So that all that ends by itself does so while somebody looks."""


@dataclass
class Server:
    """An `etalase serve` that is started again whenever it ends, as a service manager would."""

    url: str
    settings: dict[str, str]
    arguments: tuple[str, ...]
    log: Path
    process: asyncio.subprocess.Process | None = None
    answers: bool = False
    """Whether it has answered anybody since it was started."""
    bugs: int = 0
    """How often it ended by itself with the status of a bug."""

    async def keep(self) -> None:
        """Run it until cancelled."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ETALASE_")}
        while True:
            with self.log.open("ab") as output:
                self.process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "etalase", "serve", *self.arguments),
                    env=kept | self.settings,
                    cwd=self.log.parent,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            self.answers = False
            try:
                self.bugs += await self.process.wait() == BUG_STATUS
            except asyncio.CancelledError:
                await self._end()
                raise
            await asyncio.sleep(AGAIN_SECONDS)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()

    async def _end(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await self.process.wait()

    async def ready(self) -> None:
        """Return once it says that it is ready. Raises TimeoutError."""
        async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient(trust_env=False) as client:
            while True:
                with suppress(httpx.HTTPError):
                    if (await client.get(f"{self.url}/readyz")).is_success:
                        return
                await asyncio.sleep(0.1)


@dataclass
class House:
    """All of it, and how often each was killed."""

    folder: Path
    postgres: EmbeddedPostgres
    server: Server
    till: Server
    simulator: Simulator
    killed: Counter[str] = field(default_factory=Counter)
    _kept: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """Return the settings of the server that has both planes."""
        return load_settings(self.server.settings, self.folder / "none.toml")

    def dsn(self, plane: str) -> str:
        """Return the address of a plane's database."""
        return self.postgres.dsn(f"etalase_{plane}", f"kills_{plane}")

    async def open_till(self) -> None:
        """Start the second server. Until then all letters are with the first."""
        self.keep(self.till.keep())
        await self.till.ready()

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this until the end."""
        self._kept.append(asyncio.create_task(work))

    async def let_go(self) -> None:
        """End what is kept, the last first."""
        for task in self._kept[::-1]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def note_answer(self, origin: str) -> None:
        """Note that whoever is at this address has answered somebody."""
        for one in (self.server, self.till):
            one.answers = one.answers or one.url == origin

    def kill_one(self, chance: random.Random) -> None:
        """Kill something, now: mostly what is at work, now and then a server that only starts."""
        servers = {"server": self.server, "till": self.till}
        while True:
            [victim] = chance.choices(VICTIMS, WEIGHTS)
            if victim not in servers or servers[victim].answers or chance.random() < KILLED_AT_START:
                break
        self.killed[victim] += 1
        if victim in servers:
            servers[victim].kill()
        else:
            self._kill_postgres(victim, chance)

    def _kill_postgres(self, victim: str, chance: random.Random) -> None:
        first = self.postgres.process_id()
        ours = [number for number in processes() if works_in(number, self.postgres.data)]
        if victim == "backend":
            ours = [chance.choice([number for number in ours if number != first] or [0])]
        elif victim == "postmaster":
            ours = [number for number in ours if number == first]
        for number in filter(None, ours):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    async def keep_postgres(self) -> None:
        """Start PostgreSQL again whenever it is gone."""
        while True:
            if not self.postgres.is_running():
                await asyncio.to_thread(self.postgres.start)
            await asyncio.sleep(AGAIN_SECONDS)

    def logs(self) -> str:
        """Return the ends of the servers' logs."""
        return "\n".join(one.log.read_text(errors="replace")[-3_000:] for one in (self.server, self.till))


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[House]:
    """Start everything; end it at the end of the block."""
    postgres = EmbeddedPostgres(folder / "database")
    await asyncio.to_thread(postgres.start)
    bank, port, till_port = free_ports(3)
    config = GatewayConfig(port=bank, public_url=f"http://127.0.0.1:{bank}")
    house = _house(folder, postgres, config, port, till_port)
    for plane in PLANES:
        await provision(postgres.dsn("postgres", "postgres"), plane, f"kills_{plane}")
    bank_server = gateway.make_server(create_gateway_app(config, house.simulator), config.host, config.port)
    banking = asyncio.create_task(bank_server.serve())
    house.keep(house.keep_postgres())
    house.keep(house.server.keep())
    try:
        await house.server.ready()
        yield house
    finally:
        await house.let_go()
        bank_server.should_exit = True
        await banking
        await asyncio.to_thread(postgres.stop)


def _house(
    folder: Path, postgres: EmbeddedPostgres, config: GatewayConfig, port: int, till_port: int
) -> House:
    url, till_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{till_port}"
    data = folder / "data"
    data.mkdir(mode=0o755)
    settings = SHORT_TIMES | {
        "ETALASE_DATA_DIR": str(data),
        "ETALASE_DEVELOPMENT": "true",
        "ETALASE_PORT": str(port),
        "ETALASE_MEDIA_RTMP_PORT": "0",
        **config.settings(url),
        **{
            f"ETALASE_{plane.upper()}_DSN": postgres.dsn(f"etalase_{plane}", f"kills_{plane}")
            for plane in PLANES
        },
    }
    second = settings | {"ETALASE_PORT": str(till_port), "ETALASE_SOCIAL_URL": url}
    return House(
        folder,
        postgres,
        Server(url, settings, (), folder / "server.log"),
        Server(till_url, second, ("--plane", "commerce"), folder / "till.log"),
        Simulator(config),
    )
