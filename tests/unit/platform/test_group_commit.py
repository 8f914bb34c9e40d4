"""Group commit: batches in order, one of a line, failures alone, nobody waits for ever."""

import asyncio
from collections.abc import Sequence

import pytest

from etalase.kernel.errors import Refusal
from etalase.platform.db import DatabaseAway
from etalase.platform.group_commit import GroupCommit, QueueFull
from etalase.platform.observing import belongs, bound_request, request_id, request_of
from tests.make.waiting import PATIENCE_SECONDS

MANY = 200


class Refused(Refusal):
    """What the commit below answers to odd numbers."""

    code = "refused"


class Ledger:
    """A commit that notes its batches; requests are lines and numbers."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.failing: list[Exception] = []
        self.bad: set[str] = set()
        self.again: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, requests: Sequence[str]) -> list[str | Exception | None]:
        await self.gate.wait()
        self.batches.append(list(requests))
        if self.failing:
            raise self.failing.pop()
        if self.bad & set(requests):
            raise ValueError(sorted(self.bad & set(requests)))
        answers: list[str | Exception | None] = []
        for request in requests:
            if request in self.again:
                self.again.remove(request)
                answers.append(None)
            else:
                answers.append(Refused() if request.endswith("!") else request.upper())
        return answers

    def queue(self, *, batch_size: int = 100, queue_size: int = 1_000) -> GroupCommit[str, str]:
        return GroupCommit(
            self.commit,
            line_of=lambda request: request.partition(":")[0],
            batch_size=batch_size,
            queue_size=queue_size,
            name="test",
        )


async def asked(queue: GroupCommit[str, str], *requests: str) -> list[str | BaseException]:
    return await asyncio.gather(*map(queue.ask, requests), return_exceptions=True)


async def test_a_batch_has_one_of_each_line_in_order() -> None:
    ledger = Ledger()
    assert await asked(ledger.queue(), "a:1", "a:2", "b:1", "a:3") == ["A:1", "A:2", "B:1", "A:3"]
    assert ledger.batches == [["a:1", "b:1"], ["a:2"], ["a:3"]]


async def test_a_refusal_and_a_failure_concern_their_own_asker_only() -> None:
    ledger = Ledger()
    ledger.bad = {"d:1"}
    answers = await asked(ledger.queue(), "a:1", "b:1!", "c:1", "d:1", "e:1")
    assert [answers[place] for place in (0, 2, 4)] == ["A:1", "C:1", "E:1"]
    assert isinstance(answers[1], Refused)
    assert isinstance(answers[3], ValueError)
    assert ledger.batches.count(["d:1"]) == 2, "tried once more, alone"


async def test_a_lost_connection_is_tried_once_more_together() -> None:
    ledger = Ledger()
    ledger.failing = [DatabaseAway()]
    assert await asked(ledger.queue(), "a:1", "b:1") == ["A:1", "B:1"]
    assert ledger.batches == [["a:1", "b:1"]] * 2
    ledger.failing = [DatabaseAway(), DatabaseAway()]
    answers = await asked(ledger.queue(), "a:1", "b:1")
    assert all(isinstance(answer, DatabaseAway) for answer in answers)


async def test_who_is_to_be_asked_again_stands_first_in_the_next_batch() -> None:
    ledger = Ledger()
    ledger.again = {"a:1"}
    assert await asked(ledger.queue(batch_size=2), "a:1", "b:1", "c:1", "d:1") == ["A:1", "B:1", "C:1", "D:1"]
    assert ledger.batches == [["a:1", "b:1"], ["a:1", "c:1"], ["d:1"]]


async def test_a_full_or_closed_queue_takes_nothing_more_and_answers_who_waits() -> None:
    ledger = Ledger()
    queue = ledger.queue(queue_size=2)
    ledger.gate.clear()
    waiting = [asyncio.create_task(queue.ask(name)) for name in ("a", "b")]
    await asyncio.sleep(0)
    with pytest.raises(QueueFull):
        await queue.ask("c")
    ledger.gate.set()
    await queue.close()
    assert [await task for task in waiting] == ["A", "B"]
    with pytest.raises(QueueFull):
        await queue.ask("c")


async def test_nobody_waits_for_ever_whenever_they_come() -> None:
    """The worker ends when it finds nobody; who comes at any step of the loop around that is served."""
    ledger = Ledger()
    queue = ledger.queue()
    for steps in range(12):
        first = asyncio.create_task(queue.ask("a"))
        for _ in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await queue.ask("b") == "B"
            assert await first == "A"


async def test_who_has_gone_is_not_served() -> None:
    ledger = Ledger()
    queue = ledger.queue()
    ledger.gate.clear()
    first = asyncio.create_task(queue.ask("a"))
    await asyncio.sleep(0)
    gone = asyncio.create_task(queue.ask("b"))
    await asyncio.sleep(0)
    gone.cancel()
    ledger.gate.set()
    assert await first == "A"
    assert await queue.ask("c") == "C"
    assert ["b"] not in ledger.batches


async def test_each_of_a_batch_is_served_under_its_own_request() -> None:
    seen: list[tuple[str, ...]] = []

    async def commit(requests: Sequence[str]) -> list[str | Exception | None]:
        for request in requests:
            belongs(f"order of {request}", request)
        seen.append((request_id.get(), *(request_of(f"order of {request}") for request in requests)))
        if len(requests) > 1 and "c" in requests:
            raise ValueError
        return [*requests]

    async def ask(queue: GroupCommit[str, str], name: str) -> str:
        with bound_request(f"request-{name}"):
            return await queue.ask(name)

    queue = GroupCommit(commit, line_of=str, batch_size=10, queue_size=10, name="test")
    await asyncio.gather(ask(queue, "a"), ask(queue, "b"))
    await asyncio.gather(ask(queue, "c"), ask(queue, "d"))
    assert seen == [
        ("", "request-a", "request-b"),
        ("", "request-c", "request-d"),
        ("request-c", "request-c"),
        ("request-d", "request-d"),
    ]
    assert request_of("order of a") == ""
