"""Each claim of a show has a number, a verdict and a link, and a stranger reaches the same verdicts."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import inventory
from etalase.commerce.inventory import (
    ClaimDoor,
    ClaimFault,
    ClaimLog,
    Hold,
    HoldLimitReached,
    HoldQueue,
    HoldRequest,
    InventorySettings,
    SoldOut,
    judge,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Refusal
from etalase.kernel.ids import new_id
from etalase.kernel.sources import Source, Venue
from etalase.platform.db import Database, DatabaseFault
from etalase.policy import load_law
from tests.make import inventory as make

SHOW = "SHOW22"
MILLISECOND = timedelta(milliseconds=1)


async def shop_of(db: Database, variant_id: UUID) -> UUID:
    async with db.begin() as tx:
        return (await inventory.stock_of(tx, [variant_id]))[variant_id].shop_id


def claim(variant_id: UUID, shop_id: UUID, quantity: int = 1, **changes: object) -> HoldRequest:
    request = make.hold_request(variant_id, quantity)
    source = Source(str(new_id()), Venue.ROOM, shop_id, SHOW, FixedClock().now())
    return replace(request, source=source, **changes)  # type: ignore[arg-type]


def queue(db: Database, **settings: int) -> HoldQueue:
    return HoldQueue(db, db.clock, InventorySettings(**settings), load_law("open"))


async def answers(desk: HoldQueue, *requests: HoldRequest) -> list[Hold | Refusal]:
    """Ask all at once."""
    found = await asyncio.gather(*map(desk.hold, requests), return_exceptions=True)
    return [one for one in found if isinstance(one, Hold | Refusal)]


async def log_of(db: Database) -> ClaimLog:
    async with db.begin() as tx:
        return await inventory.get_claim_log(tx, SHOW)


async def test_claims_are_numbered_judged_and_chained_with_their_holds(commerce_db: Database) -> None:
    db = commerce_db
    variant_id = await make.stocked_variant(db, units=3)
    shop_id = await shop_of(db, variant_id)
    asked = db.clock.now()
    requests = [
        claim(variant_id, shop_id, quantity, asked_at=asked + place * MILLISECOND)
        for place, quantity in enumerate((2, 1, 1, 1))
    ]
    first, second, third, fourth = await answers(queue(db), *requests)
    assert isinstance(first, Hold)
    assert isinstance(second, Hold)
    assert (first.claim, second.claim) == (1, 2)
    assert isinstance(third, SoldOut)
    assert third.facts == {"available": 0, "claim": 3, "place": 1, "late_ms": 1}
    assert isinstance(fourth, SoldOut)
    assert fourth.facts == {"available": 0, "claim": 4, "place": 2, "late_ms": 2}
    log = await log_of(db)
    assert [(one.verdict, one.available) for one in log.claims] == [
        ("held", 3),
        ("held", 1),
        ("sold_out", 0),
        ("sold_out", 0),
    ]
    judged = judge(log)
    assert (judged.wrong, judged.claims, judged.held, judged.judged) == (None, 4, 2, 4)


async def test_what_is_no_claim_of_the_show_has_no_number(commerce_db: Database) -> None:
    db = commerce_db
    variant_id, foreign = await make.stocked_variant(db), await make.stocked_variant(db)
    shop_id = await shop_of(db, variant_id)
    desk = queue(db)
    await desk.hold(make.hold_request(variant_id))
    await desk.hold(claim(foreign, shop_id))
    request = claim(variant_id, shop_id, door=ClaimDoor.COMMENT, line="a line")
    once = await desk.hold(request)
    again = await desk.hold(request)
    assert once.id == again.id
    log = await log_of(db)
    assert [(one.number, one.door, one.line) for one in log.claims] == [(1, "comment", "a line")]
    assert judge(log).wrong is None


async def test_claims_agree_with_stock_that_others_move_meanwhile(commerce_db: Database) -> None:
    """Units are released, received and held without a show, between claims of two processes."""
    db = commerce_db
    variant_id = await make.stocked_variant(db, units=20)
    shop_id = await shop_of(db, variant_id)
    desks = [queue(db), queue(db)]
    for turn in range(6):
        quantity = 1 + turn % 3
        wanted = [claim(variant_id, shop_id, quantity) for _ in range(4)]
        others = [make.hold_request(variant_id) for _ in range(2)]
        found = await asyncio.gather(answers(desks[0], *wanted[:2], *others), answers(desks[1], *wanted[2:]))
        held = [one for one in found[0] + found[1] if isinstance(one, Hold)]
        async with db.begin() as tx:
            await inventory.release(tx, [hold.id for hold in held[:2]])
            if turn == 4:
                await inventory.receive(tx, variant_id, 2)
    log = await log_of(db)
    assert judge(log).wrong is None, judge(log)
    assert {one.verdict for one in log.claims} == {"held", "sold_out"}
    assert [one.number for one in log.claims] == list(range(1, 25))


async def test_a_limit_stands_as_it_was_said(commerce_db: Database) -> None:
    db = commerce_db
    variant_id = await make.stocked_variant(db)
    shop_id = await shop_of(db, variant_id)
    desk = queue(db, max_units_per_variant=2)
    await desk.hold(claim(variant_id, shop_id, holder="cart:one"))
    with pytest.raises(HoldLimitReached) as refused:
        await desk.hold(claim(variant_id, shop_id, 2, holder="cart:one"))
    assert refused.value.facts["claim"] == 2
    judged = judge(await log_of(db))
    assert (judged.wrong, judged.judged) == (None, 1)


async def test_the_log_is_only_added_to(commerce_db: Database) -> None:
    db = commerce_db
    variant_id = await make.stocked_variant(db)
    await queue(db).hold(claim(variant_id, await shop_of(db, variant_id)))
    for statement in ("UPDATE claims SET quantity = 2", "DELETE FROM claims", "TRUNCATE claims"):
        with pytest.raises(DatabaseFault, match="only added to"):
            async with db.begin() as tx:
                await tx.execute(text(statement))
    assert judge(await log_of(db)).wrong is None


async def test_whatever_is_changed_is_found(commerce_db: Database) -> None:
    db = commerce_db
    variant_id = await make.stocked_variant(db, units=2)
    shop_id = await shop_of(db, variant_id)
    await answers(queue(db), *(claim(variant_id, shop_id) for _ in range(4)))
    log = await log_of(db)
    second = log.claims[1]
    changed = {
        ClaimFault.CHAIN: [
            replace(second, asked_us=second.asked_us - 1),
            replace(second, variant_id=new_id()),
            replace(second, quantity=2),
            replace(second, buyer="another"),
            replace(second, door="host"),
            replace(second, line="x"),
            replace(second, verdict="sold_out"),
            replace(second, available=9),
            replace(second, head="00" * 32),
        ],
        ClaimFault.NUMBER: [replace(second, number=3)],
    }
    for wrong, claims in changed.items():
        for forged in claims:
            claimed = (log.claims[0], forged, *log.claims[2:])
            judged = judge(replace(log, claims=claimed))
            assert (judged.wrong, judged.number) == (wrong, 2), forged
    assert judge(replace(log, claims=log.claims[:3])).wrong is ClaimFault.END
    assert judge(replace(log, claims=log.claims[1:])).wrong is ClaimFault.NUMBER
    assert judge(replace(log, format="another")).wrong is ClaimFault.FORMAT
    [stock] = log.stock
    assert judge(replace(log, stock=(replace(stock, opening=5),))).wrong is ClaimFault.STOCK
    assert judge(replace(log, stock=())).wrong is ClaimFault.STOCK
    swapped = tuple(replace(one, claim={1: 2, 2: 1}.get(one.claim or 0, one.claim)) for one in stock.steps)
    assert judge(replace(log, stock=(replace(stock, steps=swapped),))).wrong is ClaimFault.ORDER
