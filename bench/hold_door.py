"""Holds over HTTP: by the short way, beside the framework's way and a request that does nothing.

One server process with its own PostgreSQL and one variant with units for all. Every request is a new guest's,
behind an address of their own, with cookies, a token against forged requests and a key; requests are encoded
before the clock starts, and a client of this process sends them over so many connections that are kept open.
A question mark in the address is what sends the same request by the framework's way.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import msgspec

from bench.http_client import Connection, Guest
from etalase.kernel.ids import new_token
from etalase.lab.demo import GOODS, Seller, open_market
from etalase.lab.person import SyntheticPerson

Figure = dict[str, Any]

FULL, SHORT = 6_000, 600
WAYS = {
    "the short way": "/cart/holds",
    "the framework's way": "/cart/holds?by=framework",
    "nothing": "/healthz",
}
GOALS = {32: (4_400, 40), 128: (5_500, 40)}
"""By connections: holds a second, and the 99th percentile in milliseconds."""


async def run(*, short: bool) -> list[Figure]:
    """Return holds a second and their delays at 32 and 128 connections; a short pass sends fewer."""
    requests = SHORT if short else FULL
    figures: list[Figure] = []
    async with open_market("open") as market, SyntheticPerson(market.social) as person:
        seller = Seller(person, market.social, market.commerce)
        await seller.open_shop()
        await seller.stock(replace(GOODS[0], units=(("2-3 th", 5 * requests),)))
        [variant_id] = await seller.find_variants()
        crowd = Crowd(market.commerce, variant_id, await find_token(market.commerce))
        for connections, (goal, goal_ms) in GOALS.items():
            rounds = {way: await crowd.rush(path, connections, requests) for way, path in WAYS.items()}
            figures += _figures(rounds, connections, goal, goal_ms)
    return figures


@dataclass
class Round:
    """What came of one way at some number of connections; delays in milliseconds."""

    seconds: float
    delays: list[float]

    @property
    def per_second(self) -> float:
        """Return answers a second."""
        return len(self.delays) / self.seconds


async def find_token(origin: str) -> str:
    """Return a token against forged requests, which stands in a cookie and is good for any guest."""
    guest, by = Guest(0), Connection(origin)
    await guest.ask(by, "GET", "/cart")
    await by.close()
    return guest.cookies["csrftoken"]


@dataclass
class Crowd:
    """Guests who want the same variant."""

    origin: str
    variant_id: str
    token: str
    guests: int = 0

    async def rush(self, path: str, connections: int, requests: int) -> Round:
        """Send the requests over these connections, each the next as soon as it is free."""
        waiting = iter([self._encode(path) for _ in range(requests)])
        host, port = urlsplit(self.origin).netloc.split(":")
        loop = asyncio.get_running_loop()
        lanes = [(await loop.create_connection(Lane, host, int(port)))[1] for _ in range(connections)]
        began = time.perf_counter()
        for lane in lanes:
            lane.work(waiting)
        await asyncio.gather(*(lane.done for lane in lanes))
        seconds = time.perf_counter() - began
        for lane in lanes:
            lane.close()
        failed = [answer for lane in lanes for answer in lane.failed]
        if failed:
            raise RuntimeError(f"{len(failed)} requests failed, the first with: {failed[0]!r}")
        return Round(seconds, [delay for lane in lanes for delay in lane.delays])

    def _encode(self, path: str) -> bytes:
        """Return the request of one more guest."""
        self.guests += 1
        number = self.guests
        wanted = {"variant_id": self.variant_id, "quantity": 1, "idempotency_key": new_token()}
        body = b"" if path == WAYS["nothing"] else msgspec.json.encode(wanted)
        lines = [
            f"{'POST' if body else 'GET'} {path} HTTP/1.1",
            f"host: {urlsplit(self.origin).netloc}",
            f"x-forwarded-for: 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            f"cookie: csrftoken={self.token}; etalase_cart={new_token()}; etalase_cart_count=0",
            f"x-csrftoken: {self.token}",
            "content-type: application/json",
            "accept: application/json",
            f"content-length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(eq=False)
class Lane(asyncio.Protocol):
    """One connection that sends request after request."""

    delays: list[float] = field(default_factory=list)
    failed: list[bytes] = field(default_factory=list)
    _read: bytes = b""
    _sent_at: float = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin idle."""
        self._transport: Any = transport
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def work(self, requests: Iterator[bytes]) -> None:
        """Send what is left, one after another."""
        self._requests = requests
        self._next()

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take the answer once it is whole, and send the next request."""
        self._read += data
        head, gap, body = self._read.partition(b"\r\n\r\n")
        if not gap:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.delays.append((time.perf_counter() - self._sent_at) * 1_000)
        if not head.startswith((b"HTTP/1.1 201", b"HTTP/1.1 200")):
            self.failed.append(self._read)
        self._read = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail where the server hung up in the middle."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError())

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


def _figures(rounds: dict[str, Round], connections: int, goal: float, goal_ms: float) -> list[Figure]:
    short, long, nothing = (rounds[way] for way in WAYS)
    p99, p99_long = (statistics.quantiles(one.delays, n=100)[98] for one in (short, long))
    at = f"at {connections} connections"
    return [
        _figure(
            f"holds {at}, beside the framework's way", "1/s", short.per_second, long.per_second, f">= {goal}"
        ),
        _figure(f"holds {at}, beside requests for nothing", "1/s", short.per_second, nothing.per_second),
        _figure(
            f"a hold's delay {at}, p99, beside the framework's way", "ms", p99, p99_long, f"<= {goal_ms}"
        ),
    ]


def _figure(metric: str, unit: str, ours: float, reference: float, goal: str | None = None) -> Figure:
    return {
        "metric": metric,
        "unit": unit,
        "ours": round(ours, 1),
        "reference": round(reference, 1),
        "ratio": round(ours / reference, 3),
        "goal": goal,
    }
