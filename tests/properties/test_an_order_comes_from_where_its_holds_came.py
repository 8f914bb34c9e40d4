"""An order's show is the one show of all its holds, and none where they came from several places."""

import random

import pytest

from etalase.commerce import inventory
from etalase.platform.db import Database
from tests.make import orders as make

SHOWS = (None, "SHOWAAAA", "SHOWBBBB")


@pytest.mark.parametrize("seed", range(6))
async def test_an_orders_source_is_its_holds(commerce_db: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    market = await make.market(commerce_db, 1000)
    for buyer in range(8):
        holder = f"cart:{seed}-{buyer}"
        among = chance.sample(SHOWS, k=chance.choice((1, 1, 2, 3)))
        shows = [chance.choice(among) for _ in range(chance.randint(1, 4))]
        held = [
            await market.hold(holder, show=show, variant=chance.randrange(len(market.variants)))
            for show in shows
        ]
        placed = await market.place(holder)
        async with commerce_db.begin() as tx:
            found = await inventory.get_holds(tx, placed.hold_ids)
        assert set(found) == set(held)
        kept = {hold.source.show if hold.source else None for hold in found.values()}
        assert kept == set(shows)
        assert placed.show_code == (kept.pop() if len(kept) == 1 else None)
    assert await market.differences() == []
