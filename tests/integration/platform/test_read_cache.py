"""What public pages read: never older than a write of this process, than a second, or than its own end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database, Tx
from etalase.platform.read_cache import MAX_AGE_SECONDS, MAX_QUESTIONS, ReadCache
from tests.make.waiting import PATIENCE_SECONDS


@dataclass(frozen=True)
class Lamps:
    """What is read below."""

    lit: int
    until: datetime | None = None


class Street:
    """A table of lamps, and how often it was looked at."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.cache = ReadCache(db)
        self.looks = 0
        self.looked: asyncio.Queue[int] = asyncio.Queue()
        self.until: datetime | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, tx: Tx) -> Lamps:
        """Count the lamps."""
        self.looks += 1
        lit = (await tx.execute(text("SELECT count(*) FROM lamps"))).scalar_one()
        self.looked.put_nowait(lit)
        await self.open.wait()
        return Lamps(lit, self.until)

    async def ask(self) -> int:
        """Return what a public page shows."""
        return (await self.cache.get("lamps", self.read)).lit

    async def light(self, db: Database | None = None) -> None:
        """Light one more."""
        async with (db or self.db).begin() as tx:
            await tx.execute(text("INSERT INTO lamps VALUES (1)"))


@pytest.fixture
async def street(commerce_db: Database) -> AsyncIterator[Street]:
    async with commerce_db.begin() as tx:
        await tx.execute(text("CREATE TABLE lamps (number integer)"))
    yield Street(commerce_db)
    async with commerce_db.begin() as tx:
        await tx.execute(text("DROP TABLE lamps"))


async def test_who_writes_here_sees_what_they_wrote(street: Street) -> None:
    for expected in range(5):
        assert [await street.ask() for _ in range(3)] == [expected] * 3
        await street.light()
    assert street.looks == 5


async def test_a_pool_aside_writes_for_the_same_readers(street: Street) -> None:
    aside = street.db.aside(pool_size=1)
    await street.ask()
    await street.light(aside)
    assert await street.ask() == 1
    await aside.close()


async def test_who_only_reads_makes_nobody_look_again(street: Street) -> None:
    await street.ask()
    async with street.db.begin() as tx:
        await tx.execute(text("SELECT count(*) FROM lamps"))
        await tx.execute_driver_sql("SELECT 1")
    await street.ask()
    assert street.looks == 1


async def test_what_another_process_wrote_is_seen_within_a_second(street: Street, clock: FixedClock) -> None:
    other = Database(street.db.dsn, "commerce", clock=clock)
    await street.ask()
    await street.light(other)
    clock.advance(seconds=MAX_AGE_SECONDS)
    assert await street.ask() == 1
    clock.advance(seconds=-3600)
    await street.light(other)
    assert await street.ask() == 2
    await other.close()


async def test_what_changes_by_itself_is_looked_at_anew_from_that_moment(
    street: Street, clock: FixedClock
) -> None:
    street.until = clock.now() + timedelta(seconds=0.5)
    await street.ask()
    clock.advance(seconds=0.4)
    await street.ask()
    assert street.looks == 1
    clock.advance(seconds=0.1)
    await street.ask()
    assert street.looks == 2


async def test_many_who_ask_at_once_share_one_look(street: Street) -> None:
    assert await asyncio.gather(*(street.ask() for _ in range(50))) == [0] * 50
    assert street.looks == 1


async def test_who_comes_after_a_write_does_not_share_the_look_before_it(street: Street) -> None:
    street.open.clear()
    before = asyncio.create_task(street.ask())
    await street.looked.get()
    await street.light()
    after = asyncio.create_task(street.ask())
    await street.looked.get()
    street.open.set()
    assert (await before, await after) == (0, 1)
    assert await street.ask() == 1


async def test_who_goes_away_does_not_end_the_look_for_others(street: Street) -> None:
    street.open.clear()
    first, second = asyncio.create_task(street.ask()), asyncio.create_task(street.ask())
    await street.looked.get()
    first.cancel()
    street.open.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await second == 0
    assert first.cancelled()


async def test_what_can_not_be_read_is_asked_again(street: Street) -> None:
    async def fail(tx: Tx) -> Lamps:
        street.looks += 1
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await street.cache.get("lamps", fail)
    assert await street.ask() == 0
    assert street.looks == 3


async def test_questions_that_nobody_repeats_are_forgotten(street: Street) -> None:
    await street.ask()
    for number in range(MAX_QUESTIONS):
        await street.cache.get(number, street.read)
    assert len(street.cache._kept) == MAX_QUESTIONS
    looks = street.looks
    await street.ask()
    assert street.looks == looks + 1


async def test_a_transaction_that_failed_may_have_been_committed(street: Street) -> None:
    await street.ask()
    with pytest.raises(ZeroDivisionError):
        async with street.db.begin() as tx:
            await tx.execute(text("INSERT INTO lamps VALUES (1)"))
            raise ZeroDivisionError
    assert await street.ask() == 0
    assert street.looks == 2
