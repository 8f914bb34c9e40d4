"""What public pages read, kept a moment for all who ask the same.

Purpose: a hundred people who open one shop's page in the same second need one look at the database.
Invariants: what is given was read after the last write that this process has answered, at most
`MAX_AGE_SECONDS` ago, and before the moment at which it changes by itself. So nobody who writes sees an old
page at the process that answered them; what another process writes is seen within that age.
Only pages that everybody may see and that decide nothing may ask here: carts, checkouts, desks and the API
read for themselves.
Concurrency: one look for all who ask the same at a time. A look that began before a write is not shared with
who comes after it. Whoever goes away does not end the look for the others.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar, cast

from etalase.platform.db import Database, Tx

MAX_AGE_SECONDS = 1.0
MAX_QUESTIONS = 256


class Readable(Protocol):
    """What is read for a page."""

    @property
    def until(self) -> datetime | None:
        """The moment at which it changes without a write, such as a deal's end; None where there is none."""
        ...


V = TypeVar("V", bound=Readable)


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, or the look at the database that will give it, and when that began."""

    look: "asyncio.Task[Readable]"
    writes: int
    began: float
    began_at: datetime

    def is_good(self, writes: int, now: datetime) -> bool:
        """Tell whether it may be given to who asks now."""
        age = timedelta(seconds=MAX_AGE_SECONDS)
        return (
            self.writes == writes
            and time.monotonic() - self.began < MAX_AGE_SECONDS
            and self.began_at <= now < self.began_at + age
            and not (self.look.done() and _is_over(self.look, now))
        )


class ReadCache:
    """Answers of one plane's database, by question; the oldest go first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    async def get(self, question: Hashable, read: Callable[[Tx], Awaitable[V]]) -> V:
        """Return what `read` finds, or found a moment ago for the same question. Raises what it raises.

        A question names everything that its answer depends on, besides the database and the time.
        """
        database = self._database
        kept = self._kept.get(question)
        if kept is None or not kept.is_good(database.writes.ended, database.clock.now()):
            kept = self._look(question, read)
        return cast("V", await asyncio.shield(kept.look) if not kept.look.done() else kept.look.result())

    def _look(self, question: Hashable, read: Callable[[Tx], Awaitable[V]]) -> _Kept:
        async def look() -> Readable:
            async with self._database.begin() as tx:
                return await read(tx)

        kept = _Kept(
            look=asyncio.create_task(look(), name="look for a public page", context=Context()),
            writes=self._database.writes.ended,
            began=time.monotonic(),
            began_at=self._database.clock.now(),
        )
        kept.look.add_done_callback(_take_notice)
        self._kept[question] = kept
        self._kept.move_to_end(question)
        if len(self._kept) > MAX_QUESTIONS:
            self._kept.popitem(last=False)
        return kept


def _take_notice(look: "asyncio.Task[Any]") -> None:
    """Let a look fail in silence when all who asked for it have gone: asyncio would log that nobody heard."""
    if not look.cancelled():
        look.exception()


def _is_over(look: "asyncio.Task[Any]", now: datetime) -> bool:
    """Tell whether a finished look failed, or found what has changed by itself since."""
    if look.cancelled() or look.exception() is not None:
        return True
    until: datetime | None = look.result().until
    return until is not None and until <= now
