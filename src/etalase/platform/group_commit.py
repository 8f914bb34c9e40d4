"""Group commit: requests that arrive while one commit is under way share the next.

Purpose: many people want something of the same few rows in the same second. A transaction each would queue at
one row's lock, and pay for every statement alone; here a batch of them pays once.
Invariants: an answer is given only after it is durable; the requests of one line are served in the order of
their arrival, at most one of a line in a batch, so that who asks a lot waits behind the others; one request
that can't be served fails alone.
Concurrency: one batch at a time in a process; any number of processes, kept apart by the locks that the
commit takes.
Each thing that a batch writes carries the id of its own request: `observing.request_of` finds it by the
request's line, and by what `observing.belongs` puts beside it. A line of the log about many carries none.
Lifecycle: the worker starts with the first request and ends when none is left. Between its last look at the
queue and its end it never awaits: a request that came in between would wait for ever. `close` answers all
who wait.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

import structlog

from etalase.kernel.errors import Refusal
from etalase.platform.db import Away
from etalase.platform.observing import request_id, serving

log = structlog.get_logger()

R = TypeVar("R")
A = TypeVar("A")


class QueueFull(Exception):
    """No more requests are taken: too many wait, or the process ends."""


@dataclass(eq=False, slots=True)
class _Waiting(Generic[R, A]):
    """A request, its line, and where its answer goes."""

    request: R
    line: str
    request_id: str
    answer: "asyncio.Future[A]"

    def settle(self, outcome: A | Exception) -> None:
        """Give the answer, unless whoever asked has gone."""
        if self.answer.done():
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


@dataclass(slots=True)
class _Lines(Generic[R, A]):
    """Requests by arrival, in lines; each batch takes one of each line."""

    lines: OrderedDict[str, deque[_Waiting[R, A]]] = field(default_factory=OrderedDict)
    size: int = 0

    def add(self, waiting: _Waiting[R, A]) -> None:
        """Put the request behind the others of its line."""
        self.lines.setdefault(waiting.line, deque()).append(waiting)
        self.size += 1

    def put_back(self, batch: Sequence[_Waiting[R, A]]) -> None:
        """Put requests that are to be asked again before all others."""
        for waiting in reversed(batch):
            self.lines.setdefault(waiting.line, deque()).appendleft(waiting)
            self.lines.move_to_end(waiting.line, last=False)
        self.size += len(batch)

    def take(self, maximum: int) -> list[_Waiting[R, A]]:
        """Take the first request of each line, at most so many; a line with more goes to the end."""
        taken: list[_Waiting[R, A]] = []
        for name in list(islice(self.lines, maximum)):
            line = self.lines.pop(name)
            taken.append(line.popleft())
            if line:
                self.lines[name] = line
        self.size -= len(taken)
        return [waiting for waiting in taken if not waiting.answer.done()]


class GroupCommit(Generic[R, A]):
    """Answers requests in batches, each in one commit.

    `commit` makes the answers durable and returns one for each request, in order: the answer, the exception
    that its asker gets, or None where it is to be asked again in the next batch. What it raises is found by
    halves; a lost connection is tried once more, so a request must be known again by a key of its own.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[R]], Awaitable[Sequence[A | Exception | None]]],
        *,
        line_of: Callable[[R], str],
        batch_size: int,
        queue_size: int,
        name: str,
    ) -> None:
        self._commit = commit
        self._line_of = line_of
        self._batch_size = batch_size
        self._queue_size = queue_size
        self._name = name
        self._queue: _Lines[R, A] = _Lines()
        self._worker: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def is_full(self) -> bool:
        """Whether it takes no further request now."""
        return self._closed or self._queue.size >= self._queue_size

    async def ask(self, request: R) -> A:
        """Return the request's answer once it is durable. Raises QueueFull, and what `commit` answers."""
        if self.is_full:
            raise QueueFull
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._queue.add(_Waiting(request, self._line_of(request), request_id.get(), answer))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name=self._name, context=Context())
        return await answer

    async def close(self) -> None:
        """Take no more requests; return when all who wait are answered."""
        self._closed = True
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        """Answer batch after batch until nobody waits."""
        while self._queue.size:
            batch = self._queue.take(self._batch_size)
            if batch:
                await self._serve(batch)

    async def _serve(self, batch: list[_Waiting[R, A]], *, retry: bool = True) -> None:
        """Commit the requests together; where that fails, find out which of them can't be served.

        It is tried again after a lost connection: had the commit come through after all, the keys are known.
        """
        try:
            with serving({waiting.line: waiting.request_id for waiting in batch}):
                outcomes = await self._commit([waiting.request for waiting in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            await self._serve_apart(batch, error, retry=retry)
            return
        again = []
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if outcome is None:
                again.append(waiting)
            else:
                waiting.settle(outcome)
        self._queue.put_back(again)

    async def _serve_apart(self, batch: list[_Waiting[R, A]], error: Exception, *, retry: bool) -> None:
        """Serve a failed batch by halves, so that one bad request does not fail its neighbours."""
        is_lost = isinstance(error, Away)
        is_final = isinstance(error, Refusal) and len(batch) == 1
        if retry and not is_final and (is_lost or len(batch) == 1):
            await self._serve(batch, retry=False)
        elif is_lost or len(batch) == 1:
            if not is_final:
                log.warning("batch_failed", queue=self._name, batch=len(batch), error=error)
            for waiting in batch:
                waiting.settle(error)
        else:
            middle = len(batch) // 2
            await self._serve(batch[:middle])
            await self._serve(batch[middle:])
