"""The sweep with a line behind the holds: 500 lapse, and 500 who wait get their turns, in one transaction.

With a million holds open and 100,000 waiting it is measured beside the same sweep in an empty shop, on the
same server: what lies around must not matter. What the page of a buyer far behind asks is measured too.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg

from bench.holds import RUSH_UNITS, figure, stocked_shop
from etalase.commerce import inventory
from etalase.platform.db import Database

Figure = dict[str, Any]
OPEN_HOLDS, WAITING = 1_000_000, 100_000
HOLD = """
INSERT INTO holds (id, variant_id, holder, idempotency_key, quantity, state, expires_at)
SELECT gen_random_uuid(), $1, 'cart:' || $2 || number, 'bench', 1, 'active', $3::timestamptz
FROM generate_series(1, $4) AS number
"""
TAKE = "UPDATE stock SET held = held + $2 WHERE variant_id = $1"
JOIN = """
INSERT INTO waitlist
    (id, variant_id, holder, idempotency_key, quantity, state, hold_seconds, joined_at, locale)
SELECT gen_random_uuid(), $1, 'cart:' || $2 || number, 'bench', 1, 'waiting', 600, now(), ''
FROM generate_series(1, $3) AS number
"""
COUNT = "UPDATE stock SET waiting = waiting + $2 WHERE variant_id = $1"
LAPSE = "UPDATE holds SET expires_at = $2 WHERE variant_id = $1 AND state = 'active'"


async def run(*, short: bool) -> list[Figure]:
    """Sweep in an empty shop, fill it, and sweep again."""
    turns = 3 if short else 9
    holds, waiting = (OPEN_HOLDS // 10, WAITING // 10) if short else (OPEN_HOLDS, WAITING)
    async with stocked_shop() as (db, pool, variant_ids):
        bulk, hot = variant_ids[0], variant_ids[3]
        await _hold(pool, hot, "hot", RUSH_UNITS)
        await _join(pool, hot, "near", RUSH_UNITS * turns + 1)
        empty = [await _sweep(db, pool, hot) for _ in range(turns)]
        near = await _timed(lambda: _places(db, f"cart:near{RUSH_UNITS * turns + 1}"), turns)
        await _hold(pool, bulk, "bulk", holds)
        await _join(pool, hot, "far", waiting)
        await pool.execute("ANALYZE")
        full = [await _sweep(db, pool, hot) for _ in range(turns)]
        far = await _timed(lambda: _places(db, f"cart:far{waiting}"), turns)
        idle = await _timed(lambda: inventory.expire_due(db), turns)
    around = f"{holds:,} holds open, {waiting:,} waiting"
    turned = f"{RUSH_UNITS} lapse, {RUSH_UNITS} turns: {around}"
    return [
        figure(
            turned,
            "ms",
            median(full),
            median(empty),
            "ratio <= 2",
        ),
        figure(f"a look of the sweep where nothing is due: {around}", "ms", idle, None, "<= 50"),
        figure("a place far behind, as its page asks", "ms", far, near),
    ]


async def _hold(pool: asyncpg.Pool, variant_id: UUID, name: str, count: int) -> None:
    """Have so many holds open that end in a thousand years."""
    await pool.execute(HOLD, variant_id, name, datetime(3026, 1, 1, tzinfo=UTC), count)
    await pool.execute(TAKE, variant_id, count)


async def _join(pool: asyncpg.Pool, variant_id: UUID, name: str, count: int) -> None:
    await pool.execute(JOIN, variant_id, name, count)
    await pool.execute(COUNT, variant_id, count)


async def _sweep(db: Database, pool: asyncpg.Pool, variant_id: UUID) -> float:
    """Let what is held lapse; return how many milliseconds passed until all of it was the next buyers'."""
    await pool.execute(LAPSE, variant_id, db.clock.now())
    began = time.perf_counter()
    ended = await inventory.expire_due(db)
    seconds = time.perf_counter() - began
    if ended != RUSH_UNITS:
        raise RuntimeError(f"{ended} holds lapsed, and not {RUSH_UNITS}")
    return seconds * 1000


async def _places(db: Database, holder: str) -> None:
    async with db.begin() as tx:
        if len(await inventory.list_waiting(tx, [holder])) != 1:
            raise RuntimeError(f"{holder} waits no more")


async def _timed(deed: Callable[[], Awaitable[object]], turns: int) -> float:
    """Return the median of some turns, in milliseconds."""
    taken = []
    for _ in range(turns):
        began = time.perf_counter()
        await deed()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
