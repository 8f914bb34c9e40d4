"""The ledger keeps what it is told, once, and refuses to be changed."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from etalase.commerce import ledger
from etalase.commerce.ledger import Entry, LedgerAccount, credit, debit
from etalase.kernel.money import Money
from etalase.platform.db import Database, DatabaseBug, Tx

SHOP, ORDER = uuid4(), uuid4()


def sale(source: str, minor: int = 100, *, shop_id: UUID = SHOP) -> Entry:
    lines = debit(LedgerAccount.SHOP_CASH, Money(minor)), credit(LedgerAccount.SALES, Money(minor))
    return Entry(source, shop_id, ORDER, "sold", lines, "payments")


async def test_an_entry_is_written_once_per_source(commerce_tx: Tx) -> None:
    assert await ledger.post(commerce_tx, sale("a"))
    assert not await ledger.post(commerce_tx, sale("a"))
    assert await ledger.balance(commerce_tx, LedgerAccount.SHOP_CASH, shop_id=SHOP) == Money(100)


async def test_a_source_that_tells_another_story_is_refused(commerce_tx: Tx) -> None:
    await ledger.post(commerce_tx, sale("a"))
    with pytest.raises(ledger.SourceReused):
        await ledger.post(commerce_tx, sale("a", 200))
    assert await ledger.balance(commerce_tx, LedgerAccount.SHOP_CASH) == Money(100)


async def test_an_unbalanced_entry_writes_nothing(commerce_tx: Tx) -> None:
    with pytest.raises(ledger.UnbalancedEntry):
        lines = (debit(LedgerAccount.SHOP_CASH, Money(1)),)
        await ledger.post(commerce_tx, Entry("a", SHOP, ORDER, "sold", lines, "payments"))
    assert await ledger.trial_balance(commerce_tx) == []


async def test_each_shop_has_a_book_of_its_own(commerce_tx: Tx) -> None:
    other = uuid4()
    await ledger.post(commerce_tx, sale("a"))
    await ledger.post(commerce_tx, sale("b", 7, shop_id=other))
    balances = {line.account: line.balance for line in await ledger.trial_balance(commerce_tx, shop_id=other)}
    assert balances == {LedgerAccount.SHOP_CASH: Money(7), LedgerAccount.SALES: Money(-7)}
    assert await ledger.balance(commerce_tx, LedgerAccount.SHOP_CASH) == Money(107)
    assert await ledger.recount(commerce_tx) == []


async def test_a_statement_is_read_in_pages_without_gaps(commerce_tx: Tx) -> None:
    for number in range(5):
        await ledger.post(commerce_tx, sale(str(number), 10 + number))
    seen: list[str] = []
    cursor: int | None = None
    while True:
        page = await ledger.statement(commerce_tx, SHOP, cursor=cursor, limit=2)
        seen += [entry.source for entry in page.entries]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["4", "3", "2", "1", "0"]
    assert [entry.source for entry in await ledger.trail(commerce_tx, ORDER)] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET kind = 'other'",
        "UPDATE ledger_postings SET minor = minor * 2",
        "DELETE FROM ledger_postings",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries, ledger_postings",
    ],
)
async def test_what_is_written_stays(commerce_db: Database, statement: str) -> None:
    async with commerce_db.begin() as tx:
        await ledger.post(tx, sale("a"))
    with pytest.raises(DatabaseBug, match="the ledger is only added to"):
        async with commerce_db.begin() as tx:
            await tx.execute(text(statement))
    async with commerce_db.begin() as tx:
        assert await ledger.balance(tx, LedgerAccount.SHOP_CASH) == Money(100)


async def test_the_database_itself_refuses_a_line_too_many(commerce_db: Database) -> None:
    async with commerce_db.begin() as tx:
        await ledger.post(tx, sale("a"))
    with pytest.raises(DatabaseBug, match="does not balance"):
        async with commerce_db.begin() as tx:
            await tx.execute(
                text(
                    "INSERT INTO ledger_postings (entry_id, line, account, minor)"
                    " SELECT id, 9, 'shop_cash', 5 FROM ledger_entries"
                )
            )
