"""What the ledger says: balances, statements, the trail of an order."""

from collections.abc import AsyncIterator, Collection
from uuid import UUID

from etalase.commerce.ledger import _store as store
from etalase.commerce.ledger._model import LedgerAccount, OwnedBalance, StatementPage
from etalase.kernel.money import RUPIAH, Money
from etalase.platform.db import Tx

STATEMENT_LIMIT = 200


async def balance(
    tx: Tx, account: LedgerAccount, *, shop_id: UUID | None = None, currency: str = RUPIAH
) -> Money:
    """Return what the account holds in a shop's book, or in all books; a debit balance is positive."""
    lines = await store.trial_balance(tx, shop_id=shop_id, account=account)
    return next((line.balance for line in lines if line.balance.currency == currency), Money.zero(currency))


async def statement(
    tx: Tx,
    shop_id: UUID,
    *,
    accounts: Collection[LedgerAccount] = (),
    cursor: int | None = None,
    limit: int = 50,
) -> StatementPage:
    """Return the shop's entries before the cursor, newest first; with `accounts`, those that touch one."""
    limit = max(1, min(limit, STATEMENT_LIMIT))
    found = await store.page_entries(tx, shop_id, accounts=accounts, before=cursor, limit=limit + 1)
    more = len(found) > limit
    return StatementPage(tuple(found[:limit]), found[limit - 1].number if more else None)


async def compare(
    tx: Tx,
    owner: str,
    expected: AsyncIterator[OwnedBalance],
    order_ids: Collection[UUID] | None = None,
) -> list[str]:
    """Return each difference between what an owner's entries leave and what the owner says they should.

    `expected` comes in the order of `OwnedBalance.place`; both sides are read one by one, and none is kept.
    With `order_ids`, what is expected is of these orders only.
    """
    return [
        f"{one.subject}: {one.account} is {booked} in the ledger, {wanted} by {owner}"
        async for one, booked, wanted in _side_by_side(store.stream_balances(tx, owner, order_ids), expected)
        if booked != wanted
    ]


async def _side_by_side(
    booked: AsyncIterator[OwnedBalance], expected: AsyncIterator[OwnedBalance]
) -> AsyncIterator[tuple[OwnedBalance, int, int]]:
    """Yield each place that either side names, with what each has there."""
    left, right = await anext(booked, None), await anext(expected, None)
    while left or right:
        here = min((one for one in (left, right) if one), key=lambda one: one.place)
        in_left = left if left and left.place == here.place else None
        in_right = right if right and right.place == here.place else None
        yield here, in_left.minor if in_left else 0, in_right.minor if in_right else 0
        left = await anext(booked, None) if in_left else left
        right = await anext(expected, None) if in_right else right


async def find_unowned(tx: Tx, owners: Collection[str]) -> list[str]:
    """Return a sentence for each poster that is none of the owners: nobody recounts what it posted."""
    return [
        f"{count} ledger entries belong to {owner!r}, and nobody recounts those"
        for owner, count in (await store.count_by_owner(tx)).items()
        if owner not in owners
    ]


async def recount(tx: Tx) -> list[str]:
    """Return what is wrong with the ledger, one sentence each; an empty list is a sound ledger."""
    findings = [f"ledger entry {source} does not balance" for source in await store.find_unbalanced(tx)]
    sums: dict[str, int] = {}
    for line in await store.trial_balance(tx):
        sums[line.balance.currency] = sums.get(line.balance.currency, 0) + line.balance.minor
    return findings + [
        f"the ledger's {currency} accounts sum to {total}, not zero"
        for currency, total in sums.items()
        if total
    ]
