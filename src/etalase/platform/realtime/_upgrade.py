"""The class that uvicorn calls on `Upgrade: websocket`: it keeps the channels' paths and passes on all
others.

Pages, the channels' sockets and the application's own WebSockets share port, certificate and event loop. A
page of another origin may open none of them: a browser says truthfully where a page comes from, and
programs send no Origin at all.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, urlsplit

import structlog
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from etalase.platform.faults import Away
from etalase.platform.origins import OwnOrigins
from etalase.platform.realtime._socket import Admission, Rejection, Socket, SocketLimits

log = structlog.get_logger()

EARLY_BYTES = 64 * 1024
"""How much a peer may send before it is admitted."""


@dataclass(frozen=True, slots=True)
class UpgradeRequest:
    """A request to open a socket. Header names are in lower case; of repeated ones the last counts.

    `address` is the peer's, behind the proxies that the server trusts; nothing when it can't be told.
    """

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    address: str = ""


class Door(Protocol):
    """Decides who may follow which channel."""

    def owns(self, path: str) -> bool:
        """Say whether this path is a channel's; all others go to the application."""
        ...

    async def admit(self, request: UpgradeRequest) -> Admission | Rejection:
        """Let the peer in, or say why not."""
        ...


class SocketServer:
    """All open sockets of one server. Give it to `uvicorn.Config(ws=…)`."""

    def __init__(
        self,
        door: Door,
        *,
        limits: SocketLimits | None = None,
        origins: Iterable[str] = (),
    ) -> None:
        self.door = door
        self.limits = limits or SocketLimits()
        self.origins = OwnOrigins(origins)
        self.sockets: set[Socket] = set()
        self._check_handle: asyncio.TimerHandle | None = None

    def __call__(self, config: Config, server_state: ServerState, app_state: dict[str, Any]) -> "Upgrade":
        """Return the protocol for one connection that asks for an upgrade; called by uvicorn."""
        return Upgrade(self, config, server_state, app_state)

    def keep(self, socket: Socket) -> None:
        """Count the socket in, and see to it that silent peers are noticed."""
        self.sockets.add(socket)
        if self._check_handle is None:
            loop = asyncio.get_running_loop()
            self._check_handle = loop.call_later(self.limits.ping_seconds, self._check_all)

    def _check_all(self) -> None:
        self._check_handle = None
        for socket in list(self.sockets):
            socket.check_alive()
        if self.sockets:
            loop = asyncio.get_running_loop()
            self._check_handle = loop.call_later(self.limits.ping_seconds, self._check_all)


class Upgrade(asyncio.Protocol):
    """One connection between its upgrade request and the protocol that will serve it."""

    def __init__(
        self, server: SocketServer, config: Config, server_state: ServerState, app_state: dict[str, Any]
    ) -> None:
        self._server = server
        self._config = config
        self._server_state = server_state
        self._app_state = app_state
        self._transport: asyncio.Transport
        self._early = bytearray()
        self._next: asyncio.Protocol | None = None
        self._admitting: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport; uvicorn has it from the request."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by what it can do
        self._server_state.connections.add(self)  # type: ignore[arg-type]  # uvicorn needs only shutdown()

    def data_received(self, data: bytes) -> None:
        """Take the request that uvicorn writes down again, then what comes before the successor is in
        place.
        """
        if self._next is not None:
            self._next.data_received(data)
        elif self._admitting is not None:
            self._early += data
            if len(self._early) > EARLY_BYTES:
                self._transport.abort()
        else:
            self._begin(data)

    def pause_writing(self) -> None:
        """Pass it on."""
        if self._next is not None:
            self._next.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        if self._next is not None:
            self._next.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go, or tell the successor."""
        self._server_state.connections.discard(self)
        if self._admitting is not None:
            self._admitting.cancel()
        if self._next is not None:
            self._next.connection_lost(exc)

    def shutdown(self) -> None:
        """End at once; called by uvicorn."""
        self._transport.close()

    def _begin(self, head: bytes) -> None:
        parser = ServerProtocol()
        parser.receive_data(head)
        request = next(iter(parser.events_received()), None)
        if not isinstance(request, Request):
            self._transport.abort()
            return
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        target = urlsplit(request.path)
        if not self._server.origins.allow(headers):
            self._answer(parser, parser.reject(HTTPStatus.FORBIDDEN, "Not from this origin.\n"))
        elif self._server.door.owns(target.path):
            upgrade = UpgradeRequest(target.path, dict(parse_qsl(target.query)), headers)
            self._admitting = asyncio.get_running_loop().create_task(self._admit(parser, request, upgrade))
        else:
            self._pass_on(head)

    def _pass_on(self, head: bytes) -> None:
        """Hand the connection to uvicorn's own implementation, which serves the application."""
        self._server_state.connections.discard(self)
        successor = WebSocketsSansIOProtocol(
            config=self._config, server_state=self._server_state, app_state=self._app_state
        )
        successor.connection_made(self._transport)
        self._succeed(successor)
        successor.data_received(head)

    async def _admit(self, parser: ServerProtocol, request: Request, upgrade: UpgradeRequest) -> None:
        response = parser.accept(request)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            self._answer(parser, response)
            return
        try:
            answer = await self._server.door.admit(replace(upgrade, address=await self._address_of(request)))
        except Away as error:
            log.warning("socket_not_opened", error=error)
            answer = Rejection(HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment.\n")
        except Exception:
            log.exception("socket_not_opened")
            answer = Rejection(HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment.\n")
        if self._transport.is_closing():
            return
        if isinstance(answer, Rejection):
            self._answer(parser, parser.reject(HTTPStatus(answer.status), answer.reason))
            return
        for name, value in answer.headers:
            response.headers[name] = value
        self._open(parser, response, answer)

    async def _address_of(self, request: Request) -> str:
        """Return where the peer is, told from proxies as uvicorn tells it for pages."""
        seen: list[str] = []

        async def look(scope: Any, _receive: Any, _send: Any) -> None:
            seen.extend(scope["client"][:1] if scope["client"] else ())

        peer = self._transport.get_extra_info("peername")
        headers = [(name.lower().encode(), value.encode()) for name, value in request.headers.raw_items()]
        scope: Any = {"type": "http", "client": peer if isinstance(peer, tuple) else None, "headers": headers}
        nothing: Any = None
        await ProxyHeadersMiddleware(look, self._config.forwarded_allow_ips)(scope, nothing, nothing)
        return "".join(seen)

    def _open(self, parser: ServerProtocol, response: Response, admission: Admission) -> None:
        parser.send_response(response)
        self._transport.write(b"".join(parser.data_to_send()))
        socket = Socket(self._transport, self._server.limits, self._forget)
        self._server_state.connections.discard(self)
        self._server_state.connections.add(socket)  # type: ignore[arg-type]
        self._server.keep(socket)
        self._succeed(socket)
        socket.enter(admission)
        if self._early:
            socket.data_received(bytes(self._early))

    def _succeed(self, successor: asyncio.Protocol) -> None:
        """Make way. uvicorn sets this object as the protocol after the request, so ours is set after that."""
        self._next = successor
        asyncio.get_running_loop().call_soon(self._transport.set_protocol, successor)

    def _forget(self, socket: Socket) -> None:
        self._server.sockets.discard(socket)
        self._server_state.connections.discard(socket)

    def _answer(self, parser: ServerProtocol, response: Response) -> None:
        parser.send_response(response)
        self._transport.write(b"".join(parser.data_to_send()))
        self._transport.close()
