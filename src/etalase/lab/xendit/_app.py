"""Puts the pretend Xendit together as an ASGI app."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from etalase.lab.xendit._api import API, answer_lost, refused
from etalase.lab.xendit._book import Refused
from etalase.lab.xendit._simulator import AnswerLost, Simulator, XenditConfig

PERIOD_SECONDS = 0.2


def create_xendit_app(config: XenditConfig, simulator: Simulator | None = None) -> Litestar:
    """Return the pretend Xendit as an ASGI app; a test may bring the simulator to look into it."""
    simulator = simulator or Simulator(config)
    exception_handlers: dict[Any, Any] = {Refused: refused, AnswerLost: answer_lost}

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        watch = asyncio.create_task(_go_on(simulator))
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            await simulator.notices.close()

    return Litestar(
        [API],
        dependencies={"simulator": Provide(lambda: simulator, sync_to_thread=False)},
        exception_handlers=exception_handlers,
        lifespan=[running],
        state=State({"simulator": simulator}),
        logging_config=None,
        openapi_config=None,
    )


async def _go_on(simulator: Simulator) -> None:
    """Let time run out, and refunds arrive."""
    while True:
        await asyncio.sleep(PERIOD_SECONDS)
        simulator.expire_due()
        simulator.finish_refunds()
