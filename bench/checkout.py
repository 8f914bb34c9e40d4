"""How many whole purchases a second one process sells, by the doors that pages use.

A server with its own PostgreSQL and one variant of 500 units. Fifty buyers at a time, each a new guest behind
an address of their own, hold a unit, ask for the total with their address, and order, paid on delivery; 1,500
try. Beside it stands what the same connections get for three requests that do nothing (`/healthz`), by the
same client. Each guest's cookie is fetched before the clock starts.
"""

import asyncio
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from uuid import uuid4

import msgspec

from bench.http_client import Answer, Connection, Guest
from etalase.lab.demo import GOODS, Seller, open_market
from etalase.lab.person import SyntheticPerson

Figure = dict[str, Any]

BUYERS = 50
FULL_ATTEMPTS, SHORT_ATTEMPTS = 1_500, 300
UNITS_OF_ATTEMPTS = 3
"""A third of those who try get one."""
GOAL_PER_SECOND, GOAL_P99_MS = 400, 320
REQUESTS = 3
"""Of one purchase: the hold, the total, the order."""
TAG = re.compile(r"<[^>]*>")
ALERT = re.compile(r'role="alert".*?</div>', re.DOTALL)
SHOP = re.compile(r'name="method-([0-9a-f-]{36})"')
CPU = re.compile(r"^process_cpu_seconds_total (\S+)$", re.MULTILINE)
SEEN = re.compile(r'name="seen"\s+value="([^"]*)"')
CREATED, SEE_OTHER, CONFLICT = 201, 303, 409


async def run(*, short: bool) -> list[Figure]:
    """Return orders a second and their delays; a short pass has fewer buyers and units."""
    attempts = SHORT_ATTEMPTS if short else FULL_ATTEMPTS
    units = attempts // UNITS_OF_ATTEMPTS
    async with open_market("open") as market, SyntheticPerson(market.social) as person:
        seller = Seller(person, market.social, market.commerce)
        await seller.open_shop()
        await seller.stock(replace(GOODS[0], units=(("2-3 th", units),)))
        await person.fill_in(
            f"{market.commerce}/desk/{seller.slug}/money",
            {"cod": "on"},
            action=f"/desk/{seller.slug}/money/cod",
        )
        [variant_id] = await seller.find_variants()
        rush = Rush(market.commerce, variant_id)
        await rush.find_shop()
        guests = [Guest(number) for number in range(1, attempts + 1)]
        await rush.by_all(guests, rush.arrive)
        idle = await rush.timed(guests, rush.ask_for_nothing)
        spent = await rush.cpu_seconds()
        seconds = await rush.timed(guests, rush.buy)
        spent = await rush.cpu_seconds() - spent
    if rush.failed:
        raise RuntimeError(f"{len(rush.failed)} attempts failed, the first with: {rush.failed[0]}")
    return _figures(rush, units, seconds, spent, idle / attempts)


