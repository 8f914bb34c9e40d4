"""Timed work that is enqueued in the transaction that wants it, and tried again until it is done.

The queue is pgqueuer's, in the plane's own schema. A job that fails on its last attempt is held until an
operator sends it again: `etalase dead-letters`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
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
from pgqueuer.core import buffers
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel, JobId
from pgqueuer.models import Job as QueuedJob
from pgqueuer.ports.driver import Driver, NotifyCallback
from sqlalchemy import text

from etalase.kernel.reading import read_json
from etalase.platform.db import Database, Plane, Tx
from etalase.platform.listening import connect_directly
from etalase.platform.logs import describe
from etalase.platform.observing import bound_request, request_id

log = structlog.get_logger()

P = TypeVar("P")
ATTEMPTS = 40
MAX_DELAY = timedelta(minutes=20)
"""Tried after 2, 4, 8 seconds and so on, then every 20 minutes, a job outlasts a night's outage.

pgqueuer doubles before it looks at the most: with more than 46 attempts the delay would overflow.
"""
RECONNECT_SECONDS = 1.0
WRITE_SECONDS = 0.05
REQUEST_HEADER = "request_id"
LOOK_SECONDS = 4
"""How often a worker looks for jobs of which it was not told: those for later, and those to be tried again.

Nobody rings for these, so a first retry would otherwise wait for as long on a quiet server.
"""


@dataclass(frozen=True)
class Job(Generic[P]):
    """Work done later: `handle(database, payload)` opens its own transactions and may be run twice."""

    name: str
    payload: type[P]
    handle: Callable[[Database, P], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be done after the commit, not before `delay` has passed.

    With a `key`, at most one job of that key waits or is under way at a time; a second is dropped, even one
    that the job itself asks for: to be done again, a job raises. `request_id` is the request that wants it,
    where a transaction serves several.
    """

    name: str
    payload: object
    delay: timedelta | None = None
    key: str | None = None
    request_id: str = ""


class JobFailed(Exception):
    """How a job ended, in words that the queue can store: else it would never be counted as failed."""


async def enqueue(
    tx: Tx, name: str, payload: object, *, delay: timedelta | None = None, key: str | None = None
) -> None:
    """Have one job done, as `NewJob` says."""
    await enqueue_all(tx, [NewJob(name, payload, delay, key)])


async def enqueue_all(tx: Tx, new: Sequence[NewJob]) -> None:
    """Have the jobs done, in one statement however many they are."""
    if not new:
        return
    queries = queries_for(TxDriver(tx), tx.database.plane)
    requests = [one.request_id or request_id.get() for one in new]
    await queries.enqueue(
        [one.name for one in new],
        [msgspec.json.encode(one.payload) for one in new],
        priority=[0] * len(new),
        execute_after=[one.delay for one in new],
        dedupe_key=[one.key for one in new],
        headers=[{REQUEST_HEADER: request} if request else None for request in requests],
        on_conflict="skip",
    )


async def list_dead_jobs(tx: Tx, limit: int = 100) -> list[QueuedJob]:
    """Return the newest jobs that failed for the last time."""
    return await queries_for(TxDriver(tx), tx.database.plane).list_failed_jobs(limit)


async def count_jobs(tx: Tx) -> list[tuple[str, int, float]]:
    """Return of each status how many jobs have it, and for how many seconds the oldest that is due waits."""
    rows = await tx.execute(_COUNT)
    return [(row.status, row.jobs, float(row.waits)) for row in rows]


async def take_dead_job(tx: Tx, number: int) -> Any:
    """Remove a job that failed for the last time, and return it; nothing where there is none."""
    return (await tx.execute(_TAKE, {"number": number})).one_or_none()


async def retry_dead_jobs(tx: Tx) -> int:
    """Put held jobs back into the queue, with all their attempts; return how many.

    Those whose work waits already, under the same key, are dropped.
    """
    queries = queries_for(TxDriver(tx), tx.database.plane)
    await tx.execute(_DROP_REPEATED)
    dead = (await tx.execute(text("SELECT id FROM pgqueuer WHERE status = 'failed'"))).scalars().all()
    await queries.requeue_jobs([JobId(id_) for id_ in dead])
    return len(dead)


_COUNT = text("""
    SELECT CAST(status AS text), count(*) AS jobs,
        coalesce(extract(epoch FROM max(now() - execute_after) FILTER (WHERE execute_after <= now())), 0)
        AS waits
    FROM pgqueuer GROUP BY status
""")
_TAKE = text("""
    DELETE FROM pgqueuer WHERE id = :number AND status = 'failed'
    RETURNING id, entrypoint, payload, updated
""")
_DROP_REPEATED = text("""
    DELETE FROM pgqueuer dead USING pgqueuer other
    WHERE dead.status = 'failed' AND other.dedupe_key = dead.dedupe_key
      AND (other.status IN ('queued', 'picked') OR (other.status = 'failed' AND other.id > dead.id))
""")


class PromptBuffer(buffers.JobStatusLogBuffer):
    """Writes what became of jobs soon after it is known; the library's own looks ten times a second."""

    _is_writing = False

    async def add(self, item: Any) -> None:
        """Take one, and have it written with others of the same moment."""
        await super().add(item)
        if not self._is_writing:
            self._is_writing = True
            self.add_task(asyncio.create_task(self._write_soon()))

    async def periodic_flush(self) -> None:
        """Wait for the end: nothing is to be looked for."""
        await self.shutdown.wait()

    async def _write_soon(self) -> None:
        """Write what has come, and later what could not be written; the end writes the rest."""
        pause = WRITE_SECONDS
        while self.events.qsize() > 0 and not self.shutdown.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.shutdown.wait()
            await self.flush()
            pause = RECONNECT_SECONDS
        self._is_writing = False


vars(buffers)["JobStatusLogBuffer"] = PromptBuffer  # the manager makes its own, and can't be given another


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
            await manager.run(
                dequeue_timeout=timedelta(seconds=LOOK_SECONDS), shutdown_on_listener_failure=True
            )
        finally:
            self._manager = None
            with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=2)

    def _executor(self, job: Job[Any]) -> DatabaseRetryEntrypointExecutor:
        async def work(queued: QueuedJob) -> None:
            try:
                payload = read_json(queued.payload or b"null", job.payload)
                with bound_request(str((queued.headers or {}).get(REQUEST_HEADER) or "")):
                    await job.handle(self.database, payload)
            except Exception as error:  # noqa: BLE001 - whatever it is, the queue must hear of it
                raise JobFailed(describe(error)).with_traceback(error.__traceback__) from None

        return DatabaseRetryEntrypointExecutor(
            EntrypointExecutorParameters(concurrency_limit=0, func=work, on_failure="hold"),
            max_attempts=ATTEMPTS,
            max_delay=MAX_DELAY,
        )


@cache
def settings_for(plane: Plane) -> DBSettings:
    """Return the queue's names: the plane's schema by search path, a channel of its own.

    Made once: it looks for each of its settings in the environment, half a millisecond of every order.
    """
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
