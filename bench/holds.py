"""Holds per second on one hot variant: the desk, beside what PostgreSQL can do at most and what shops do.

The limit is the queue's statement, sent by bare asyncpg, 200 requests at a time, with nothing around it. The
usual way is a transaction per buyer that locks the stock row. All three are durable (fsync on) and take turns
on one server, so that a busy machine slows them alike.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import asyncpg

from etalase.bootstrap import spare_the_collector
from etalase.commerce import catalog, inventory, shops
from etalase.commerce.catalog import ProductDraft, VariantDraft, VariantId
from etalase.commerce.inventory import Hold, HoldQueue, HoldRequest, InventorySettings, SoldOut
from etalase.commerce.inventory._store import ANSWER_BATCH, batch_arguments
from etalase.commerce.shops import ShopAddress, ShopDraft
from etalase.kernel.clock import SystemClock
from etalase.kernel.ids import new_id, new_token
from etalase.kernel.sources import Venue
from etalase.platform.db import Database, connect_arguments, plain_dsn
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.provision import migrate, provision
from etalase.policy import load_law

BUYERS = 200
OPEN = load_law("open")
PEER_CONNECTIONS = 50
STOCK = 1_000_000
RUSH_UNITS = 500
TTL = timedelta(minutes=10)

Figure = dict[str, Any]
Way = Callable[[float], Awaitable["Round"]]


@dataclass
class Round:
    """What one way did in its turn."""

    seconds: float = 0.0
    delays_ms: list[float] = field(default_factory=list)
    holds: int = 0

    @property
    def per_second(self) -> float:
        """Return the holds per second."""
        return self.holds / self.seconds


async def run(*, short: bool) -> list[Figure]:
    """Let the three ways take turns, then let a crowd rush at a few units."""
    seconds, turns = (1.0, 2) if short else (5.0, 5)
    async with stocked_shop() as (db, pool, variant_ids):
        ways: dict[str, Way] = {
            "desk": lambda length: _through_the_desk(db, variant_ids[0], length),
            "limit": lambda length: _bare_batches(pool, variant_ids[1], length),
            "usual": lambda length: _transactions(pool, variant_ids[2], length),
        }
        rounds: dict[str, list[Round]] = {name: [] for name in ways}
        for way in ways.values():
            await way(0.3)  # prepares statements, fills caches
        for _ in range(turns):
            for name, way in ways.items():
                rounds[name].append(await way(seconds))
        rush = await _rush(db, variant_ids[3], 2_000 if short else 20_000)
        async with db.begin() as tx:
            differences = await inventory.recount(tx)
    return [
        *_figures(rounds),
        *rush,
        figure("stock figures that a recount finds wrong", "", len(differences), 0),
    ]


def _figures(rounds: dict[str, list[Round]]) -> list[Figure]:
    queue, limit, usual = (
        median(each.per_second for each in rounds[name]) for name in ("desk", "limit", "usual")
    )
    cuts = quantiles([delay for each in rounds["desk"] for delay in each.delays_ms], n=100)
    peer = quantiles([delay for each in rounds["usual"] for delay in each.delays_ms], n=100)
    return [
        figure("holds on one hot variant, beside bare batches of 200", "1/s", queue, limit, "ratio >= 0.4"),
        figure("holds on one hot variant, beside a transaction each", "1/s", queue, usual, "ratio >= 10"),
        figure("a hold's delay at 200 waiting buyers, p50", "ms", cuts[49], peer[49]),
        figure("a hold's delay at 200 waiting buyers, p99", "ms", cuts[98], peer[98]),
    ]


def figure(metric: str, unit: str, ours: float, reference: float | None, goal: str | None = None) -> Figure:
    """Return a row of the table."""
    ratio = round(ours / reference, 3) if reference else None
    return {
        "metric": metric,
        "unit": unit,
        "ours": round(ours, 2),
        "reference": reference if reference is None else round(reference, 2),
        "ratio": ratio,
        "goal": goal,
    }


async def _through_the_desk(db: Database, variant_id: UUID, seconds: float) -> Round:
    """Let 200 buyers hold one unit after another."""
    queue = HoldQueue(db, SystemClock(), InventorySettings(), OPEN)
    done = Round()
    started = time.perf_counter()

    async def buy() -> None:
        while (asked := time.perf_counter()) < started + seconds:
            await queue.hold(HoldRequest(new_token(), VariantId(variant_id), 1, new_token(), Venue.ROOM))
            done.delays_ms.append((time.perf_counter() - asked) * 1000)
            done.holds += 1

    await asyncio.gather(*(buy() for _ in range(BUYERS)))
    await queue.close()
    done.seconds = time.perf_counter() - started
    return done


async def _bare_batches(pool: "asyncpg.Pool[asyncpg.Record]", variant_id: UUID, seconds: float) -> Round:
    """Send the desk's statement, 200 requests at a time, one transaction after another."""
    done = Round()
    settings = InventorySettings()
    async with pool.acquire() as connection:
        started = time.perf_counter()
        while time.perf_counter() < started + seconds:
            requests = [
                HoldRequest(new_token(), VariantId(variant_id), 1, new_token(), Venue.ROOM)
                for _ in range(BUYERS)
            ]
            now = datetime.now(UTC)
            rows = await connection.fetch(ANSWER_BATCH, *batch_arguments(requests, settings, now, now + TTL))
            done.holds += sum(row["verdict"] == "granted" for row in rows)
        done.seconds = time.perf_counter() - started
    return done


