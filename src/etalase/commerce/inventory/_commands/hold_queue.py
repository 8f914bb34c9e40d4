"""The queue in which buyers' requests wait and are answered together: group commit.

Invariants: requests of one variant are granted in the order of their arrival; a request repeated under its
key gets its first answer. Processes are kept apart by the locks on the stock rows.
It commits by itself: who waits for others' commits can't be in a transaction.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from prometheus_client import Counter

from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._commands.guests import GuestHolds
from etalase.commerce.inventory._commands.misses import Emptied, Misses, recorded
from etalase.commerce.inventory._commands.stocking import open_stock
from etalase.commerce.inventory._commands.waiting import (
    NeverStocked,
    find_earlier_answers,
    join_lines,
)
from etalase.commerce.inventory._errors import HoldQueueFull, SoldOut
from etalase.commerce.inventory._events import StockChanged
from etalase.commerce.inventory._model import (
    Hold,
    HoldRequest,
    HoldVerdict,
    InventorySettings,
    Joining,
    MovementKind,
    SourceResult,
    WaitlistPlace,
    check_request,
    refusal_of,
    require_same_request,
)
from etalase.kernel.clock import Clock
from etalase.kernel.errors import Refusal
from etalase.kernel.sources import Venue
from etalase.platform import outbox
from etalase.platform.db import Database, Tx
from etalase.platform.group_commit import GroupCommit, QueueFull
from etalase.platform.observing import request_of
from etalase.policy import Action, Facts, Law, LawRefusal

holds_total = Counter(
    "etalase_holds_total",
    "Answers to buyers who wanted a hold: held, waits, a refusal's code, or error",
    ["result"],
)

referrals_total = Counter(
    "etalase_referrals_total",
    "Referrals that buyers brought: kept with a hold, or why they were dropped",
    ["result"],
)

Answer = Hold | WaitlistPlace
Outcome = Answer | Refusal
SHOWS_KNOWN = 1000


def count_referral(result: str) -> None:
    """Count what became of a referral that a buyer brought."""
    referrals_total.labels(result).inc()


def variants_of(requests: Sequence[HoldRequest]) -> set[UUID]:
    """Return what these requests want."""
    return {request.variant_id for request in requests}


def _stock_taken(
    requests: Sequence[HoldRequest], answers: Sequence[store.HoldAnswer], taken: Sequence[store.StockLeft]
) -> list[outbox.Caused]:
    """Return what is left of each variant, as whoever took of it last has left it."""
    last = {
        request.variant_id: request.holder
        for request, answer in zip(requests, answers, strict=True)
        if answer.hold
    }
    return [
        outbox.Caused(
            StockChanged(
                shop_id=left.shop_id,
                product_id=left.product_id,
                variant_id=left.variant_id,
                available=left.available,
                cause=MovementKind.HELD,
            ),
            request_of(last.get(left.variant_id)),
        )
        for left in taken
    ]


class HoldQueue:
    """Holds units for buyers, many in one commit."""

    def __init__(self, db: Database, clock: Clock, settings: InventorySettings, law: Law) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._law = law
        self._guests = GuestHolds(settings, clock)
        self._misses = Misses()
        self._emptied = Emptied()
        self._shows: OrderedDict[str, None] = OrderedDict()
        self._queue: GroupCommit[HoldRequest, Answer] = GroupCommit(
            self._commit,
            line_of=lambda request: request.holder,
            batch_size=settings.batch_size,
            queue_size=settings.queue_size,
            name="inventory.hold_queue",
        )

    async def hold(self, request: HoldRequest) -> Hold:
        """Hold the units for the buyer, durably, or raise why not.

        Raises `Invalid`, `SoldOut`, `NotForSale`, `HoldLimitReached`, `PriceChanged`, `DealSoldOut`,
        `DealLimitReached`, `IdempotencyKeyReused`, `HoldQueueFull`, `NetworkHoldsTooMuch`, `LawRefusal`. The
        same key and request return one hold, as it is now; a refusal is not remembered, since it changed
        nothing.
        """
        answer = await self._ask(replace(request, joining=None) if request.joining else request)
        if not isinstance(answer, Hold):
            raise TypeError  # who does not ask to wait is never put in line
        return answer

    async def hold_or_wait(self, request: HoldRequest) -> Answer:
        """Hold the units, or give the buyer a place in line where none is free; decided at one moment.

        Whoever waits in that line already keeps their place. Raises what `hold` raises, `SoldOut` only where
        some units are free, and fewer than were wanted.
        """
        waiting = replace(request, joining=request.joining or Joining())
        try:
            return await self._ask(waiting)
        except NeverStocked:
            async with self._db.begin() as tx:
                await open_stock(tx, [request.variant_id])
            return await self._ask(waiting)

    async def _ask(self, request: HoldRequest) -> Answer:
        check_request(request, self._settings)
        if request.asked_at is None:
            request = replace(request, asked_at=self._clock.now())
        if self._queue.is_full:
            raise HoldQueueFull
        if not request.network:
            return await self._answer_to(request)
        await self._count_guest(request)
        try:
            answer = await self._answer_to(request)
        except Refusal:
            self._guests.refused(request)
            raise
        else:
            if isinstance(answer, Hold):
                self._guests.kept(request, answer.expires_at)
            return answer
        finally:
            self._guests.answered(request)

    async def _answer_to(self, request: HoldRequest) -> Answer:
        try:
            answer = await self._queue.ask(request)
        except QueueFull:
            raise HoldQueueFull from None
        except Refusal as refusal:
            holds_total.labels(refusal.code).inc()
            raise
        except Exception:
            holds_total.labels("error").inc()
            raise
        holds_total.labels("held" if isinstance(answer, Hold) else "waits").inc()
        return answer

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
        await self._queue.close()

    async def _commit(self, requests: Sequence[HoldRequest]) -> list[Outcome | None]:
        """Ask the law as late as can be, as it may have changed while they waited; answer those it lets."""
        outcomes: dict[str, Outcome | None] = {**self._refuse_unlawful(requests)}
        lawful = [request for request in requests if request.holder not in outcomes]
        outcomes |= await self._refuse_hopeless(lawful)
        rest = [request for request in lawful if request.holder not in outcomes]
        if rest:
            outcomes |= await self._answer(rest)
        return [outcomes[request.holder] for request in requests]

    def _refuse_unlawful(self, requests: Sequence[HoldRequest]) -> dict[str, Refusal]:
        """Return the refusals of those whom the law lets hold nothing here, by holder."""
        facts, refusals = Facts(self._clock.now()), dict[str, Refusal]()
        for request in requests:
            try:
                if request.venue is Venue.ROOM:
                    self._law.require(Action.HOLD_IN_ROOM, facts)
            except LawRefusal as refusal:
                refusals[request.holder] = refusal
        return refusals

    async def _refuse_hopeless(self, requests: Sequence[HoldRequest]) -> dict[str, Refusal]:
        """Return the refusals of those who find nothing left, by holder, where that takes only a look.

        A crowd that rushes at a few units is nearly all of this kind. Who is over a limit hears of that only
        where there is something to hold.
        """
        hopeless = self._emptied.list_hopeless(requests)
        if not hopeless:
            return {}
        async with self._db.begin() as tx:
            in_vain = await store.list_in_vain(tx, hopeless)
        for variant_id in variants_of(hopeless) - variants_of(in_vain):
            self._emptied.forget(variant_id)
        return {request.holder: SoldOut(available=0) for request in in_vain}

    async def _answer(self, requests: list[HoldRequest]) -> dict[str, Outcome | None]:
        """Answer the requests, by holder, in one transaction.

        None means: ask again, there may be enough after all.
        """
        now = self._clock.now()
        expires_at = now + timedelta(seconds=self._settings.hold_ttl_seconds)
        async with self._db.begin() as tx:
            earlier = await find_earlier_answers(tx, requests)
            fresh = [request for request in requests if request.holder not in earlier]
            await self._open_claims(tx, fresh)
            answers, taken = await store.answer_batch(tx, fresh, self._settings, now, expires_at)
            joined = await self._join_lines(tx, fresh, answers)
            known = await self._known_holds(tx, answers)
            await outbox.publish(
                tx,
                *_stock_taken(fresh, answers, taken),
                *recorded(fresh, answers),
            )
        for left in taken:
            self._guests.note_free(left.variant_id, left.available)
            self._emptied.note(left.variant_id, left.available)
        results: dict[str, Outcome | None] = {**earlier}
        for request, answer in zip(fresh, answers, strict=True):
            if request.source and answer.hold:
                count_referral(answer.came or SourceResult.REPLAYED)
            place = joined.get(request.holder)
            results[request.holder] = (
                self._placed(place, request, answer) if place else self._outcome(request, answer, known)
            )
        return results

    def _placed(self, place: Outcome, request: HoldRequest, answer: store.HoldAnswer) -> Outcome:
        """Return the place in line with the number of the claim, and how late it came."""
        if answer.claim is None or not isinstance(place, WaitlistPlace):
            return place
        late_ms = self._misses.missed(request).get("late_ms", 0)
        return replace(place, claim=answer.claim.number, late_ms=late_ms)

    async def _join_lines(
        self, tx: Tx, requests: list[HoldRequest], answers: list[store.HoldAnswer]
    ) -> dict[str, Outcome]:
        """Put in line who would wait and came too late; return what they are answered, by holder."""
        late = [
            request
            for request, answer in zip(requests, answers, strict=True)
            if request.joining and answer.verdict is HoldVerdict.SOLD_OUT and not answer.available
        ]
        if not late:
            return {}
        placed = await join_lines(tx, late, self._settings)
        return {request.holder: answer for request, answer in zip(late, placed, strict=True)}

    async def _open_claims(self, tx: Tx, requests: list[HoldRequest]) -> None:
        """Begin the chains of shows that this process meets for the first time."""
        shows = {request.source.show for request in requests if request.source} - self._shows.keys()
        if shows:
            await store.open_claims(tx, shows)
            tx.after_commit(lambda: self._remember_shows(shows))

    def _remember_shows(self, shows: set[str]) -> None:
        self._shows.update(dict.fromkeys(shows))
        while len(self._shows) > SHOWS_KNOWN:
            self._shows.popitem(last=False)

    async def _known_holds(self, tx: Tx, answers: list[store.HoldAnswer]) -> dict[UUID, Hold]:
        """Return the holds that requests of this batch were given earlier."""
        ids = [answer.known_id for answer in answers if answer.known_id is not None]
        return await store.get_holds(tx, ids) if ids else {}

    def _outcome(
        self, request: HoldRequest, answer: store.HoldAnswer, known: dict[UUID, Hold]
    ) -> Outcome | None:
        if answer.hold is not None:
            self._misses.granted(request)
            return replace(answer.hold, claim=answer.claim.number if answer.claim else None)
        if answer.known_id is not None:
            try:
                return require_same_request(known[answer.known_id], request)
            except Refusal as refusal:
                return refusal
        if answer.verdict is HoldVerdict.AGAIN or (
            answer.verdict is HoldVerdict.SOLD_OUT and request.quantity <= answer.available
        ):
            return None  # a larger request stood before it in the line, and was not granted
        facts = {"claim": answer.claim.number} if answer.claim else {}
        if answer.claim and answer.verdict is HoldVerdict.SOLD_OUT:
            facts |= self._misses.missed(request)
        return refusal_of(
            answer.verdict,
            available=answer.available,
            price=answer.price,
            per_buyer=answer.per_buyer,
            settings=self._settings,
            door=request.door,
            **facts,
        )
