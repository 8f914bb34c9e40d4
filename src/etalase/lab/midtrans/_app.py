"""Puts the pretend gateway together as an ASGI app and runs it as a process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from etalase.lab.midtrans._api import API, answer_lost, refused
from etalase.lab.midtrans._bank import BANK
from etalase.lab.midtrans._book import Refused
from etalase.lab.midtrans._simulator import AnswerLost, GatewayConfig, Simulator

EXPIRY_PERIOD_SECONDS = 0.5


def create_gateway_app(config: GatewayConfig, simulator: Simulator | None = None) -> Litestar:
    """Return the pretend gateway as an ASGI app; a test may bring the simulator to look into it."""
    simulator = simulator or Simulator(config)
    exception_handlers: dict[Any, Any] = {Refused: refused, AnswerLost: answer_lost}

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        watch = asyncio.create_task(_expire(simulator))
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            await simulator.notices.close()

    return Litestar(
        [*API, *BANK],
        dependencies={"simulator": Provide(lambda: simulator, sync_to_thread=False)},
        exception_handlers=exception_handlers,
        lifespan=[running],
        state=State({"simulator": simulator}),
        logging_config=None,
        openapi_config=None,
    )


async def _expire(simulator: Simulator) -> None:
    while True:
        await asyncio.sleep(EXPIRY_PERIOD_SECONDS)
        simulator.expire_due()


def main(config: GatewayConfig) -> None:
    """Serve the pretend gateway until interrupted."""
    uvicorn.run(
        create_gateway_app(config), host=config.host, port=config.port, log_level="warning", access_log=False
    )
