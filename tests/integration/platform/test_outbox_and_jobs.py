"""Events and jobs leave with their transaction, once, in order."""

import asyncio
from dataclasses import dataclass

import msgspec
import pytest

from etalase.kernel.events import Event
from etalase.platform import jobs, outbox
from etalase.platform.db import Database, Tx
from etalase.platform.outbox import Reaction, Relay, each
from tests.make.waiting import PATIENCE_SECONDS


@dataclass(frozen=True)
class LampLit(Event):
    name = "lamps.lamp_lit"
    number: int


class Errand(msgspec.Struct):
    number: int


async def test_an_event_is_told_if_and_only_if_its_transaction_commits(commerce_db: Database) -> None:
    message: list[int] = []

    async def publish(_: Tx, event: LampLit) -> None:
        message.append(event.number)

    relay = Relay(commerce_db, [Reaction(LampLit, "test.tell", each(publish))])
    async with commerce_db.begin() as tx:
        await outbox.publish(tx, LampLit(1), LampLit(2))
    with pytest.raises(ZeroDivisionError):
        async with commerce_db.begin() as tx:
            await outbox.publish(tx, LampLit(3))
            raise ZeroDivisionError
    await relay.drain()
    await relay.drain()
    assert message == [1, 2]


async def test_a_reaction_that_keeps_failing_buries_the_event_and_goes_on(
    commerce_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox._relay, "ATTEMPTS", 2)
    message: list[int] = []

    async def publish(_: Tx, event: LampLit) -> None:
        if event.number == 1:
            raise ValueError("no bulb")
        message.append(event.number)

    reaction = Reaction(LampLit, "test.tell", each(publish))
    relay = Relay(commerce_db, [reaction])
    async with commerce_db.begin() as tx:
        await outbox.publish(tx, LampLit(1), LampLit(2))
    await relay.drain()
    async with commerce_db.begin() as tx:
        emails = await outbox.list_dead_letters(tx)
        assert await outbox.is_drained(tx, [reaction])
    assert message == [2]
    assert [letter.payload for letter in emails] == [{"number": 1}]


async def test_a_job_runs_after_its_commit_and_not_after_a_rollback(commerce_db: Database) -> None:
    done: asyncio.Queue[int] = asyncio.Queue()

    async def run(_: Database, errand: Errand) -> None:
        done.put_nowait(errand.number)

    with pytest.raises(ZeroDivisionError):
        async with commerce_db.begin() as tx:
            await jobs.enqueue(tx, "test.errand", Errand(1))
            raise ZeroDivisionError
    async with commerce_db.begin() as tx:
        await jobs.enqueue(tx, "test.errand", Errand(2), key="once")
        await jobs.enqueue(tx, "test.errand", Errand(3), key="once")
    worker = jobs.Worker(commerce_db, [jobs.Job("test.errand", Errand, run)])
    task = asyncio.create_task(worker.run())
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await done.get() == 2
    worker.stop()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await task
    assert done.empty()
