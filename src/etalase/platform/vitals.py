"""How each plane is doing, for operators: events that wait, jobs, what was given up, connections in use.

Asked for at /readyz and /metrics, from the database and at most every few seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import Gauge
from sqlalchemy.pool import QueuePool

from etalase.platform import jobs, outbox
from etalase.platform.db import Away, Database, Plane

KEPT_SECONDS = 3.0

database_up = Gauge("etalase_database_up", "Whether the plane's database answers", ["plane"])
outbox_lag = Gauge(
    "etalase_outbox_lag_seconds", "Age of the oldest event that a reaction has not seen", ["plane"]
)
outbox_waiting = Gauge("etalase_outbox_reactions_waiting", "Reactions for which an event waits", ["plane"])
dead_letters = Gauge("etalase_dead_letters", "What failed for the last time and waits", ["plane", "kind"])
jobs_waiting = Gauge("etalase_jobs", "Jobs by status", ["plane", "status"])
jobs_lag = Gauge("etalase_jobs_lag_seconds", "How long the job that is most overdue waits", ["plane"])
pool_used = Gauge("etalase_database_connections_used", "Connections of the pool in use", ["plane", "pool"])
pool_max = Gauge("etalase_database_connections_max", "Connections that the pool may have", ["plane", "pool"])


@dataclass(frozen=True)
class PlaneVitals:
    """One plane at one moment."""

    plane: Plane
    lag_seconds: float = 0.0
    reactions_waiting: int = 0
    dead_events: int = 0
    jobs: Mapping[str, int] = field(default_factory=dict)
    jobs_lag_seconds: float = 0.0
    pools: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def line(self) -> str:
        """Say it in a line for people."""
        used = ", ".join(f"{name} {used}/{maximum}" for name, (used, maximum) in self.pools.items())
        return (
            f"{self.plane}: events wait {self.lag_seconds:.0f} s, {self.jobs.get('queued', 0)} jobs wait"
            f" {self.jobs_lag_seconds:.0f} s, {self.dead_events + self.jobs.get('failed', 0)} dead letters,"
            f" connections {used}"
        )


class Vitals:
    """Looks after one plane's figures."""

    def __init__(self, database: Database, reactions: Sequence[outbox.Reaction[Any]]) -> None:
        self.database = database
        self.pools: dict[str, Database] = {"requests": database}
        self._reactions = reactions
        self._last: tuple[float, PlaneVitals] | None = None

    async def look(self, monotonic: Callable[[], float]) -> PlaneVitals:
        """Return how the plane is, and publish it as figures. Raises Away."""
        if self._last is not None and monotonic() - self._last[0] < KEPT_SECONDS:
            return self._last[1]
        try:
            seen = await self._ask()
        except Away:
            database_up.labels(self.database.plane).set(0)
            self._last = None
            raise
        self._publish(seen)
        self._last = (monotonic(), seen)
        return seen

    async def _ask(self) -> PlaneVitals:
        pools = {name: _use_of(database) for name, database in self.pools.items()}
        async with self.database.begin() as tx:
            waiting = await outbox.find_waiting(tx, self._reactions)
            dead = await outbox.count_dead_letters(tx)
            counted = await jobs.count_jobs(tx)
            now = tx.clock.now()
        return PlaneVitals(
            self.database.plane,
            max(((now - since).total_seconds() for since in waiting.values()), default=0.0),
            len(waiting),
            dead,
            {status: count for status, count, _ in counted},
            max((waits for status, _, waits in counted if status == "queued"), default=0.0),
            pools,
        )

    def _publish(self, seen: PlaneVitals) -> None:
        plane = seen.plane
        database_up.labels(plane).set(1)
        outbox_lag.labels(plane).set(seen.lag_seconds)
        outbox_waiting.labels(plane).set(seen.reactions_waiting)
        dead_letters.labels(plane, "event").set(seen.dead_events)
        dead_letters.labels(plane, "job").set(seen.jobs.get("failed", 0))
        for status in ("queued", "picked", "failed"):
            jobs_waiting.labels(plane, status).set(seen.jobs.get(status, 0))
        jobs_lag.labels(plane).set(seen.jobs_lag_seconds)
        for name, (used, maximum) in seen.pools.items():
            pool_used.labels(plane, name).set(used)
            pool_max.labels(plane, name).set(maximum)


def _use_of(database: Database) -> tuple[int, int]:
    """Return how many connections a pool has lent, and how many it may."""
    pool = database.engine.pool
    if not isinstance(pool, QueuePool):
        return (0, 0)
    return (pool.checkedout(), pool.size() + pool._max_overflow)  # noqa: SLF001 - it is told nowhere else
