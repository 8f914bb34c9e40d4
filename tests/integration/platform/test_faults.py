"""Whatever the driver or the server says leaves the database's gate as one of five kinds, without values."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from etalase.platform.db import (
    Away,
    Conflict,
    Database,
    DatabaseAway,
    DatabaseBug,
    DatabaseFault,
    StorageFull,
    Unstorable,
    is_full,
)
from etalase.platform.faults import GONE_TRANSPORT, translating
from etalase.platform.postgres import EmbeddedPostgres
from tests.make.outages import Switch

SECRET = "hunter2-of-the-test"


@pytest.fixture
async def db(commerce_db: Database) -> Database:
    async with commerce_db.begin() as tx:
        await tx.execute(text("CREATE TABLE lamps (id integer PRIMARY KEY, name text, body jsonb)"))
        await tx.execute(
            text("CREATE TABLE bulbs (lamp integer REFERENCES lamps DEFERRABLE INITIALLY DEFERRED)")
        )
        await tx.execute(text("CREATE INDEX lamps_by_name ON lamps (name)"))
        await tx.execute(text("INSERT INTO lamps VALUES (1, 'first')"))
    return commerce_db


async def run(db: Database, statement: Any, **values: object) -> None:
    async with db.begin() as tx:
        await tx.execute(text(statement) if isinstance(statement, str) else statement, values)


INSERT = "INSERT INTO lamps (id, name) VALUES (:id, :name)"
INSERT_JSON = text("INSERT INTO lamps (id, body) VALUES (2, :body)").bindparams(
    bindparam("body", type_=JSONB)
)


def raising(code: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}' USING ERRCODE = '{code}'; END $$"


@pytest.mark.parametrize(
    ("statement", "values", "kind"),
    [
        (INSERT, {"id": 2, "name": f"{SECRET}\x00"}, Unstorable),
        (INSERT, {"id": 2, "name": f"{SECRET}\ud800"}, Unstorable),
        (INSERT, {"id": 2**31, "name": SECRET}, Unstorable),
        (INSERT, {"id": 10**40, "name": SECRET}, Unstorable),
        (INSERT, {"id": 2, "name": "".join(chr(0x4E00 + n % 20_000) for n in range(40_000))}, Unstorable),
        (INSERT_JSON, {"body": {"a": f"{SECRET}\x00"}}, Unstorable),
        (INSERT_JSON, {"body": {"a": f"{SECRET}\ud800"}}, Unstorable),
        ("SELECT CAST(:name AS integer) + 1", {"name": SECRET}, Unstorable),
        (INSERT, {"id": 1, "name": SECRET}, Conflict),
        ("INSERT INTO bulbs VALUES (77)", {}, Conflict),
        (raising("serialization_failure"), {}, Conflict),
        (raising("deadlock_detected"), {}, Conflict),
        (raising("disk_full"), {}, StorageFull),
        (raising("out_of_memory"), {}, StorageFull),
        (raising("io_error"), {}, StorageFull),
        (raising("too_many_connections"), {}, DatabaseAway),
        (raising("admin_shutdown"), {}, DatabaseAway),
        (raising("cannot_connect_now"), {}, DatabaseAway),
        (raising("crash_shutdown"), {}, DatabaseAway),
        (raising("idle_session_timeout"), {}, DatabaseAway),
        (raising("read_only_sql_transaction"), {}, DatabaseAway),
        ("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)", {}, DatabaseAway),
        (raising("transaction_rollback"), {}, Conflict),
        (raising("statement_completion_unknown"), {}, Conflict),
        (raising("lock_not_available"), {}, Conflict),
        (raising("exclusion_violation"), {}, Conflict),
        (raising("configuration_limit_exceeded"), {}, StorageFull),
        (raising("undefined_file"), {}, StorageFull),
        (raising("statement_too_complex"), {}, Unstorable),
        (raising("datetime_field_overflow"), {}, Unstorable),
        (raising("untranslatable_character"), {}, Unstorable),
        (raising("data_corrupted"), {}, DatabaseBug),
        ("SELECT pg_terminate_backend(pg_backend_pid())", {}, DatabaseAway),
        ("SELECT nothing FROM nowhere", {}, DatabaseBug),
        ("INSERT INTO lamps (id, name) VALUES (NULL, :name)", {"name": SECRET}, DatabaseBug),
    ],
)
async def test_each_failure_is_of_one_kind(
    db: Database, statement: Any, values: dict[str, object], kind: type[Exception]
) -> None:
    with pytest.raises(kind) as raised:
        await run(db, statement, **values)
    assert type(raised.value) is kind
    assert raised.value.__suppress_context__, "the driver's words must not be told along"
    assert SECRET not in f"{raised.value!r} {raised.value}"
    await run(db, INSERT, id=3, name="afterwards")


async def test_a_statement_whose_table_a_migration_changed_may_be_sent_again(db: Database) -> None:
    statement = text("SELECT * FROM lamps WHERE id = :id")
    async with db.begin() as tx:
        await tx.execute(statement, {"id": 1})
        async with db.begin() as other:
            await other.execute(text("SET LOCAL lock_timeout = 100"))
            with pytest.raises(Conflict):
                await other.execute(text("ALTER TABLE lamps ADD COLUMN watts integer"))
    async with db.begin() as tx:
        await tx.execute(text("ALTER TABLE lamps ADD COLUMN watts integer"))
    with pytest.raises(Conflict):
        await run(db, "SELECT * FROM lamps WHERE id = :id", id=1)
    await run(db, "SELECT * FROM lamps WHERE id = :id", id=1)


async def test_a_write_to_a_connection_that_was_just_lost_is_away(db: Database) -> None:
    with pytest.raises(DatabaseAway):
        async with db.begin() as tx:
            driver: Any = (await tx.connection.get_raw_connection()).driver_connection
            driver._transport.abort()
            await tx.execute(text("SELECT 1"))
    with pytest.raises(DatabaseAway), translating():
        raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")


async def test_an_unreachable_server_is_away(db: Database, postgres: EmbeddedPostgres) -> None:
    switch = Switch(postgres, db)
    await switch.off()
    with pytest.raises(DatabaseAway):
        await run(db, "SELECT 1")
    await switch.on()
    await run(db, "SELECT 1")
    nowhere = Database("postgresql://etalase_commerce@127.0.0.1:1/none", "commerce")
    with pytest.raises(DatabaseAway):
        await run(nowhere, "SELECT 1")
    await nowhere.close()


async def test_a_pool_without_a_free_connection_is_away(db: Database) -> None:
    small = Database(db.dsn, "commerce", pool_size=1)
    small.engine.pool._timeout = 0.1  # type: ignore[attr-defined]
    small.engine.pool._max_overflow = 0  # type: ignore[attr-defined]
    async with small.begin():
        with pytest.raises(DatabaseAway):
            await run(small, "SELECT 1")
    await small.close()


async def test_what_the_block_raises_by_itself_passes(db: Database) -> None:
    for error in (
        FileNotFoundError("a file"),
        TimeoutError("of ours"),
        ValueError("of ours"),
        RuntimeError("of ours"),
    ):
        with pytest.raises(type(error)) as raised:
            async with db.begin():
                raise error
        assert raised.value is error
        assert not isinstance(raised.value, DatabaseFault)


async def test_a_caller_that_gives_up_is_no_fault(db: Database) -> None:
    with pytest.raises(TimeoutError) as raised:
        async with asyncio.timeout(0.05), db.begin() as tx:
            await tx.execute(text("SELECT pg_sleep(5)"))
    assert not isinstance(raised.value, Away)


def test_a_full_disk_is_full_whoever_says_so() -> None:
    assert is_full(StorageFull("53100"))
    assert is_full(OSError(28, "No space left on device"))
    assert not is_full(OSError(2, "No such file"))


async def test_a_connection_that_is_lost_is_put_away_in_a_line(
    commerce_db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    log = commerce_db.engine.sync_engine.pool.logger
    for error in (BrokenPipeError(), asyncpg.InterfaceError("x"), RuntimeError(f"x, {GONE_TRANSPORT}")):
        log.error("Exception closing connection %r", object(), exc_info=error)
    log.error("Exception closing connection %r", object(), exc_info=ValueError("ours"))
    *lost, ours = caplog.records
    assert [record.levelname for record in lost] == ["WARNING"] * 3
    assert all(record.exc_info is None and "put away" in record.getMessage() for record in lost)
    assert ours.exc_info
    assert ours.levelname == "ERROR"
