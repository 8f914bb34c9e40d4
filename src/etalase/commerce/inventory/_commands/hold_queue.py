"""The desk where buyers' requests wait and are answered together: group commit.

Purpose: many buyers want units of the same few variants in the same second. A transaction each would queue
at one row's lock; here those that arrive while one commit is under way share the next.
Invariants: an answer is given only after it is durable; requests of one variant are granted in the order of
their arrival; a request repeated under its key gets its first answer.
Concurrency: one batch at a time in a process; any number of processes, kept apart by the locks on the stock
rows. A batch has at most one request of a holder, so that a greedy holder waits behind the others.
Lifecycle: the worker starts with the first request and ends when none is left; `close` answers all who wait.
It is the one command that commits by itself: who waits for others' commits can't be in a transaction.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter

from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._commands.guests import GuestHolds
from etalase.commerce.inventory._errors import HoldQueueFull
from etalase.commerce.inventory._events import StockChanged
from etalase.commerce.inventory._model import (
    Hold,
    HoldRequest,
    HoldVerdict,
    InventorySettings,
    MovementKind,
    SourceResult,
    check_request,
    refusal_of,
    require_same_request,
)
from etalase.kernel.clock import Clock
from etalase.kernel.errors import Refusal
from etalase.kernel.sources import Venue
from etalase.platform import outbox
from etalase.platform.db import Away, Database, Tx
from etalase.policy import Action, Facts, Law, LawRefusal

log = structlog.get_logger()

holds_total = Counter(
    "etalase_holds_total", "Answers to buyers who wanted a hold: held, a refusal's code, or error", ["result"]
)

referrals_total = Counter(
    "etalase_referrals_total",
    "Referrals that buyers brought: kept with a hold, or why they were dropped",
    ["result"],
)

Outcome = Hold | Refusal


def count_referral(result: str) -> None:
    """Count what became of a referral that a buyer brought."""
    referrals_total.labels(result).inc()


@dataclass(eq=False, slots=True)
class _Waiting:
    """A request and where its answer goes."""

    request: HoldRequest
    answer: "asyncio.Future[Hold]"

    def settle(self, outcome: Hold | Exception) -> None:
        """Give the answer, unless whoever asked has gone."""
        if self.answer.done():
            return
        if isinstance(outcome, Hold):
            result = "held"
            self.answer.set_result(outcome)
        else:
            result = outcome.code if isinstance(outcome, Refusal) else "error"
            self.answer.set_exception(outcome)
        holds_total.labels(result).inc()


@dataclass(slots=True)
class _Lines:
    """Requests by arrival, in a line for each holder; each batch takes one of each line."""

    lines: dict[str, deque[_Waiting]] = field(default_factory=dict)
    size: int = 0

    def add(self, waiting: _Waiting) -> None:
        """Put the request behind its holder's others."""
        self.lines.setdefault(waiting.request.holder, deque()).append(waiting)
        self.size += 1

    def put_back(self, batch: list[_Waiting]) -> None:
        """Put requests that are to be asked again before all others."""
        again = {waiting.request.holder: deque([waiting]) for waiting in batch}
        for holder, line in self.lines.items():
            again.setdefault(holder, deque()).extend(line)
        self.lines = again
        self.size += len(batch)

    def take(self, maximum: int) -> list[_Waiting]:
        """Take the first request of each line, at most so many; who has more goes to the end."""
        taken: list[_Waiting] = []
        for holder in list(self.lines)[:maximum]:
            line = self.lines.pop(holder)
            taken.append(line.popleft())
            if line:
                self.lines[holder] = line
        self.size -= len(taken)
        return [waiting for waiting in taken if not waiting.answer.done()]


