"""A buyer who has paid nothing yet keeps units for hours, and no stranger a whole stock under many names."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from etalase.commerce import inventory, orders, shops
from etalase.commerce.inventory import Hold, HoldRequest, NetworkHoldsTooMuch, SoldOut
from etalase.commerce.orders import ContactDraft, Order, OrderSettings, TooMuchUnpaid
from etalase.commerce.payments import Method
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_code, new_id
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from etalase.platform.mail import DevelopmentMailer
from tests.make import orders as make_orders
from tests.make import shops as make_shops
from tests.make.accounts import sign_up
from tests.make.emails import send_waiting
from tests.make.laws import OPEN
from tests.make.orders import Market, checkout

CAREFUL = OrderSettings()
HERE, THERE = "203.0.113.7", "198.51.100.1"


@pytest.fixture
async def market(commerce_db: Database) -> Market:
    return await make_orders.market(commerce_db)


def contact(number: int) -> ContactDraft:
    """Return a contact of somebody else."""
    return replace(make_orders.contact(), email=f"guest{number}@example.com", phone=f"0812987654{number:02}")


async def order(
    market: Market, number: int, units: int = 1, method: str = "bank_transfer", **more: Any
) -> Order:
    """Hold and order as a guest of this number."""
    holder = more.pop("holder", f"cart:{number}")
    await market.hold(holder, units)
    changes = {"contact": contact(number), "network": HERE} | more
    async with market.db.begin() as tx:
        (placed,) = await orders.place_orders(
            tx, checkout(holder, [market.shop.id], method, **changes), CAREFUL, OPEN
        )
    market.desk.ordered(str(changes["network"]), {market.variants[0].id: units})
    return placed


def hold_request(market: Market, units: int = 10, network: str = HERE) -> HoldRequest:
    """Return a request of one more guest."""
    return HoldRequest(f"cart:{new_id()}", market.variants[0].id, units, new_code(), Venue.SHOP, network)


async def stock_up(market: Market, units: int) -> None:
    async with market.db.begin() as tx:
        await inventory.count(tx, {market.variants[0].id: units}, actor_id=None, reason="stock-taking")


async def mailed(market: Market, email: str) -> int:
    """Send the letters that wait; return how many this address gets."""
    mailer = DevelopmentMailer(quiet=True)
    await send_waiting(market.db, mailer)
    return len([mail for mail in mailer.emails if mail.to == email])


async def test_a_new_buyer_keeps_units_for_hours_and_a_known_one_for_a_day(market: Market) -> None:
    first = await order(market, 1)
    assert first.pay_by == first.placed_at + timedelta(hours=3)
    await market.pay(first)
    second = await order(market, 1)
    assert second.pay_by == second.placed_at + timedelta(days=1)


@pytest.mark.parametrize(
    ("method", "new", "known", "waits"),
    [
        ("bank_transfer", "", "", (3, 24)),
        ("bank_transfer", "6", "48", (6, 48)),
        ("bank_transfer", "", "2", (2, 2)),
        ("bank_transfer", "24", "", (24, 24)),
    ],
)
async def test_the_shop_says_how_long_unpaid_orders_wait(
    market: Market, method: str, new: str, known: str, waits: tuple[int, int]
) -> None:
    bank = {"bank": "BCA", "bank_account_number": "1234567890", "bank_account_holder": "Sari"}
    draft = make_shops.shop_draft(new_buyer_hours_to_pay=new, hours_to_pay=known, **bank)
    async with market.db.begin() as tx:
        await shops.update_shop(tx, market.shop.id, draft)
    first = await order(market, 1, method=method)
    async with market.db.begin() as tx:
        again = await orders.pay_again(
            tx, first.token, Method.BANK_TRANSFER, CAREFUL, law=OPEN, venue=Venue.SHOP
        )
    await market.pay(again)
    second = await order(market, 1, method=method)
    assert [one.pay_by - one.placed_at for one in (first, again, second) if one.pay_by] == [
        timedelta(hours=waits[0]),
        timedelta(hours=waits[0]),
        timedelta(hours=waits[1]),
    ]


@pytest.mark.parametrize("shared", ["network", "email", "phone"], ids=lambda shared: f"one {shared}")
async def test_ten_guests_of_one_stranger_keep_no_whole_stock(market: Market, shared: str) -> None:
    await stock_up(market, 20)
    kept, waits = 0, set()
    for number in range(10):
        mine = contact(number)
        network = HERE if shared == "network" else f"203.0.113.{number}"
        if shared != "network":
            mine = replace(mine, **{shared: getattr(contact(99), shared)})
        try:
            kept += (await order(market, number, 2, contact=mine, network=network)).lines[0].quantity
        except TooMuchUnpaid as refusal:
            waits.add(refusal.facts["retry_after_seconds"])
    assert (kept, waits) == (10, {3 * 3600})


async def test_others_order_meanwhile_and_what_is_paid_makes_room(market: Market) -> None:
    await stock_up(market, 30)
    first = await order(market, 1, 10)
    with pytest.raises(TooMuchUnpaid):
        await order(market, 2, 10)
    await order(market, 3, network=THERE)
    await market.pay(first)
    await order(market, 4)


async def test_a_campus_buys_the_last_few_pieces_of_a_size(market: Market) -> None:
    await stock_up(market, 3)
    for number in range(3):
        await order(market, number)


@pytest.mark.parametrize("method", ["bank_transfer", "cod"])
async def test_one_contact_has_so_many_unpaid_orders_and_no_more(market: Market, method: str) -> None:
    await stock_up(market, 1000)
    for _ in range(CAREFUL.max_unpaid_orders_per_contact):
        await order(market, 1, method=method, network="")
    with pytest.raises(TooMuchUnpaid):
        await order(market, 1, method=method, network="")
    await order(market, 2, method=method, network="")


async def test_a_campus_orders_behind_one_address_up_to_its_bound(market: Market) -> None:
    await stock_up(market, 1000)
    for number in range(CAREFUL.max_unpaid_orders_per_network):
        await order(market, number)
    with pytest.raises(TooMuchUnpaid):
        await order(market, 98)


async def test_orders_at_once_pass_no_bound_together(market: Market) -> None:
    await stock_up(market, 40)
    hold_requests = (order(market, number, 5) for number in range(8))
    outcomes = await asyncio.gather(*hold_requests, return_exceptions=True)
    assert sum(isinstance(outcome, Order) for outcome in outcomes) == 4
    assert sum(isinstance(outcome, TooMuchUnpaid) for outcome in outcomes) == 4


async def test_a_victim_whose_contact_strangers_use_still_orders_when_signed_in(market: Market) -> None:
    await stock_up(market, 1000)
    for number in range(CAREFUL.max_unpaid_orders_per_contact):
        await order(market, 1, holder=f"cart:{number}", network=HERE)
    account_id = await sign_up(market.db, contact(1).email)
    own: dict[str, Any] = {
        "holder": orders.holder_of_account(account_id),
        "account_id": account_id,
        "network": THERE,
    }
    await order(market, 1, **own)


async def test_a_stranger_mails_nobody_more_than_a_few_letters(market: Market) -> None:
    await stock_up(market, 1000)
    victim = contact(1)
    placed = [
        await order(market, number, contact=replace(contact(number), email=victim.email), network="")
        for number in range(9)
    ]
    assert await mailed(market, victim.email) == 4
    for one in placed:
        await market.pay(one)
    assert await mailed(market, victim.email) == len(placed), "a payment is told, whoever ordered"


async def test_guests_behind_one_address_hold_so_much_and_who_orders_makes_room(
    market: Market, clock: FixedClock
) -> None:
    await stock_up(market, 1000)

    for _ in range(20):
        await market.desk.hold(hold_request(market))
    with pytest.raises(NetworkHoldsTooMuch) as refused:
        await market.desk.hold(hold_request(market))
    assert refused.value.facts["retry_after_seconds"] == 600
    await market.desk.hold(hold_request(market, network=THERE))
    await market.desk.hold(hold_request(market, network=""))
    market.desk.ordered(HERE, {market.variants[0].id: 10})
    await market.desk.hold(hold_request(market))
    clock.advance(seconds=600)
    await market.desk.hold(hold_request(market))


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one after another"])
async def test_ten_guests_of_one_stranger_hold_no_whole_stock(
    market: Market, clock: FixedClock, *, at_once: bool
) -> None:
    await stock_up(market, 50)
    asked = [market.desk.hold(hold_request(market)) for _ in range(10)]
    if at_once:
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
    else:
        outcomes = [(await asyncio.gather(one, return_exceptions=True))[0] for one in asked]
    held = [outcome.quantity for outcome in outcomes if isinstance(outcome, Hold)]
    assert sum(held) == 20, "half of what is free, and no part of a request"
    refused = [outcome for outcome in outcomes if isinstance(outcome, NetworkHoldsTooMuch)]
    assert {one.facts["retry_after_seconds"] for one in refused} == {600}
    await market.desk.hold(hold_request(market, network=THERE))
    clock.advance(seconds=600)
    await inventory.expire_due(market.db)
    await market.desk.hold(hold_request(market))


async def test_a_family_holds_the_last_few_and_a_refusal_costs_nothing(market: Market) -> None:
    await stock_up(market, 6)
    for _ in range(3):
        await market.desk.hold(hold_request(market, 2))
    for _ in range(30):
        with pytest.raises(SoldOut):
            await market.desk.hold(hold_request(market, 4))