async def _transactions(pool: "asyncpg.Pool[asyncpg.Record]", variant_id: UUID, seconds: float) -> Round:
    """Let 200 buyers lock the stock row, look, and write, a transaction each."""
    done = Round()
    started = time.perf_counter()

    async def buy() -> None:
        while (asked := time.perf_counter()) < started + seconds:
            async with pool.acquire() as connection, connection.transaction():
                await _hold_alone(connection, variant_id)
            done.delays_ms.append((time.perf_counter() - asked) * 1000)
            done.holds += 1

    await asyncio.gather(*(buy() for _ in range(BUYERS)))
    done.seconds = time.perf_counter() - started
    return done


async def _hold_alone(connection: Any, variant_id: UUID) -> None:
    hold_id, now = new_id(), datetime.now(UTC)
    free = await connection.fetchval(
        "SELECT on_hand - held FROM stock WHERE variant_id = $1 FOR UPDATE", variant_id
    )
    if free < 1:
        raise SoldOut(available=free)
    await connection.execute("UPDATE stock SET held = held + 1 WHERE variant_id = $1", variant_id)
    await connection.execute(
        "INSERT INTO holds (id, variant_id, holder, idempotency_key, quantity, state, expires_at,"
        " list_price_minor, unit_price_minor) VALUES ($1, $2, $3, $4, 1, 'active', $5, 1000, 1000)",
        hold_id,
        variant_id,
        new_token(),
        new_token(),
        now + TTL,
    )
    await connection.execute(
        "INSERT INTO stock_movements"
        " (variant_id, kind, on_hand_change, held_change, hold_id, reason, happened_at)"
        " VALUES ($1, 'held', 0, 1, $2, '', $3)",
        variant_id,
        hold_id,
        now,
    )


async def _rush(db: Database, variant_id: UUID, buyers: int) -> list[Figure]:
    """Let a crowd ask at once for 500 units, and count who got one."""
    queue = HoldQueue(db, SystemClock(), InventorySettings(), OPEN)
    spare_the_collector()  # as the program does once it has started
    started = time.perf_counter()
    requests = (
        HoldRequest(new_token(), VariantId(variant_id), 1, new_token(), Venue.ROOM) for _ in range(buyers)
    )
    outcomes = await asyncio.gather(*(queue.hold(request) for request in requests), return_exceptions=True)
    milliseconds = (time.perf_counter() - started) * 1000
    await queue.close()
    granted = sum(isinstance(outcome, Hold) for outcome in outcomes)
    return [
        figure(
            f"units held of {RUSH_UNITS} when {buyers:,} buyers ask at once",
            "",
            granted,
            RUSH_UNITS,
            "ratio = 1",
        ),
        figure(f"time until all {buyers:,} are answered", "ms", milliseconds, None),
    ]


@asynccontextmanager
async def stocked_shop() -> AsyncIterator[tuple[Database, "asyncpg.Pool[asyncpg.Record]", list[VariantId]]]:
    """Give a fresh durable database with four stocked variants, and a bare pool to it."""
    with TemporaryDirectory(prefix="etalase-bench-") as folder:
        server = EmbeddedPostgres(Path(folder), options={"max_connections": "120"})
        await asyncio.to_thread(server.start)
        try:
            await provision(server.dsn("postgres", "postgres"), "commerce", "bench")
            db = Database(server.dsn("etalase_commerce", "bench"), "commerce")
            await migrate(db)
            arguments = connect_arguments(db.dsn, "commerce")
            pool = asyncpg.create_pool(plain_dsn(db.dsn), min_size=1, max_size=PEER_CONNECTIONS, **arguments)
            async with pool:
                yield db, pool, await _stocked_variants(db)
            await db.close()
        finally:
            await asyncio.to_thread(server.stop)


async def _stocked_variants(db: Database) -> list[VariantId]:
    place = ShopAddress("Bench", "0812000000", "Jl. Uji 1", "Uji", "Bandung", "Jawa Barat", "40111")
    sizes = tuple(VariantDraft(size=size, price="1000", weight_grams="100") for size in "SMLX")
    async with db.begin() as tx:
        shop = await shops.create_shop(
            tx, new_id(), ShopDraft(name="Bench", origin=place, contact_email="bench@shop.example")
        )
        product = await catalog.create_product(tx, shop.id, ProductDraft(title="Dress", variants=sizes))
        ids = [variant.id for variant in product.variants]
        for variant_id in ids[:3]:
            await inventory.receive(tx, variant_id, STOCK)
        await inventory.receive(tx, ids[3], RUSH_UNITS)
    return ids
