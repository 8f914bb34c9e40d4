"""What a purchase asks of the database is written down once, when the program starts (ADR 32)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Executable, event

from etalase.platform.db import Database
from tests.make.orders import market


@contextmanager
def statements_of(database: Database) -> Iterator[list[Executable]]:
    """Collect each statement that SQLAlchemy is given."""
    seen: list[Executable] = []

    def note(_connection: Any, statement: Executable, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine.sync_engine, "before_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine.sync_engine, "before_execute", note)


async def test_a_second_purchase_uses_the_statements_of_the_first(commerce_db: Database) -> None:
    sold = await market(commerce_db, units=20)
    await sold.buy("cart:first")
    with statements_of(commerce_db) as first:
        await sold.buy("cart:second")
    with statements_of(commerce_db) as second:
        await sold.buy("cart:third")
    assert len(second) > 20
    known = {id(statement) for statement in first}
    anew = {" ".join(str(statement).split()) for statement in second if id(statement) not in known}
    assert not anew, "\n".join(sorted(anew))
