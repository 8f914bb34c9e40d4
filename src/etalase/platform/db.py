"""Connections and transactions of one plane.

A `Database` belongs to one plane: its role sees that plane's schema and no other, and the search path
names it, so tables are written without a schema. Every write happens in a `Tx`; whoever opened it commits.
"""

import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import Connection, CursorResult, Executable, Row, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from etalase.kernel.clock import Clock, SystemClock
from etalase.platform.bell import Bell
from etalase.platform.faults import (
    Away,
    Conflict,
    DatabaseAway,
    DatabaseBug,
    DatabaseFault,
    StorageFull,
    Unstorable,
    is_full,
    log_a_lost_connection_plainly,
    translating,
)

__all__ = [
    "Away",
    "Conflict",
    "Database",
    "DatabaseAway",
    "DatabaseBug",
    "DatabaseFault",
    "Plane",
    "StorageFull",
    "Tx",
    "Unstorable",
    "is_full",
]

Plane = Literal["social", "commerce"]

_READS = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE|INTO|TRUNCATE)\b", re.IGNORECASE)
"""A lock (`FOR UPDATE`) counts among them: who locks is about to write."""

logging.getLogger("sqlalchemy.pool.impl.AsyncAdaptedQueuePool").addFilter(log_a_lost_connection_plainly)


class Tx:
    """One open transaction, the clock by which it tells the time, and what to do once it is durable."""

    def __init__(self, connection: AsyncConnection, database: "Database") -> None:
        self.connection = connection
        self.database = database
        self.clock: Clock = database.clock
        self.may_have_written = False
        """Whether any statement so far was not evidently one that only reads."""
        self._after_commit: list[Callable[[], None]] = []

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement; a list of parameter sets runs it for each. Raises what `faults` lists."""
        with translating(self.connection):
            result = await self.connection.execute(statement, parameters)
        self._note(result.context.statement or "")
        return result

    async def stream(self, statement: Executable) -> AsyncIterator[Row[Any]]:
        """Yield the rows of a query one by one, however many there are; the server keeps the rest."""
        self.may_have_written = True  # nobody streams often
        with translating(self.connection):
            async with self.connection.stream(statement) as rows:
                async for row in rows:
                    yield row

    async def execute_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement as it is, with the driver's own `$1` for parameters."""
        self._note(statement)
        with translating(self.connection):
            return await self.connection.exec_driver_sql(statement, parameters)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this, quickly and without waiting, once the transaction is durable; never after a rollback."""
        self._after_commit.append(call)

    def committed(self) -> None:
        """Run what waited for the commit. For whoever opened the transaction only."""
        for call in self._after_commit:
            call()

    def _note(self, statement: str) -> None:
        if not only_reads(statement):
            self.may_have_written = True


@dataclass(slots=True)
class WriteCount:
    """How many transactions of this process that may have written to a database have ended."""

    ended: int = 0


@lru_cache(maxsize=4_096)
def only_reads(statement: str) -> bool:
    """Tell whether a statement evidently changes no table; no function that a query may call does."""
    return _READS.match(statement) is not None and _WRITES.search(statement) is None


class Database:
    """A pool of connections to one plane's schema."""

    def __init__(
        self,
        dsn: str,
        plane: Plane,
        *,
        clock: Clock | None = None,
        pool_size: int = 16,
        direct_dsn: str = "",
    ) -> None:
        self.plane: Plane = plane
        self.clock: Clock = clock or SystemClock()
        self.dsn = dsn
        self.trouble: Callable[[], str] = str
        """What whoever keeps the server knows to be wrong with it, in a line; empty when nothing is."""
        self.direct_dsn = direct_dsn or dsn
        self.is_pooled = self.direct_dsn != dsn
        """Whether a pooler such as PgBouncer stands between, which the direct DSN goes around."""
        self.bell = Bell()
        self.writes = WriteCount()
        """What is kept of this database in this process (`read_cache`) is forgotten when it rises."""
        self.engine: AsyncEngine = create_async_engine(
            engine_url(dsn),
            pool_size=pool_size,
            max_overflow=4,
            pool_timeout=10,
            pool_pre_ping=False,
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args=connect_arguments(dsn, plane, pooled=self.is_pooled)
            | (
                {"prepared_statement_cache_size": 0, "prepared_statement_name_func": unnamed}
                if self.is_pooled
                else {}
            ),
        )
        if self.is_pooled:
            event.listen(self.engine.sync_engine, "begin", settings_of_each_transaction(plane))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Open a transaction; it commits at the end of the block, or rolls back when the block raises.

        The one gate of the driver's errors: what leaves it is one of `platform.faults`, or the block's own.
        """
        async with AsyncExitStack() as stack:
            with translating():
                connection = await stack.enter_async_context(self.engine.connect())
            with translating(connection):
                tx = Tx(connection, self)
                try:
                    async with connection.begin():
                        yield tx
                finally:  # also where it failed: a lost connection may have committed
                    self.writes.ended += tx.may_have_written
            tx.committed()

    def aside(self, *, pool_size: int) -> "Database":
        """Return the same database with a pool of its own, for work that must not wait for requests."""
        other = Database(
            self.dsn, self.plane, clock=self.clock, pool_size=pool_size, direct_dsn=self.direct_dsn
        )
        other.bell, other.trouble, other.writes = self.bell, self.trouble, self.writes
        return other

    async def close(self) -> None:
        """Give all connections back to the server."""
        await self.engine.dispose()


def engine_url(dsn: str) -> URL:
    """Turn a libpq-style DSN into SQLAlchemy's address of the asyncpg driver."""
    url = make_url(dsn)
    return URL.create("postgresql+asyncpg", url.username, url.password, url.host, url.port, url.database)


def is_dsn(text: str) -> bool:
    """Tell whether this is the address of a PostgreSQL database."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"postgresql", "postgres"} and parts.port != 0 and len(parts.path) > 1
    except ValueError:
        return False


def plain_dsn(dsn: str) -> str:
    """Return the DSN without options: those are given to asyncpg as arguments."""
    return dsn.partition("?")[0]


def session_settings(plane: Plane) -> dict[str, str]:
    """Return what each session of the plane asks of the server: tables, time-outs (ms), the time's zone."""
    return {"search_path": plane, "idle_in_transaction_session_timeout": "60000", "timezone": "UTC"}


def settings_of_each_transaction(plane: Plane) -> Callable[[Connection], None]:
    """Return what asks for the session's settings at each beginning, where a pooler changes the session."""
    chosen = ", ".join(
        f"set_config('{name}', '{value}', true)" for name, value in session_settings(plane).items()
    )

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT {chosen}")

    return begin


def unnamed() -> str:
    """Return the name of every prepared statement behind a pooler: none, so that none is left behind."""
    return ""


def connect_arguments(dsn: str, plane: Plane, *, pooled: bool = False) -> dict[str, Any]:
    """Return what asyncpg needs besides the address: socket folder, the session's settings.

    A pooler that changes sessions between transactions takes neither settings nor names of statements.
    """
    query = dict(parse_qsl(urlsplit(dsn).query))
    arguments: dict[str, Any] = {
        "server_settings": {"application_name": f"etalase-{plane}", **session_settings(plane)},
        "timeout": 10,
    }
    if pooled:
        arguments |= {"server_settings": {"application_name": f"etalase-{plane}"}, "statement_cache_size": 0}
    if "host" in query:
        arguments["host"] = query["host"]
    if "sslmode" in query:
        arguments["ssl"] = query["sslmode"]
    return arguments
