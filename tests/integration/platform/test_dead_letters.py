"""What failed for the last time waits for an operator, who sees it and has it done again."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import pytest
from click import BadParameter
from sqlalchemy import text

from etalase.cli import _dead_letters
from etalase.kernel.events import Event
from etalase.platform import jobs, outbox
from etalase.platform.db import Database, Tx
from etalase.platform.jobs import Job, Worker
from etalase.platform.outbox import Reaction, Relay, each
from tests.make.waiting import PATIENCE_SECONDS, until


@dataclass(frozen=True)
class LampLit(Event):
    name = "lamps.lamp_lit"
    number: int


class Errand(msgspec.Struct):
    number: int


class House:
    """Where lamps are lit once there is power."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.has_power = False
        self.lit: asyncio.Queue[int] = asyncio.Queue()
        self.relay = Relay(db, [Reaction(LampLit, "house.light", each(self._react))])

    async def _react(self, _: Tx, event: LampLit) -> None:
        await self.light(self.db, Errand(event.number))

    async def light(self, _: Database, errand: Errand) -> None:
        if not self.has_power:
            raise ValueError("no power")
        self.lit.put_nowait(errand.number)

    async def work_until(self, count: str, wanted: int) -> None:
        """Let a worker run until the query counts so many."""
        worker = Worker(self.db, [Job("test.light", Errand, self.light)])
        task = asyncio.create_task(worker.run())

        async def is_counted() -> bool:
            return await self.count(count) == wanted

        await until(is_counted)
        worker.stop()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await task

    async def count(self, query: str) -> int:
        async with self.db.begin() as tx:
            return int((await tx.execute(text(query))).scalar_one())


QUEUED = "SELECT count(*) FROM pgqueuer WHERE status = 'queued'"
FAILED = "SELECT count(*) FROM pgqueuer WHERE status = 'failed'"
ALL = "SELECT count(*) FROM pgqueuer"


async def ask(db: Database, number: int) -> None:
    async with db.begin() as tx:
        await jobs.enqueue(tx, "test.light", Errand(number), key=f"lamp {number}")


@pytest.fixture
def house(commerce_db: Database, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(jobs, "ATTEMPTS", 0)
    monkeypatch.setattr(outbox._relay, "ATTEMPTS", 1)
    return House(commerce_db)


async def test_an_event_that_was_given_up_is_told_again(house: House) -> None:
    async with house.db.begin() as tx:
        await outbox.publish(tx, LampLit(1), LampLit(2))
    await house.relay.drain()
    house.has_power = True
    async with house.db.begin() as tx:
        assert await outbox.retry_dead_letters(tx) == 2
    await house.relay.drain()
    assert [house.lit.get_nowait() for _ in range(2)] == [1, 2]
    async with house.db.begin() as tx:
        assert await outbox.list_dead_letters(tx) == []
        assert await outbox.retry_dead_letters(tx) == 0


async def test_a_held_job_is_done_again_and_once_where_its_like_waits(house: House) -> None:
    await ask(house.db, 1)
    await house.work_until(FAILED, 1)
    await ask(house.db, 2)
    await house.work_until(FAILED, 2)
    await ask(house.db, 2)
    house.has_power = True
    async with house.db.begin() as tx:
        assert await jobs.retry_dead_jobs(tx) == 1
    assert await house.count(QUEUED) == 2
    await house.work_until(ALL, 0)
    assert sorted(house.lit.get_nowait() for _ in range(2)) == [1, 2]


async def test_the_operator_sees_them_and_has_them_tried_again(
    house: House, social_db: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ETALASE_COMMERCE_DSN", house.db.dsn)
    monkeypatch.setenv("ETALASE_SOCIAL_DSN", social_db.dsn)
    async with house.db.begin() as tx:
        await outbox.publish(tx, LampLit(7))
    await house.relay.drain()
    await ask(house.db, 8)
    await house.work_until(FAILED, 1)
    await _dead_letters._work(retry=False)
    seen = capsys.readouterr().out
    assert "house.light gave up on lamps.lamp_lit {'number': 7}: ValueError('no power')" in seen
    assert 'job test.light {"number":8} failed for the last time' in seen
    await _dead_letters._work(retry=True)
    assert "commerce: to be tried again: 1 events, 1 jobs" in capsys.readouterr().out
    await _dead_letters._work(retry=False)
    assert "lamp" not in capsys.readouterr().out


async def test_what_the_operator_drops_is_gone_and_its_reason_is_kept(
    house: House, social_db: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ETALASE_COMMERCE_DSN", house.db.dsn)
    monkeypatch.setenv("ETALASE_SOCIAL_DSN", social_db.dsn)
    async with house.db.begin() as tx:
        await outbox.publish(tx, LampLit(7), LampLit(9))
    await house.relay.drain()
    await ask(house.db, 8)
    await house.work_until(FAILED, 1)
    await _dead_letters._work(retry=False)
    seen = capsys.readouterr().out
    lamps = r"^(commerce-(?:event|job)-[0-9]+): .*(?:'number': 7}|\"number\":8})"
    event, job = re.findall(lamps, seen, re.MULTILINE)
    for letter, reason in ((event, "the lamp was sold"), (job, "nobody needs it")):
        await _dead_letters._drop(letter, reason)
        with pytest.raises(BadParameter, match="there is no"):
            await _dead_letters._drop(letter, reason)
    capsys.readouterr()
    await _dead_letters._work(retry=False, dropped=True)
    kept = capsys.readouterr().out.splitlines()
    assert [line for line in kept if "{'number': 7}" in line and line.endswith(": the lamp was sold")]
    assert [line for line in kept if '"number":8' in line and line.endswith(": nobody needs it")]
    assert len(kept) == 2
    house.has_power = True
    await _dead_letters._work(retry=True)
    assert "commerce: to be tried again: 1 events, 0 jobs" in capsys.readouterr().out
    await house.relay.drain()
    assert (house.lit.get_nowait(), house.lit.empty()) == (9, True)


async def test_a_job_is_tried_again_for_a_night(commerce_db: Database) -> None:
    """A gateway or a mail server may be gone until somebody wakes up."""
    executor = Worker(commerce_db, [])._executor(Job("test.light", Errand, House(commerce_db).light))
    tries = range(executor.max_attempts)
    waits = [min(executor.initial_delay * 2**attempt, executor.max_delay) for attempt in tries]
    assert sum(waits, timedelta()) > timedelta(hours=10)
    assert max(waits) <= timedelta(minutes=20)
