"""Timed work that is enqueued in the transaction that wants it, and tried again until it is done.

The queue is pgqueuer's, in the plane's own schema. A job that fails on its last attempt is held until an
operator sends it again: `etalase dead-letters`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Self, TypeVar

import asyncpg
import msgspec
import structlog
from pgqueuer import AsyncpgDriver, Queries, QueueManager
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel, JobId
from pgqueuer.models import Job as QueuedJob
from pgqueuer.ports.driver import Driver, NotifyCallback
from sqlalchemy import text

from etalase.platform.db import Database, Plane, Tx
from etalase.platform.listening import connect_directly

log = structlog.get_logger()

P = TypeVar("P")
ATTEMPTS = 40
MOST_DELAY = timedelta(minutes=20)
"""Tried after 2, 4, 8 seconds and so on, then every 20 minutes, a job outlasts a night's outage.

pgqueuer doubles before it looks at the most: with more than 46 attempts the delay would overflow.
"""
RECONNECT_SECONDS = 1.0


@dataclass(frozen=True)
class Job(Generic[P]):
    """Work done later: `handle(database, payload)` opens its own transactions and may be run twice."""

    name: str
    payload: type[P]
    handle: Callable[[Database, P], Awaitable[None]]


async def enqueue(
    tx: Tx, name: str, payload: object, *, delay: timedelta | None = None, key: str | None = None
) -> None:
    """Have the job of this name done after the commit, not before `delay` has passed.

    With a `key`, at most one job of that key waits or is under way at a time; a second is dropped, even one
    that the job itself asks for: to be done again, a job raises.
    """
    queries = queries_for(TxDriver(tx), tx.database.plane)
    await queries.enqueue(
        name, msgspec.json.encode(payload), execute_after=delay, dedupe_key=key, on_conflict="skip"
    )


async def list_dead_jobs(tx: Tx, limit: int = 100) -> list[QueuedJob]:
    """Return the newest jobs that failed for the last time."""
    return await queries_for(TxDriver(tx), tx.database.plane).list_failed_jobs(limit)


async def retry_dead_jobs(tx: Tx) -> int:
    """Put held jobs back into the queue, with all their attempts; return how many.

    Those whose work waits already, under the same key, are dropped.
    """
    queries = queries_for(TxDriver(tx), tx.database.plane)
    await tx.execute(_DROP_REPEATED)
    dead = (await tx.execute(text("SELECT id FROM pgqueuer WHERE status = 'failed'"))).scalars().all()
    await queries.requeue_jobs([JobId(id_) for id_ in dead])
    return len(dead)


_DROP_REPEATED = text("""
    DELETE FROM pgqueuer dead USING pgqueuer other
    WHERE dead.status = 'failed' AND other.dedupe_key = dead.dedupe_key
      AND (other.status IN ('queued', 'picked') OR (other.status = 'failed' AND other.id > dead.id))
""")


class Worker:
    """Runs the jobs of one plane until it is stopped; a lost database is waited for."""

    def __init__(self, database: Database, jobs: Sequence[Job[Any]]) -> None:
        self.database = database
        self.jobs = tuple(jobs)
        self._manager: QueueManager | None = None
        self._stopping = False

    async def run(self) -> None:
        """Work until `stop`; jobs under way are finished first."""
        while not self._stopping:
            try:
                await self._run_connected()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ExceptionGroup) as error:
                log.warning("jobs_wait_for_database", plane=self.database.plane, error=error)
            if not self._stopping:
                await asyncio.sleep(RECONNECT_SECONDS)

    def stop(self) -> None:
        """Take no more jobs; `run` returns when those under way are done."""
        self._stopping = True
        if self._manager is not None:
            self._manager.shutdown.set()

    async def _run_connected(self) -> None:
        plane = self.database.plane
        connection = await connect_directly(self.database)
        try:
            manager = QueueManager(
                queries_for(AsyncpgDriver(connection), plane), channel=settings_for(plane).channel
            )
            self._manager = manager
            for job in self.jobs:
                manager.register_executor(job.name, self._executor(job))
            if self._stopping:  # `stop` came while there was no manager yet to tell
                return
            await manager.run(dequeue_timeout=timedelta(seconds=5), shutdown_on_listener_failure=True)
        finally:
            self._manager = None
            with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=2)

    def _executor(self, job: Job[Any]) -> DatabaseRetryEntrypointExecutor:
        async def work(queued: QueuedJob) -> None:
            await job.handle(self.database, msgspec.json.decode(queued.payload or b"null", type=job.payload))

        return DatabaseRetryEntrypointExecutor(
            EntrypointExecutorParameters(concurrency_limit=0, func=work, on_failure="hold"),
            max_attempts=ATTEMPTS,
            max_delay=MOST_DELAY,
        )


def settings_for(plane: Plane) -> DBSettings:
    """Return the queue's names: the plane's schema by search path, a channel of its own."""
    return DBSettings(channel=Channel(f"etalase_jobs_{plane}"))


def queries_for(driver: Driver, plane: Plane) -> Queries:
    """Return the queue's statements for one plane."""
    settings = settings_for(plane)
    return Queries(
        driver,
        QueryBuilderEnvironment(settings),
        QueryQueueBuilder(settings),
        QuerySchedulerBuilder(settings),
    )


class TxDriver(Driver):
    """Lets the queue's statements run inside a transaction of ours."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Run the statement and return its rows."""
        result = await self._tx.execute_driver_sql(query, args)
        return [dict(row) for row in result.mappings()]

    async def execute(self, query: str, *args: object) -> str:
        """Run the statement for its effect."""
        await self._tx.execute_driver_sql(query, args)
        return ""

    async def notify(self, channel: str, payload: str) -> None:
        """Send a notification at commit."""
        await self._tx.execute_driver_sql("SELECT pg_notify($1, $2)", (channel, payload))

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Refuse: a transaction does not listen."""
        raise NotImplementedError

    @property
    def shutdown(self) -> asyncio.Event:
        """Never set: the transaction's owner ends it."""
        return asyncio.Event()

    @property
    def tm(self) -> TaskManager:
        """No tasks run here."""
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None
