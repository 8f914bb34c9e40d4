"""What goes wrong between us and what we store in, in five kinds; the driver's own errors end here.

`Away` and `StorageFull` are worth waiting for, `Unstorable` is a fault of what was sent, `Conflict` of the
moment, `DatabaseBug` of ours. None of them repeats a value that was sent: the driver's words do, and stay
behind.
"""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from asyncpg.exceptions import InternalClientError
from asyncpg.exceptions._base import DataError as UnencodableInput
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from etalase.kernel.errors import Refusal

AWAY_STATES = ("08", "57", "53300", "25P03", "25P04", "25006")
"""SQLSTATEs of a lost connection, of a server that stops or starts or was told to give a statement up, of one
without a connection left, of one that ended our session, and of a standby (PostgreSQL, appendix A)."""
FULL_STATES = ("53", "58")
"""No disk, no memory, and what the system under the server refuses."""
UNSTORABLE_STATES = (
    "22000", "22001", "22003", "22007", "22008", "22021", "22023", "22026", "2203", "22P02", "22P03", "22P05",
    "54",
)  # fmt: skip
"""Text or numbers that no column can hold: characters, lengths, ranges, what is too large for an index."""
CONFLICT_STATES = ("23503", "23505", "23P01", "40", "55P03")
"""Somebody else did something that excludes this: a key, a reference, a deadlock, a lock."""
DRIVER_ERRORS = (
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    InternalClientError,
)
REPEATABLE = (asyncpg.InvalidCachedStatementError,)
"""A migration changed a table under a prepared statement; the driver has forgotten it, and prepares anew."""
GONE_TRANSPORT = "the handler is closed"
"""What uvloop says, as a mere RuntimeError, of a write to a connection that was lost a moment ago."""
FULL_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT})


class Away(ConnectionError):
    """What the work needs is out of reach for now, through no fault of the work: it is worth waiting for."""


class DatabaseFault(Exception):
    """What the server, or the driver, made of a statement; `sqlstate` where there is one."""

    def __init__(self, message: str = "", *, sqlstate: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class DatabaseAway(DatabaseFault, Away):
    """No connection to the server can be had: it is stopped, starting, out of reach or out of connections."""


class StorageFull(DatabaseFault, Away):
    """The server has no room left, on disk or in memory; nothing can be written until somebody makes some."""


class Conflict(DatabaseFault):
    """Something that happened at the same moment excludes this. Done again, it may go through."""


class DatabaseBug(DatabaseFault):
    """The statement should not have been sent so: our fault."""


class Unstorable(Refusal):
    """What was sent holds characters or numbers that can't be stored, such as a zero character."""

    code = "unstorable"


def is_full(error: BaseException) -> bool:
    """Tell whether a disk is full: the database's, or the one on which files are kept."""
    return isinstance(error, StorageFull) or (isinstance(error, OSError) and error.errno in FULL_ERRORS)


@contextmanager
def translating(connection: Any = None) -> Iterator[None]:
    """Raise the driver's errors as one of ours, from where they were raised.

    What the block raises by itself passes; so does an OSError, unless the connection broke with it.
    """
    try:
        yield
    except DRIVER_ERRORS as error:
        fault = translate(error)
        if connection is None and not isinstance(fault, Away):  # whatever keeps us out may let us in again
            fault = DatabaseAway(*fault.args)
        raise fault.with_traceback(error.__traceback__) from None
    except (OSError, RuntimeError) as error:
        if not _is_of_the_connection(error, connection):
            raise
        raise DatabaseAway(type(error).__name__).with_traceback(error.__traceback__) from None


def log_a_lost_connection_plainly(record: logging.LogRecord) -> bool:
    """Let the pool's log say in a line that it put a lost connection away; a `logging` filter.

    The server is gone, and closing says so once more: no fault of ours, and nothing that a
    traceback explains.
    """
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, (OSError, *DRIVER_ERRORS)) or _is_of_a_gone_transport(error):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = f"a lost connection was put away: {type(error).__name__}", ()
        record.exc_info = None
    return True


def translate(error: BaseException) -> DatabaseFault | Unstorable:
    """Return our error for one of the driver's."""
    cause = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    if isinstance(cause.__cause__, DRIVER_ERRORS):
        cause = cause.__cause__
    state = getattr(cause, "sqlstate", None) or ""
    message = _describe(cause, state)
    if _is_unstorable(cause, state):
        return Unstorable()
    if state.startswith(AWAY_STATES) or _is_lost(error, cause):
        return DatabaseAway(message, sqlstate=state)
    if state.startswith(FULL_STATES):
        return StorageFull(message, sqlstate=state)
    is_of_the_moment = state.startswith(CONFLICT_STATES) or isinstance(cause, REPEATABLE)
    kind = Conflict if is_of_the_moment else DatabaseBug
    return kind(message, sqlstate=state)


def _is_unstorable(cause: BaseException, state: str) -> bool:
    if isinstance(cause, UnencodableInput | UnicodeError | OverflowError | RecursionError):
        return True
    return state.startswith(UNSTORABLE_STATES)


def _is_lost(error: BaseException, cause: BaseException) -> bool:
    if isinstance(cause, OSError | TimeoutError | PoolExhausted | InternalClientError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(cause, asyncpg.InterfaceError) and "closed" in str(cause)


def _is_of_the_connection(error: OSError | RuntimeError, connection: Any) -> bool:
    """Tell whether an error that is not the driver's comes from the connection that it writes to."""
    if isinstance(error, RuntimeError):
        return _is_of_a_gone_transport(error)
    return not isinstance(error, Away) and _is_broken(connection)


def _is_of_a_gone_transport(error: BaseException | None) -> bool:
    return isinstance(error, RuntimeError) and GONE_TRANSPORT in str(error)


def _is_broken(connection: Any) -> bool:
    """Tell whether a connection of SQLAlchemy's can be used no more; without one, it never came to be."""
    if connection is None or connection.invalidated or connection.closed:
        return True
    driver = connection.sync_connection.connection.driver_connection
    return driver is None or driver.is_closed()


def _describe(cause: BaseException, state: str) -> str:
    """Say what happened by kind and by the names of ours that it touches, and in our own triggers' words."""
    names = (getattr(cause, name, None) for name in ("table_name", "column_name", "constraint_name"))
    parts = [state, type(cause).__name__, *(name for name in names if name)]
    if state.startswith(("42", "P0", "23514", "23001")) and isinstance(cause, asyncpg.PostgresError):
        parts.append(cause.args[0])
    return " ".join(part for part in parts if part)
