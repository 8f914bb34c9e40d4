"""A sale whose servers and PostgreSQL are killed at random: all that was answered is there, and adds up.

It is `make bench NAME=kills` with few kills; there is the sale, and what is counted after it.
"""

import random
from pathlib import Path

import pytest

from bench.kills import sell_and_kill

KILLS, ANSWERS = 10, (1, 30)
PATIENCE_SECONDS = 900
"""Unpaid orders take a minute to lapse; each server that was killed takes seconds to start."""


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE_SECONDS)
async def test_a_sale_with_kills_loses_nothing_and_adds_up(tmp_path: Path) -> None:
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    seed = random.SystemRandom().randrange(1 << 32)
    found = await sell_and_kill(tmp_path, KILLS, seed, answers=ANSWERS)
    assert not found.faults, (seed, found.rows)
    counted = {metric: number for metric, number, _ in found.rows}
    assert counted["kill -9 in all"] == KILLS
    assert counted["orders"] > 0
    assert counted["units sold"] > 0
    assert counted["claims in the chain"] > 0
