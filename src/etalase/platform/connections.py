"""How long a connection may take, how many one address may open: what a proxy would see to.

A request's head and its body have a time, and so has a reader who takes nothing of the answer. Of requests
that have only begun there are at most so many: the oldest of the address with the most of them makes way, so
that whoever begins a thousand and ends none pushes out nobody but himself. It refuses to know any path.
"""

import asyncio
import resource
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

MAX_HEAD_BYTES = 64 * 1024
MAX_OPEN_FILES = 1_048_576
"""What is asked for at most, where the system sets no bound at all."""
FEW_OPEN_FILES = 4_096
SPARE_FILES = 200
"""For databases, recordings and photos."""
SWEEP_SECONDS = 0.5
LINGER_SECONDS = 2.0
"""How long an answer that ends a connection may take to leave."""
LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What one connection may take."""

    head_seconds: float = 10.0
    """From the first moment of a request until its last header."""
    body_seconds: float = 20.0
    """For a body of any size; besides, each `min_body_bytes_per_second` that come bring a second more."""
    min_body_bytes_per_second: int = 500
    send_seconds: float = 60.0
    """How long a peer may take nothing of an answer that waits for it."""
    max_connections_per_address: int = 2000
    max_unfinished_requests: int = 500

    def __post_init__(self) -> None:
        """Refuse what would let nobody in."""
        for name in self.__dataclass_fields__:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0")


def raise_open_files() -> int:
    """Let this process open as many files and sockets as the system allows it; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    maximum = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
    if soft == resource.RLIM_INFINITY or soft >= maximum:
        return MAX_OPEN_FILES if soft == resource.RLIM_INFINITY else soft
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Connections:
    """The HTTP connections of one server and what each of them is waited for. Times are the loop's."""

    def __init__(self, settings: ServerSettings, *, trusted_proxies: str = "", open_files: int = 0) -> None:
        self.settings = settings
        self.heads: dict[HttpConnection, float] = {}
        self.bodies: dict[HttpConnection, float] = {}
        self.idle: dict[HttpConnection, float] = {}
        self.stalled: dict[HttpConnection, float] = {}
        self._by_address: Counter[str] = Counter()
        self._all: set[HttpConnection] = set()
        self._max = max((open_files or FEW_OPEN_FILES) - SPARE_FILES, SPARE_FILES)
        self._proxies = _networks(trusted_proxies)
        self._sweeping: asyncio.TimerHandle | None = None

    def protocol(self) -> Any:
        """Return what uvicorn makes a connection's protocol of."""
        return partial(HttpConnection, self)

    def enter(self, connection: "HttpConnection") -> None:
        """Count a connection in; one too many is closed, and where it can be, an idle one instead."""
        address = connection.peer
        if self._by_address[address] >= self.settings.max_connections_per_address and address:
            connection.abort()
            return
        if len(self._all) >= self._max and not self._close_oldest_of(self.idle, self.heads):
            connection.abort()
            return
        self._all.add(connection)
        self._by_address[address] += 1
        self.begin_head(connection)

    def leave(self, connection: "HttpConnection") -> None:
        """Count a connection out."""
        if connection not in self._all:
            return
        self._all.discard(connection)
        for waiting in (self.heads, self.bodies, self.idle, self.stalled):
            waiting.pop(connection, None)
        self._by_address[connection.peer] -= 1
        if self._by_address[connection.peer] <= 0:
            del self._by_address[connection.peer]

    def begin_head(self, connection: "HttpConnection") -> None:
        """Wait for the head of a request."""
        if connection not in self._all:
            return
        self.idle.pop(connection, None)
        if len(self.heads) + len(self.bodies) >= self.settings.max_unfinished_requests:
            self._make_way()
        self.heads[connection] = connection.loop.time()
        self._see_to_it(connection.loop)

    def begin_body(self, connection: "HttpConnection") -> None:
        """Wait for the rest of a request, whose head has come."""
        if self.heads.pop(connection, None) is not None:
            self.bodies[connection] = connection.loop.time()

    def rest(self, connection: "HttpConnection") -> None:
        """Note that a connection waits for another request, if any comes."""
        if connection in self._all and connection not in self.bodies:
            self.idle[connection] = connection.loop.time()

    def is_trusted(self, address: str) -> bool:
        """Tell whether a proxy that is trusted, or nobody known, is at this address."""
        with suppress(ValueError):
            found = ip_address(address)
            return any(found in network for network in self._proxies)
        return True

    def _make_way(self) -> None:
        """Close the oldest unfinished request of whoever has most of them."""
        unfinished = [*self.heads, *self.bodies]
        address = Counter(one.peer for one in unfinished).most_common(1)[0][0]
        oldest = next(one for one in unfinished if one.peer == address)
        oldest.end(LATE)
        self.leave(oldest)

    def _close_oldest_of(self, *waiting: "dict[HttpConnection, float]") -> bool:
        for some in waiting:
            if some:
                oldest = next(iter(some))
                oldest.abort()
                self.leave(oldest)
                return True
        return False

    def _see_to_it(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._sweeping is None:
            self._sweeping = loop.call_later(SWEEP_SECONDS, self._sweep, loop)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """Close what took too long; come again as long as anything is waited for."""
        self._sweeping = None
        now = loop.time()
        for connection, since in list(self.heads.items()):
            if now - since <= self.settings.head_seconds:
                break  # they stand in the order of their beginning
            connection.end(LATE if connection.head_bytes else b"")
            self.leave(connection)
        for connection, since in list(self.bodies.items()):
            earned = connection.body_bytes / self.settings.min_body_bytes_per_second
            if now - since > self.settings.body_seconds + earned and not connection.waits_for_app:
                connection.end(LATE)
                self.leave(connection)
        for connection, since in list(self.stalled.items()):
            if now - since > self.settings.send_seconds:
                connection.abort()
                self.leave(connection)
        if self.heads or self.bodies or self.stalled:
            self._see_to_it(loop)

    def stall(self, connection: "HttpConnection") -> None:
        """Note that the peer takes nothing more for now."""
        if connection in self._all:
            self.stalled[connection] = connection.loop.time()
            self._see_to_it(connection.loop)


class HttpConnection(HttpToolsProtocol):
    """uvicorn's HTTP connection, which tells `Connections` what it waits for."""

    def __init__(
        self,
        connections: Connections,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = connections
        self.peer = ""
        self.head_bytes = 0
        self.body_bytes = 0

    @property
    def waits_for_app(self) -> bool:
        """Whether it is us who don't read on."""
        return self.flow.read_paused

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, unless there are too many."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self.peer = "" if self._limits.is_trusted(address) else address
        self._limits.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it out."""
        self._limits.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head has a bound."""
        if self in self._limits.bodies:
            self.body_bytes += len(data)
        else:
            self.head_bytes += len(data)
            if self in self._limits.idle:
                self._limits.begin_head(self)
        super().data_received(data)
        if self.head_bytes > MAX_HEAD_BYTES and self in self._limits.heads:
            self.end(TOO_LARGE)
            self._limits.leave(self)

    def on_message_begin(self) -> None:
        """Count the time of this request's head."""
        super().on_message_begin()
        if self not in self._limits.heads:
            self._limits.begin_head(self)

    def on_headers_complete(self) -> None:
        """Count the time of its body."""
        self.head_bytes = self.body_bytes = 0
        self._limits.begin_body(self)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop counting: the rest is ours to do."""
        self._limits.bodies.pop(self, None)
        super().on_message_complete()
        cycle: RequestResponseCycle | None = self.cycle  # none yet where the first request asks for a socket
        if cycle is not None and cycle.response_complete:
            self._limits.rest(self)

    def on_response_complete(self) -> None:
        """Wait for the next request, if any comes."""
        super().on_response_complete()
        if not self.pipeline:
            self._limits.rest(self)

    def handle_websocket_upgrade(self) -> None:
        """Leave it to the protocol of sockets, which has bounds of its own."""
        self._limits.leave(self)
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """Count the time until the peer takes something."""
        super().pause_writing()
        self._limits.stall(self)

    def resume_writing(self) -> None:
        """Stop counting."""
        super().resume_writing()
        self._limits.stalled.pop(self, None)

    def end(self, answer: bytes) -> None:
        """Close the connection, with a last word where no answer has begun."""
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        if answer and (cycle is None or not cycle.response_started or cycle.response_complete):
            self.transport.write(answer)
        self.transport.close()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def abort(self) -> None:
        """Close the connection without a word."""
        self.transport.abort()


def _networks(addresses: str) -> "tuple[Any, ...]":
    """Return the networks that a list with commas names; what is no address is left out, `*` is all."""
    named = [one.strip() for one in addresses.split(",")]
    if "*" in named:
        return (ip_network("0.0.0.0/0"), ip_network("::/0"))
    found: list[Any] = []
    for one in named:
        with suppress(ValueError):
            found.append(ip_network(one, strict=False))
    return tuple(found)
