"""Serving: one event loop, a port per app, and an end in good order.

Asked to end, it takes no new connection and answers the requests under way; only then do holds, video and
events end, each after what it has begun is safe.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
import uvicorn

from etalase.platform.connections import Connections, raise_open_files
from etalase.platform.connections import ServerSettings as ConnectionSettings
from etalase.platform.ending import when_asked_to_end

log = structlog.get_logger()

GRACE_SECONDS = 10
TICK_SECONDS = 1.0


@dataclass(frozen=True)
class Endpoint:
    """An app and where it listens. Port 0 takes a free one."""

    name: str
    app: Any
    host: str
    port: int
    websocket_protocol: Any = "auto"
    trusted_proxies: str = ""
    limits: ConnectionSettings = field(default_factory=ConnectionSettings)
    stopping: tuple[Callable[[], None], ...] = ()


class _Server(uvicorn.Server):
    """Leaves the signals to `serve`, which ends several servers in order, and tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()
        self._ends = asyncio.Event()

    def end(self) -> None:
        """Have `serve` return once the requests under way are answered."""
        self.should_exit = True
        self._ends.set()

    async def main_loop(self) -> None:
        """Renew the Date header every second until the end; uvicorn's own loop looks ten times a second."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self._ends.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def make_server(endpoint: Endpoint) -> _Server:
    """Return a server for the endpoint, not yet started."""
    connections = Connections(
        endpoint.limits, trusted_proxies=endpoint.trusted_proxies, open_files=raise_open_files()
    )
    return _Server(
        uvicorn.Config(
            endpoint.app,
            host=endpoint.host,
            port=endpoint.port,
            http=connections.protocol(),
            ws=endpoint.websocket_protocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=endpoint.trusted_proxies,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


async def serve(endpoints: list[Endpoint], ready: asyncio.Event | None = None) -> None:
    """Serve until a signal comes; return when every connection has ended.

    Raises OSError (EADDRINUSE) where somebody listens already.
    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(_listen(endpoint)) for endpoint in endpoints]
        await _serve_on(sockets, endpoints, ready)


async def _serve_on(
    sockets: list[socket.socket], endpoints: list[Endpoint], ready: asyncio.Event | None
) -> None:
    servers = [make_server(endpoint) for endpoint in endpoints]

    def stop() -> None:
        for server, endpoint in zip(servers, endpoints, strict=True):
            for call in endpoint.stopping:
                call()
            server.end()

    when_asked_to_end(stop)
    running: asyncio.Future[Any] = asyncio.gather(
        *(server.serve([listener]) for server, listener in zip(servers, sockets, strict=True))
    )
    listening: asyncio.Future[Any] = asyncio.gather(*(server.listens.wait() for server in servers))
    await asyncio.wait({running, listening}, return_when=asyncio.FIRST_COMPLETED)
    for endpoint, listener in zip(endpoints, sockets, strict=True):
        address = "http://{}:{}".format(*listener.getsockname()[:2])
        log.info("serving", plane=endpoint.name, address=address)
    if ready is not None:
        ready.set()
    await running


def _listen(endpoint: Endpoint) -> socket.socket:
    """Take the endpoint's port."""
    try:
        family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
        return socket.create_server((endpoint.host, endpoint.port), family=family, backlog=2048)
    except OSError as error:
        message = error.strerror or str(error)
        raise OSError(error.errno, f"can't listen on {endpoint.host}:{endpoint.port}: {message}") from error