class HoldQueue:
    """Holds units for buyers, many in one commit."""

    def __init__(self, db: Database, clock: Clock, settings: InventorySettings, law: Law) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._law = law
        self._guests = GuestHolds(settings, clock)
        self._queue = _Lines()
        self._worker: asyncio.Task[None] | None = None
        self._closed = False

    async def hold(self, request: HoldRequest) -> Hold:
        """Hold the units for the buyer, durably, or raise why not.

        Raises `Invalid`, `SoldOut`, `NotForSale`, `HoldLimitReached`, `IdempotencyKeyReused`,
        `HoldQueueFull`, `NetworkHoldsTooMuch`, `LawRefusal`. The same key and request return one hold, as
        it is now; a refusal is not remembered, since it changed nothing.
        """
        check_request(request, self._settings)
        if self._closed or self._queue.size >= self._settings.queue_size:
            raise HoldQueueFull
        if request.network:
            await self._count_guest(request)
        waiting = _Waiting(request, asyncio.get_running_loop().create_future())
        self._queue.add(waiting)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="inventory.hold_queue")
        try:
            return await waiting.answer
        except Refusal:
            if request.network:
                self._guests.refused(request)
            raise

    async def _count_guest(self, request: HoldRequest) -> None:
        """Count a guest's request. What is free is asked once; every grant tells it anew."""
        if not self._guests.knows(request.variant_id):
            async with self._db.begin() as tx:
                found = (await store.stock_of(tx, [request.variant_id])).get(request.variant_id)
            if found is not None and not self._guests.knows(request.variant_id):
                self._guests.note_free(request.variant_id, found.available)
        self._guests.count(request)

    def ordered(self, network: str, units: Mapping[UUID, int]) -> None:
        """Count units no more, by variant, that guests of this network have ordered."""
        if network:
            self._guests.give_back(network, units)

    async def close(self) -> None:
        """Take no more requests; return when all who wait are answered."""
        self._closed = True
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        """Answer batch after batch until nobody waits."""
        while self._queue.size:
            batch = self._keep_lawful(self._queue.take(self._settings.batch_size))
            if batch:
                await self._serve(batch)

    def _keep_lawful(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Ask the law as late as can be, as it may have changed while they waited; answer whom it refuses."""
        facts, kept = Facts(self._clock.now()), []
        for waiting in batch:
            try:
                if waiting.request.venue is Venue.ROOM:
                    self._law.require(Action.HOLD_IN_ROOM, facts)
            except LawRefusal as refusal:
                waiting.settle(refusal)
            else:
                kept.append(waiting)
        return kept

    async def _serve(self, batch: list[_Waiting], *, retry: bool = True) -> None:
        """Commit the requests together; where that fails, find out which of them can't be served.

        It is tried again after a lost connection: had the commit come through after all, the keys are known.
        """
        try:
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

    async def _serve_apart(self, batch: list[_Waiting], error: Exception, *, retry: bool) -> None:
        """Serve a failed batch by halves, so that one bad request does not fail its neighbours."""
        lost = isinstance(error, Away)
        if retry and (lost or len(batch) == 1):
            await self._serve(batch, retry=False)
        elif lost or len(batch) == 1:
            log.warning("hold_batch_failed", batch=len(batch), error=error)
            for waiting in batch:
                waiting.settle(error)
        else:
            middle = len(batch) // 2
            await self._serve(batch[:middle])
            await self._serve(batch[middle:])

    async def _commit(self, requests: list[HoldRequest]) -> list[Outcome | None]:
        """Answer the requests in one transaction; None means: ask again, there may be enough after all."""
        now = self._clock.now()
        expires_at = now + timedelta(seconds=self._settings.hold_ttl_seconds)
        async with self._db.begin() as tx:
            answers, taken = await store.answer_batch(tx, requests, self._settings, now, expires_at)
            known = await self._known_holds(tx, answers)
            for left in taken:
                self._guests.note_free(left.variant_id, left.available)
            await outbox.publish(
                tx,
                *(
                    StockChanged(
                        shop_id=left.shop_id,
                        product_id=left.product_id,
                        variant_id=left.variant_id,
                        available=left.available,
                        cause=MovementKind.HELD,
                    )
                    for left in taken
                ),
            )
        for request, answer in zip(requests, answers, strict=True):
            if request.source and answer.hold:
                count_referral(answer.came or SourceResult.REPLAYED)
        return [
            self._outcome(request, answer, known) for request, answer in zip(requests, answers, strict=True)
        ]

    async def _known_holds(self, tx: Tx, answers: list[store.HoldAnswer]) -> dict[UUID, Hold]:
        """Return the holds that requests of this batch were given earlier."""
        ids = [answer.known_id for answer in answers if answer.known_id is not None]
        return await store.get_holds(tx, ids) if ids else {}

    def _outcome(
        self, request: HoldRequest, answer: store.HoldAnswer, known: dict[UUID, Hold]
    ) -> Outcome | None:
        if answer.hold is not None:
            return answer.hold
        if answer.known_id is not None:
            try:
                return require_same_request(known[answer.known_id], request)
            except Refusal as refusal:
                return refusal
        if answer.verdict is HoldVerdict.SOLD_OUT and request.quantity <= answer.available:
            return None  # a larger request stood before it in the line, and was not granted
        return refusal_of(answer.verdict, available=answer.available, settings=self._settings)
