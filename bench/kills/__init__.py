"""A sale whose servers and database are killed without warning, again and again, and what is lost: nothing.

Two server processes (one has both planes, the other is a second till) and a PostgreSQL of their own. Buyers
tap, claim by comment, wait in line, use vouchers and deals, order, and pay at a pretend gateway, or don't;
a request whose answer is lost is sent again with its key. Meanwhile `kill -9` hits one of the servers, one
backend of PostgreSQL, its first process, or all of them, whenever some more answers have come, also while
another of them is still starting. `KILLS` says how often. At the end everything that was ever answered is
looked for, and everything is counted again.
"""

import asyncio
import logging
import os
import random
import tempfile
from pathlib import Path
from typing import Any

import structlog

from bench.kills._buyers import Buyers
from bench.kills._host import open_sale, run_sale
from bench.kills._house import House, opened
from bench.kills._reckoning import Reckoning, reckon

Figure = dict[str, Any]

FULL_KILLS, SHORT_KILLS = 200, 10
BUYERS = 10
ANSWERS_BETWEEN = (1, 120)
"""After so many more answers the next kill comes; they come fastest where most is under way."""
STUCK_SECONDS = 180


def run(*, short: bool) -> list[Figure]:
    """Kill, count, and return the figures. Raises RuntimeError where something does not add up."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    kills = int(os.environ.get("KILLS", SHORT_KILLS if short else FULL_KILLS))
    with tempfile.TemporaryDirectory(prefix="etalase-kills-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        seed = random.randrange(1 << 32)
        reckoning = asyncio.run(sell_and_kill(Path(name), kills, seed, say=print))
    figures = reckoning.figures()
    if reckoning.faults:
        raise RuntimeError("\n".join(["it does not add up:", *reckoning.faults]))
    return figures


async def sell_and_kill(
    folder: Path, kills: int, seed: int, *, answers: tuple[int, int] = ANSWERS_BETWEEN, say: Any = None
) -> Reckoning:
    """Run a sale in a folder that others may enter, kill so many times, and count.

    Between two kills come as many answers as `answers` bounds.
    """
    chance = random.Random(seed)
    if say:
        say(f"{kills} kills, seed {seed}")
    async with opened(folder) as house, open_sale(house) as sale:
        await house.open_till()
        buyers = Buyers(house, sale, random.Random(chance.random()))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(buyers.keep_buying()) for _ in range(BUYERS)]
            host = group.create_task(run_sale(sale))
            for count in range(1, kills + 1):
                await _more_answers(buyers, chance.randint(*answers), house)
                await asyncio.sleep(chance.random() / 10)
                house.kill_one(chance)
                if say and count % 20 == 0:
                    say(f"  {count} kills, {buyers.notes.summary()}")
            await _something_paid(buyers, house)
            buyers.closing = True
            await asyncio.gather(*tasks)
            host.cancel()
        return await reckon(house, sale, buyers)


async def _more_answers(buyers: Buyers, count: int, house: House) -> None:
    """Return when so many more answers have come. Raises RuntimeError where none come."""
    wanted = buyers.notes.answers + count
    seen, since = buyers.notes.answers, asyncio.get_running_loop().time()
    while buyers.notes.answers < wanted:
        await asyncio.sleep(0.005)
        now = asyncio.get_running_loop().time()
        if buyers.notes.answers > seen:
            seen, since = buyers.notes.answers, now
        elif now - since > STUCK_SECONDS:
            raise RuntimeError(f"nobody is answered any more:\n{house.logs()}")


async def _something_paid(buyers: Buyers, house: House) -> None:
    """Return when an order is paid: a few kills may leave none, and a sale of nothing shows nothing."""
    while not buyers.notes.paid:
        await _more_answers(buyers, 1, house)
