"""Whatever several owners post, each one's recount finds its own differences, all of them and no others'."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from uuid import UUID

import pytest

from etalase.commerce import ledger
from etalase.commerce.ledger import Entry, LedgerAccount, OwnedBalance, credit, debit
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.db import Tx

OWNERS = ("payments", "commissions", "deals")
Place = tuple[UUID, UUID | None, str]


class Books:
    """What was posted, counted beside the ledger."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
        self.shops = [UUID(int=self.chance.getrandbits(128)) for _ in range(3)]
        self.orders = [None, *(UUID(int=self.chance.getrandbits(128)) for _ in range(4))]
        self.left: dict[str, Counter[Place]] = {owner: Counter() for owner in OWNERS}

    async def post_something(self, tx: Tx) -> None:
        """Post an entry of somebody's."""
        owner, shop_id = self.chance.choice(OWNERS), self.chance.choice(self.shops)
        order_id = self.chance.choice(self.orders)
        debited, credited = self.chance.sample(list(LedgerAccount), 2)
        amount = self.chance.choice((1, 2, 2, 50_000))
        lines = debit(debited, Money(amount)), credit(credited, Money(amount))
        await ledger.post(tx, Entry(str(new_id()), shop_id, order_id, "tested", lines, owner))
        self.left[owner][shop_id, order_id, debited.value] += amount
        self.left[owner][shop_id, order_id, credited.value] -= amount

    def change_something(self, owner: str) -> set[str]:
        """Let the owner expect something else at a few places; return what the recount has to name."""
        wrong = set()
        places = list(self.left[owner])
        new: Place = (self.chance.choice(self.shops), new_id(), LedgerAccount.SALES.value)
        for place in [*self.chance.sample(places, k=min(2, len(places))), new]:
            was = self.left[owner][place]
            self.left[owner][place] = self.chance.choice(
                [value for value in (0, was + 1, -7) if value != was]
            )
            subject = f"order {place[1]}" if place[1] else f"shop {place[0]}"
            if self.left[owner][place] != was:
                wrong.add(
                    f"{subject}: {place[2]} is {was} in the ledger, {self.left[owner][place]} by {owner}"
                )
        return wrong

    def expected(self, owner: str) -> AsyncIterator[OwnedBalance]:
        """Say what the owner expects, as a store yields it."""
        balances = [OwnedBalance(*place, minor) for place, minor in self.left[owner].items() if minor]
        return one_by_one(sorted(balances, key=lambda one: one.place))


async def one_by_one(balances: Iterable[OwnedBalance]) -> AsyncIterator[OwnedBalance]:
    """Yield them as a query would."""
    for balance in balances:
        yield balance


@pytest.mark.parametrize("seed", range(12))
async def test_each_owner_finds_its_own_differences_and_no_others(commerce_tx: Tx, seed: int) -> None:
    books = Books(seed)
    for _ in range(40):
        await books.post_something(commerce_tx)
    for owner in OWNERS:
        assert await ledger.compare(commerce_tx, owner, books.expected(owner)) == []
    forger, *others = OWNERS
    wrong = books.change_something(forger)
    assert set(await ledger.compare(commerce_tx, forger, books.expected(forger))) == wrong
    for owner in others:
        assert await ledger.compare(commerce_tx, owner, books.expected(owner)) == []
    assert await ledger.recount(commerce_tx) == []


async def test_nobody_posts_without_a_recount(commerce_tx: Tx) -> None:
    lines = debit(LedgerAccount.SHOP_CASH, Money(5)), credit(LedgerAccount.SALES, Money(5))
    for number, owner in enumerate(("payments", "raffle", "raffle")):
        await ledger.post(commerce_tx, Entry(f"x{number}", new_id(), None, "tested", lines, owner))
    assert await ledger.find_unowned(commerce_tx, ["payments"]) == [
        "2 ledger entries belong to 'raffle', and nobody recounts those"
    ]


async def test_a_source_that_two_owners_claim_is_refused(commerce_tx: Tx) -> None:
    shop_id = new_id()
    lines = debit(LedgerAccount.SHOP_CASH, Money(5)), credit(LedgerAccount.SALES, Money(5))
    await ledger.post(commerce_tx, Entry("x", shop_id, None, "tested", lines, "payments"))
    with pytest.raises(ledger.SourceReused):
        await ledger.post(commerce_tx, Entry("x", shop_id, None, "tested", lines, "deals"))
