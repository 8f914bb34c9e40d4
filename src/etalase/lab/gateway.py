"""What every pretend gateway shares: the ASGI app around its simulator, and how it is served."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import uvicorn
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from etalase.lab.callbacks import Callbacks

PERIOD_SECONDS = 0.2


class AnswerLost(Exception):
    """What was asked for is done, and the answer never arrives."""


class PretendGateway(Protocol):
    """A gateway that keeps everything in memory."""

    @property
    def notices(self) -> Callbacks:
        """Return what sends its call-backs."""

    def go_on(self) -> None:
        """Do what is due by now: let time run out, let refunds arrive."""


def make_app(
    routes: Sequence[ControllerRouterHandler], simulator: PretendGateway, refusals: dict[Any, Any]
) -> Litestar:
    """Return the ASGI app of a simulator: its routes, and how it says no."""

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
        routes,
        dependencies={"simulator": Provide(lambda: simulator, sync_to_thread=False)},
        exception_handlers={AnswerLost: _answer_lost, **refusals},
        lifespan=[running],
        state=State({"simulator": simulator}),
        logging_config=None,
        openapi_config=None,
    )


def make_server(app: Litestar, host: str, port: int) -> uvicorn.Server:
    """Return a server for the app, not yet started. It logs where the process does."""
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False))


async def _go_on(simulator: PretendGateway) -> None:
    while True:
        await asyncio.sleep(PERIOD_SECONDS)
        simulator.go_on()


def _answer_lost(_: Request[Any, Any, Any], _error: AnswerLost) -> Response[str]:
    """Fail as a proxy in front of the gateway would."""
    return Response("upstream connect error", status_code=503, media_type="text/plain")
