"""Amounts that tell one transfer from another. No I/O.

A transfer names no order, so each unpaid order of a shop asks for an amount of its own: a few rupiah more
than its total, the habit of Indonesian shops. The smallest steps are tried first.
"""

from collections.abc import Iterator
from random import Random

from etalase.kernel.money import Money

STEPS = (99, 999)
"""The unique part is at most this many rupiah, or this many in a shop with very many unpaid orders."""


def candidates(total: Money, chance: Random, tries: int = 12) -> Iterator[Money]:
    """Yield amounts to try, each at most STEPS[-1] above the total."""
    for maximum in STEPS:
        for step in chance.sample(range(1, maximum + 1), tries):
            yield Money(total.minor + step, total.currency)