@dataclass
class Rush:
    """Guests who want the same variant of one shop, and how their attempts ended; times in milliseconds."""

    origin: str
    variant_id: str
    shop_id: str = ""
    sold_out: int = 0
    failed: list[str] = field(default_factory=list)
    purchases: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)

    async def find_shop(self) -> None:
        """Read at the checkout whose form it is; what is held for that is given back."""
        guest, by = Guest(0), Connection(self.origin)
        await self.arrive(guest, by)
        await self._hold(guest, by)
        page = await guest.ask(by, "GET", "/checkout")
        self.shop_id = SHOP.findall(page.body)[0]
        await guest.ask(by, "POST", f"/cart/lines/{self.variant_id}", form={"quantity": "0"})
        await by.close()

    async def by_all(self, guests: list[Guest], do: Callable[[Guest, Connection], Awaitable[object]]) -> None:
        """Let all guests do something, as many at a time as there are connections."""
        waiting = iter(guests)

        async def serve() -> None:
            by = Connection(self.origin)
            for guest in waiting:
                await do(guest, by)
            await by.close()

        async with asyncio.TaskGroup() as group:
            for _ in range(BUYERS):
                group.create_task(serve())

    async def timed(self, guests: list[Guest], do: Callable[[Guest, Connection], Awaitable[object]]) -> float:
        """Let all guests do something; return the seconds until the last has done it."""
        began = time.monotonic()
        await self.by_all(guests, do)
        return time.monotonic() - began

    async def arrive(self, guest: Guest, by: Connection) -> None:
        """Open a page, which gives the guest's browser its cookies."""
        await guest.ask(by, "GET", "/cart")

    async def ask_for_nothing(self, guest: Guest, by: Connection) -> None:
        """Send as many requests as a purchase has, which read and write nothing."""
        for _ in range(REQUESTS):
            await guest.ask(by, "GET", "/healthz")

    async def buy(self, guest: Guest, by: Connection) -> None:
        """Hold, ask for the total, order; or find it sold out."""
        began = time.monotonic()
        held = await self._hold(guest, by)
        self.holds.append((time.monotonic() - began) * 1_000)
        if held.status == CONFLICT and "sold_out" in held.body:
            self.sold_out += 1
            return
        if held.status != CREATED:
            self.failed.append(f"hold: {held.status} {held.body[:300]}")
            return
        hold_id = msgspec.json.decode(held.body)["hold"]["id"]
        form = self._form(guest.number) | {"line": f"{hold_id}:{self.variant_id}:1"}
        total = await guest.ask(by, "POST", "/checkout/total", form=form)
        seen = SEEN.findall(total.body)
        placed = await guest.ask(by, "POST", "/checkout", form=form | {"seen": unescape("".join(seen))})
        if placed.status != SEE_OTHER or "/order" not in placed.headers.get("location", ""):
            self.failed.append(f"order: {placed.status} {total.status} {seen} {alert_of(placed.body)}")
            return
        self.purchases.append((time.monotonic() - began) * 1_000)

    async def cpu_seconds(self) -> float:
        """Return what the server's process says it has spent."""
        by = Connection(self.origin)
        metrics = await by.ask("GET", "/metrics", {})
        await by.close()
        return float(CPU.findall(metrics.body)[0])

    async def _hold(self, guest: Guest, by: Connection) -> Answer:
        wanted = {"variant_id": self.variant_id, "quantity": 1, "idempotency_key": str(uuid4())}
        return await guest.ask(by, "POST", "/cart/holds", json=wanted)

    def _form(self, number: int) -> dict[str, str]:
        return {
            "email": f"guest{number}@example.com",
            "recipient": "Dewi Lestari",
            "phone": f"0812{number:08}",
            "street": f"Jl. Margonda Raya {number}",
            "place": "Beji, Kota Depok, Jawa Barat",
            "place_code": "327606",
            "postcode": "16421",
            f"service-{self.shop_id}": "Reguler",
            f"method-{self.shop_id}": "cod",
            "checkout_key": str(uuid4()),
            "action": "place",
        }


def alert_of(page: str) -> str:
    """Return what a page says of what went wrong."""
    return " ".join(TAG.sub(" ", "".join(ALERT.findall(page))).split())


def _figures(rush: Rush, units: int, seconds: float, spent: float, idle: float) -> list[Figure]:
    sold = len(rush.purchases)
    p50, p99 = (statistics.quantiles(rush.purchases, n=100)[percent - 1] for percent in (50, 99))
    return [
        _figure(
            f"orders of {sold + rush.sold_out} attempts, beside {REQUESTS} idle requests",
            "1/s",
            sold / seconds,
            f">= {GOAL_PER_SECOND}",
            reference=1 / idle,
        ),
        _figure("a whole purchase, p50", "ms", p50),
        _figure("a whole purchase, p99", "ms", p99, f"<= {GOAL_P99_MS}"),
        _figure("a hold or its refusal, p50", "ms", statistics.median(rush.holds)),
        _figure("the server's process an order", "ms CPU", spent * 1_000 / sold),
        _figure(f"sold of {units}", "", sold, f"= {units}"),
    ]


def _figure(
    metric: str, unit: str, ours: float, goal: str | None = None, *, reference: float | None = None
) -> Figure:
    return {
        "metric": metric,
        "unit": unit,
        "ours": round(ours, 1),
        "reference": None if reference is None else round(reference, 1),
        "ratio": None if reference is None else round(ours / reference, 3),
        "goal": goal,
    }
