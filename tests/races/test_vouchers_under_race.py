"""Many buyers at one voucher, on real connections and several servers: never over its budget or a limit."""

import asyncio
from collections import Counter
from dataclasses import replace

from etalase.commerce import orders, vouchers
from etalase.commerce.orders import Checkout, Choice, Order, OrderQueue
from etalase.commerce.vouchers import Voucher, VoucherRefused
from etalase.platform.db import Database
from tests.make import orders as make
from tests.make.laws import OPEN
from tests.make.orders import Market
from tests.make.vouchers import voucher as make_voucher

BUYERS = 40


def guest(market: Market, number: int, code: str, method: str = "cod") -> Checkout:
    contact = make.contact(email=f"guest{number}@example.com", phone=f"0812{number:08}")
    checkout = make.checkout(f"cart:{number}", [market.shop.id], method, contact=contact)
    return replace(checkout, choices=(Choice(market.shop.id, "", method, code),))


async def state_of(market: Market, voucher: Voucher) -> tuple[int, int]:
    async with market.db.begin() as tx:
        now = await vouchers.get_voucher_of(tx, market.shop.id, voucher.id)
        assert await vouchers.recount(tx) == []
    return now.uses, now.spent.minor


async def test_forty_buyers_at_three_servers_share_a_budget_for_ten(commerce_db: Database) -> None:
    market = await make.market(commerce_db, units=BUYERS)
    async with commerce_db.begin() as tx:
        voucher = await make_voucher(tx, market.shop.id, code="HEMAT", budget=215_000)
    for number in range(BUYERS):
        await market.hold(f"cart:{number}")
    queues = [OrderQueue(commerce_db, make.SETTINGS, OPEN) for _ in range(3)]
    outcomes = await asyncio.gather(
        *(queues[number % 3].place(guest(market, number, "HEMAT")) for number in range(BUYERS)),
        return_exceptions=True,
    )
    kinds = Counter(
        outcome.code if isinstance(outcome, VoucherRefused) else type(outcome).__name__
        for outcome in outcomes
    )
    assert kinds == {"list": 10, "voucher_used_up": 30}
    assert await state_of(market, voucher) == (10, 200_000)
    assert await market.differences() == []


async def test_one_buyer_at_three_servers_uses_it_as_often_as_one_may(commerce_db: Database) -> None:
    market = await make.market(commerce_db, units=20)
    async with commerce_db.begin() as tx:
        voucher = await make_voucher(tx, market.shop.id, code="SEKALI", per_buyer=2)
    for number in range(9):
        await market.hold(f"cart:{number}")
    queues = [OrderQueue(commerce_db, make.SETTINGS, OPEN) for _ in range(3)]
    one_phone = make.contact(phone="0812-1111-2222")
    checkouts = [replace(guest(market, number, "SEKALI"), contact=one_phone) for number in range(9)]
    outcomes = await asyncio.gather(
        *(queues[number % 3].place(checkout) for number, checkout in enumerate(checkouts)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, list) for outcome in outcomes) == 2
    assert {one.code for one in outcomes if isinstance(one, VoucherRefused)} == {"voucher_already_used"}
    assert await state_of(market, voucher) == (2, 40_000)


async def test_orders_that_are_given_up_twice_at_once_give_back_once(commerce_db: Database) -> None:
    market = await make.market(commerce_db, units=9)
    async with commerce_db.begin() as tx:
        voucher = await make_voucher(tx, market.shop.id, code="HEMAT", max_uses=8)
    queue, placed = OrderQueue(commerce_db, make.SETTINGS, OPEN), list[Order]()
    for number in range(8):
        await market.hold(f"cart:{number}")
        placed += await queue.place(guest(market, number, "HEMAT"))

    async def give_up(order: Order) -> None:
        async with commerce_db.begin() as tx:
            await orders.cancel_by_buyer(tx, order.token)

    await market.hold("cart:8")
    first, rest = placed[:4], placed[4:]
    outcomes = await asyncio.gather(
        *(give_up(order) for order in [*first, *first, *first]),
        queue.place(guest(market, 8, "HEMAT")),
        return_exceptions=True,
    )
    assert outcomes[:-1] == [None] * 12
    last = outcomes[-1]
    assert isinstance(last, list | VoucherRefused)
    used = len(rest) + isinstance(last, list)
    assert await market.differences() == []
    assert await state_of(market, voucher) == (used, 20_000 * used)


async def test_who_gives_up_and_who_orders_do_not_wait_for_each_other(commerce_db: Database) -> None:
    """Both touch the voucher and the stock: in another order each would wait for what the other has."""
    market = await make.market(commerce_db, units=60)
    async with commerce_db.begin() as tx:
        voucher = await make_voucher(tx, market.shop.id, code="HEMAT")
    queues = [OrderQueue(commerce_db, make.SETTINGS, OPEN) for _ in range(3)]
    for number in range(60):
        await market.hold(f"cart:{number}")
    placed = await asyncio.gather(*(queues[0].place(guest(market, number, "HEMAT")) for number in range(30)))

    async def give_up(order: Order) -> None:
        async with commerce_db.begin() as tx:
            await orders.cancel_by_buyer(tx, order.token)

    async def order_one_by_one(queue: OrderQueue, numbers: range) -> None:
        for number in numbers:
            await queue.place(guest(market, number, "HEMAT"))

    await asyncio.gather(
        *(give_up(order) for (order,) in placed),
        *(
            order_one_by_one(queue, range(30 + 10 * place, 40 + 10 * place))
            for place, queue in enumerate(queues)
        ),
        market.relay.drain(),
    )
    assert await market.differences() == []
    assert await state_of(market, voucher) == (30, 600_000)
