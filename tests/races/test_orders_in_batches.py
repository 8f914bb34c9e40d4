"""Many checkouts in one commit: each gets its own answer, as if it had been alone."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import text

from etalase.commerce import orders
from etalase.commerce.orders import CartEmpty, Checkout, NotShippedThere, Order, OrderQueue, TooMuchUnpaid
from etalase.commerce.payments import MethodNotOffered
from etalase.kernel.errors import IdempotencyKeyReused, Invalid, Refusal
from etalase.platform.db import Database
from tests.make import orders as make
from tests.make.laws import OPEN
from tests.make.orders import Market

BUYERS = 120


def queue_of(db: Database, settings: orders.OrderSettings = make.SETTINGS) -> OrderQueue:
    return OrderQueue(db, settings, OPEN)


def guest(market: Market, number: int, method: str = "cod", **changes: object) -> Checkout:
    """Return the checkout of a guest with a contact and a network of their own."""
    contact = make.contact(email=f"guest{number}@example.com", phone=f"0812{number:08}")
    changes = {"contact": contact, "network": f"198.51.100.{number}"} | changes
    return make.checkout(f"cart:{number}", [market.shop.id], method, **changes)


async def place_all(queue: OrderQueue, checkouts: Sequence[Checkout]) -> list[list[Order] | BaseException]:
    return await asyncio.gather(*map(queue.place, checkouts), return_exceptions=True)


async def count_commits(db: Database) -> int:
    async with db.begin() as tx:
        query = text("SELECT count(DISTINCT xmin::text) FROM orders")
        return int((await tx.execute(query)).scalar_one())


async def test_everybody_who_holds_a_unit_gets_one_order_in_few_commits(commerce_db: Database) -> None:
    market = await make.market(commerce_db, units=BUYERS)
    for number in range(BUYERS):
        await market.hold(f"cart:{number}")
    queues = [queue_of(commerce_db), queue_of(commerce_db)]  # as two processes would have
    methods = ["cod", "bank_transfer", "qris_static"]
    checkouts = [guest(market, number, methods[number % 3]) for number in range(BUYERS)]
    twice = [queue.place(checkout) for checkout in checkouts for queue in queues]
    placed = await asyncio.gather(*twice)
    assert len({order.id for (order,) in placed}) == BUYERS
    assert await count_commits(commerce_db) < BUYERS / 4
    assert await market.differences() == []
    async with commerce_db.begin() as tx:
        row = (await tx.execute(text("SELECT on_hand, held FROM stock ORDER BY held DESC LIMIT 1"))).one()
        due = (await tx.execute(text("SELECT due FROM payments WHERE means = 'qris_static'"))).scalars().all()
    assert (row.on_hand, row.held) == (BUYERS - BUYERS // 3, BUYERS - BUYERS // 3), (
        "paid on delivery is sold at once"
    )
    assert len(set(due)) == len(due) == BUYERS // 3, "each transfer names its order by its amount"


async def test_each_refusal_concerns_its_own_buyer_and_leaves_nothing(commerce_db: Database) -> None:
    market = await make.market(commerce_db, units=20)
    for number in range(7):
        await market.hold(f"cart:{number}")
    queue = queue_of(commerce_db)
    earlier = guest(market, 0, checkout_key="earlier")
    [first] = await queue.place(earlier)
    await market.hold("cart:0")
    wrong = guest(market, 1, contact=make.contact(email="?"), checkout_key="mended")
    nowhere = guest(market, 2)
    nowhere = replace(nowhere, choices=(replace(nowhere.choices[0], service="Drone"),))
    not_offered = guest(market, 3, "qris:midtrans:nobody")
    checkouts = [
        earlier,
        replace(earlier, checkout_key="earlier", locale="en"),
        wrong,
        nowhere,
        not_offered,
        guest(market, 77),
        guest(market, 4),
        guest(market, 5, "bank_transfer"),
    ]
    outcomes = await place_all(queue, checkouts)
    assert outcomes[0] == [first]
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds[1:4] == [IdempotencyKeyReused, Invalid, NotShippedThere]
    assert kinds[4] in {Invalid, MethodNotOffered}
    assert kinds[5] is CartEmpty
    assert [kinds[6], kinds[7]] == [list, list]
    mended = await queue.place(replace(wrong, contact=make.contact()))
    assert len(mended) == 1, "the key of what was refused is free for the form once it is mended"
    assert await market.differences() == []
    async with commerce_db.begin() as tx:
        counted = "SELECT count(*) FROM orders UNION ALL SELECT count(*) FROM payments"
        assert (await tx.execute(text(counted))).scalars().all() == [4, 4]


async def test_newcomers_of_one_batch_count_for_each_other(commerce_db: Database) -> None:
    market = await make.market(commerce_db, units=60)
    for number in range(30):
        await market.hold(f"cart:{number}")
    settings = replace(make.SETTINGS, max_unpaid_orders_per_network=12, max_unpaid_share_percent=100)
    queue = queue_of(commerce_db, settings)
    checkouts = [guest(market, number, network="203.0.113.9") for number in range(30)]
    outcomes = await place_all(queue, checkouts)
    kinds = Counter(type(outcome) for outcome in outcomes)
    assert kinds == {list: 12, TooMuchUnpaid: 18}
    assert [type(outcome) for outcome in outcomes[:12]] == [list] * 12, "who came first"


async def test_a_buyer_by_two_names_orders_what_is_held_once(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    queue = queue_of(commerce_db)
    both = make.checkout("account:1", [market.shop.id], "cod", holders=("account:1", "cart:a"))
    alone = make.checkout("cart:a", [market.shop.id], "cod")
    outcomes = await place_all(queue, [both, alone])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CartEmpty", "list"]
    assert await market.differences() == []


async def test_a_batch_that_fails_is_found_by_halves(commerce_db: Database) -> None:
    """A checkout that the database will not take (an order's number that is there already) fails alone."""
    market = await make.market(commerce_db, units=20)
    for number in range(9):
        await market.hold(f"cart:{number}")
    async with commerce_db.begin() as tx:
        await tx.execute(
            text("ALTER TABLE orders ADD CONSTRAINT none_of_these CHECK (email <> 'guest5@example.com')")
        )
    outcomes = await place_all(queue_of(commerce_db), [guest(market, number) for number in range(9)])
    failed = [place for place, outcome in enumerate(outcomes) if isinstance(outcome, BaseException)]
    assert failed == [5]
    assert not isinstance(outcomes[5], Refusal)
    assert await market.differences() == []
