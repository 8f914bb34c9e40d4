"""The relay holds no more than one event's locks, never loses its place, and writes nothing when idle."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select, text

from etalase.kernel.clock import FixedClock
from etalase.kernel.events import Event
from etalase.platform import outbox
from etalase.platform.db import Database, Tx
from etalase.platform.outbox import Reaction, Relay, each
from tests.make.waiting import PATIENCE_SECONDS, until


@dataclass(frozen=True)
class LampLit(Event):
    name = "lamps.lamp_lit"
    number: int


@dataclass(frozen=True)
class LampSold(Event):
    name = "lamps.lamp_sold"
    number: int


class Book:
    """Writes down what it was told."""

    def __init__(self) -> None:
        self.message: list[int] = []

    async def write(self, _: Tx, event: LampLit | LampSold) -> None:
        self.message.append(event.number)


async def publish(db: Database, *events: Event) -> None:
    async with db.begin() as tx:
        await outbox.publish(tx, *events)


async def kept(db: Database) -> Sequence[int]:
    async with db.begin() as tx:
        rows = await tx.execute(select(outbox.outbox.c.payload["number"].as_integer()).order_by("id"))
        return rows.scalars().all()


async def test_what_is_locked_for_one_event_is_free_before_the_next(commerce_db: Database) -> None:
    free: list[bool] = []

    async def light(tx: Tx, event: LampLit) -> None:
        await tx.execute(text("SELECT pg_advisory_xact_lock(:lamp)"), {"lamp": event.number})
        async with commerce_db.begin() as other:
            tried = text("SELECT pg_try_advisory_xact_lock(:lamp)")
            free.append((await other.execute(tried, {"lamp": event.number - 1})).scalar_one())

    await publish(commerce_db, LampLit(1), LampLit(2), LampLit(3))
    await Relay(commerce_db, [Reaction(LampLit, "test.light", each(light))]).drain()
    assert free == [True, True, True]


@pytest.mark.parametrize("max_batch", [1, 3])
async def test_two_relays_tell_each_event_once_in_order(commerce_db: Database, max_batch: int) -> None:
    """The second looks while the first is at work, and waits for its lock."""
    message: list[int] = []

    async def write(tx: Tx, event: LampLit) -> None:
        message.append(event.number)
        if event.number == 0:
            others.append(asyncio.create_task(second.drain()))
            await wait_for_somebody_waiting(tx)

    reaction = Reaction(LampLit, "test.write", each(write), max_batch)
    first, second = Relay(commerce_db, [reaction]), Relay(commerce_db, [reaction])
    others: list[asyncio.Task[None]] = []
    await publish(commerce_db, *map(LampLit, range(5)))
    await first.drain()
    await others[0]
    assert message == [0, 1, 2, 3, 4]


async def wait_for_somebody_waiting(tx: Tx) -> None:
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (await tx.execute(text(waiting))).scalar_one():
            await tx.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)"))


async def test_what_fails_among_many_is_buried_alone(
    commerce_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox._relay, "ATTEMPTS", 2)
    message: list[int] = []

    async def write(_: Tx, events: Sequence[LampLit]) -> None:
        if 2 in (event.number for event in events):
            raise ValueError("no bulb")
        message.extend(event.number for event in events)

    relay = Relay(commerce_db, [Reaction(LampLit, "test.write", write, max_batch=10)])
    await publish(commerce_db, *map(LampLit, range(5)))
    await relay.drain()
    assert message == [0, 1, 3, 4]
    async with commerce_db.begin() as tx:
        assert [letter.payload for letter in await outbox.list_dead_letters(tx)] == [{"number": 2}]


async def test_an_event_wakes_its_own_reactions_only(commerce_db: Database) -> None:
    with (
        commerce_db.bell.waking("lamps.lamp_lit") as lit,
        commerce_db.bell.waking("lamps.lamp_sold") as sold,
    ):
        await publish(commerce_db, LampLit(1))
        assert (lit.is_set(), sold.is_set()) == (True, False)


async def test_whoever_only_tells_holds_up_nobody_while_it_tells(commerce_db: Database) -> None:
    """The other plane may take seconds to answer: events of later transactions are told meanwhile."""
    book, may_end = Book(), asyncio.Event()

    async def send(_: Tx, __: Sequence[LampLit]) -> None:
        await may_end.wait()

    slow = Relay(commerce_db, [Reaction(LampLit, "test.send", send, max_batch=200)])
    await publish(commerce_db, LampLit(1))
    sending = asyncio.create_task(slow.drain())
    await until(lambda: idle_in_transaction(commerce_db))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await publish(commerce_db, LampSold(2))
        await Relay(commerce_db, [Reaction(LampSold, "test.write", each(book.write))]).drain()
    assert book.message == [2]
    may_end.set()
    await sending


async def idle_in_transaction(db: Database) -> bool:
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
    )
    async with db.begin() as tx:
        return bool((await tx.execute(text(asked))).scalar_one())


async def running(relay: Relay) -> asyncio.Task[None]:
    """Start a relay, and wait until it listens."""
    task = asyncio.create_task(relay.run())
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    )

    async def listens() -> bool:
        async with relay.database.begin() as tx:
            return bool((await tx.execute(text(asked))).scalar_one())

    await until(listens)
    return task


async def test_a_relay_is_woken_by_other_processes_and_by_its_own(
    commerce_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another `Database` stands for another process: its bell rings elsewhere."""
    monkeypatch.setattr(outbox._relay, "LOOK_SECONDS", 1000)
    message: asyncio.Queue[int] = asyncio.Queue()

    async def write(_: Tx, event: LampLit) -> None:
        message.put_nowait(event.number)

    other = Database(commerce_db.dsn, "commerce")
    own = commerce_db.aside(pool_size=2)
    task = await running(Relay(own, [Reaction(LampLit, "test.write", each(write))]))
    for number, database in enumerate((other, commerce_db, own, other)):
        await publish(database, LampLit(number))
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await message.get() == number
    task.cancel()
    await asyncio.wait([task])
    await other.close()
    await own.close()


