"""What the wall costs: one decision of the law, warm, in the process that asks.

Beside each law stands the least that any rule costs: a comparison of the same facts in Python. Delays are of
single calls, clock and loop included; both are asked in turn, so that what disturbs one disturbs the other.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from etalase.policy import Action, DiscountFacts, Facts, load_law

Figure = dict[str, Any]

FULL, SHORT = 200_000, 5_000
NOW = datetime(2026, 11, 28, tzinfo=UTC)
CLAIMED = DiscountFacts(price_before=89_000, price_now=69_000, lowest_price_30_days=89_000)
GOAL_US = 50.0
"""At the 99th percentile."""
ASKED = {
    "without facts (id, pay in a room)": ("id", Action.PAY_IN_ROOM, Facts(NOW)),
    "with a condition (id, claim a discount)": ("id", Action.CLAIM_DISCOUNT, Facts(NOW, CLAIMED)),
    "with a condition (eu, claim a discount)": ("eu", Action.CLAIM_DISCOUNT, Facts(NOW, CLAIMED)),
}


def run(*, short: bool) -> list[Figure]:
    """Return the 50th and 99th percentile of a decision, in microseconds."""
    times = SHORT if short else FULL
    figures: list[Figure] = []
    for name, (law_name, action, facts) in ASKED.items():
        ours, baseline = _in_turn(partial(load_law(law_name).decide, action, facts), _compare, times)
        figures += [_figure(name, ours, baseline, percent) for percent in (50, 99)]
    return figures


def _figure(name: str, ours: list[float], baseline: list[float], percent: int) -> Figure:
    asked, compared = _percentile(ours, percent), _percentile(baseline, percent)
    return {
        "metric": f"decision {name}, p{percent}",
        "unit": "us",
        "ours": asked,
        "reference": compared,
        "ratio": asked / compared,
        "goal": GOAL_US if percent == 99 else None,
    }


def _compare() -> bool:
    return CLAIMED.lowest_price_30_days is not None and CLAIMED.price_before > CLAIMED.lowest_price_30_days


def _in_turn(
    first: Callable[[], object], second: Callable[[], object], times: int
) -> tuple[list[float], list[float]]:
    """Call both as often, one after the other; return the microseconds of each call, sorted."""
    delays: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for call, taken in zip((first, second), delays, strict=True):
            begun = time.perf_counter_ns()
            call()
            taken.append((time.perf_counter_ns() - begun) / 1_000)
    return sorted(delays[0]), sorted(delays[1])


def _percentile(delays: list[float], percent: int) -> float:
    return statistics.quantiles(delays, n=100, method="inclusive")[percent - 1]