async def test_a_relay_finds_what_nobody_woke_it_for(
    commerce_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox._relay, "LOOK_SECONDS", 0.2)
    message: asyncio.Queue[int] = asyncio.Queue()

    async def write(_: Tx, event: LampLit) -> None:
        message.put_nowait(event.number)

    dying = Database(commerce_db.dsn, "commerce")
    task = await running(Relay(commerce_db, [Reaction(LampLit, "test.write", each(write))]))
    with dying.bell.hearing():  # a process that would have relayed it itself
        await publish(dying, LampLit(1))
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await message.get() == 1
    task.cancel()
    await asyncio.wait([task])
    await dying.close()


async def test_an_idle_relay_asks_nothing(commerce_db: Database) -> None:
    """Nothing for four seconds, though the first of them may be long on a busy machine."""
    book, asked_at = Book(), [0.0]
    reactions = [Reaction(LampLit, f"test.{n}", each(book.write)) for n in range(20)]
    task = await running(Relay(commerce_db, reactions))
    await publish(commerce_db, LampLit(1))
    await until(lambda: len(book.message) == 20)
    clock = asyncio.get_running_loop().time
    engine = commerce_db.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", lambda *_: asked_at.append(clock()))
    asked_at.append(clock())
    await until(lambda: clock() - asked_at[-1] > 4)
    task.cancel()
    await asyncio.wait([task])


async def test_where_nothing_is_due_nothing_is_written(commerce_db: Database) -> None:
    book = Book()
    sold = Reaction(LampSold, "test.sold", each(book.write))
    await publish(commerce_db, LampLit(1))
    assert not await Relay(commerce_db, [sold])._advance(sold)
    async with commerce_db.begin() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM outbox_cursors"))).scalar_one() == 0


async def test_what_its_reactions_have_passed_is_pruned_whatever_others_wait_for(
    commerce_db: Database, clock: FixedClock
) -> None:
    book = Book()
    lit = Reaction(LampLit, "test.lit", each(book.write))
    idle = Reaction(LampSold, "test.sold", each(book.write))
    await publish(commerce_db, LampLit(1))
    await Relay(commerce_db, [lit]).drain()
    await publish(commerce_db, LampLit(2), LampSold(3))
    clock.advance(seconds=timedelta(days=8).total_seconds())
    await publish(commerce_db, LampLit(4))
    async with commerce_db.begin() as tx:
        await outbox.prune(tx, [lit, idle])
    assert await kept(commerce_db) == [2, 3, 4]
    async with commerce_db.begin() as tx:
        await outbox.prune(tx, [])
    assert await kept(commerce_db) == [4]


async def test_a_database_of_another_server_goes_on_where_it_stood(commerce_db: Database) -> None:
    """A dump brings the numbers of the transactions of where it was made; here they are the future."""
    book = Book()
    relay = Relay(commerce_db, [Reaction(LampLit, "test.write", each(book.write))])
    await publish(commerce_db, LampLit(1))
    await relay.drain()
    await publish(commerce_db, LampLit(2))
    await publish(commerce_db, LampLit(3))
    async with commerce_db.begin() as tx:
        for table in ("outbox", "outbox_cursors"):
            await tx.execute(text(f"UPDATE {table} SET transaction_id = transaction_id + 5000000000"))
    for _ in range(2):
        async with commerce_db.begin() as tx:
            await outbox.mend_places(tx)
    await publish(commerce_db, LampLit(4))
    await relay.drain()
    assert book.message == [1, 2, 3, 4]


async def test_a_cursor_alone_in_the_future_is_moved_too(commerce_db: Database) -> None:
    book = Book()
    relay = Relay(commerce_db, [Reaction(LampLit, "test.write", each(book.write))])
    await publish(commerce_db, LampLit(1))
    await relay.drain()
    async with commerce_db.begin() as tx:
        await tx.execute(text("DELETE FROM outbox"))
        await tx.execute(text("UPDATE outbox_cursors SET transaction_id = transaction_id + 5000000000"))
        await outbox.mend_places(tx)
    await publish(commerce_db, LampLit(2))
    await relay.drain()
    assert book.message == [1, 2]
