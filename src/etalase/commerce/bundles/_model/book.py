"""What bundles take off the lines of a cart. No I/O.

A unit is in one set at most. The set that saves most comes first, the earliest bundle of equals; then that
which saves most of what is left, until nothing saves anything. Of a product with several prices the dearest
units make a set, and the cheapest of those are its free ones. So the same cart always costs the same, in
whatever order its units were held.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.commerce.bundles._model.bundle import WHOLE, Bundle, BundleState
from etalase.kernel.discounts import Discount, DiscountKind, Payer, split
from etalase.kernel.money import Money


@dataclass(frozen=True, slots=True)
class BundleLine:
    """Units of a product at one price, as a cart or an order has them."""

    product_id: UUID
    price: Money
    quantity: int


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets of a bundle, which take these units of each line, and so much off each."""

    bundle: Bundle
    units: Mapping[int, int]
    off: Mapping[int, Money]

    @property
    def saved(self) -> int:
        """What they cost less, in rupiah."""
        return sum(one.minor for one in self.off.values())


class BundleBook:
    """The bundles of some shops, read once for many carts."""

    def __init__(self, bundles: Iterable[Bundle] = ()) -> None:
        self._bundles = sorted(bundles, key=lambda one: one.id)

    def running(self, shop_id: UUID, now: datetime) -> list[Bundle]:
        """Return the shop's bundles that run, the earliest first."""
        return [
            one for one in self._bundles if one.shop_id == shop_id and one.state(now) is BundleState.RUNNING
        ]

    def next_turn(self, now: datetime) -> datetime | None:
        """Return when the first of them begins or ends after this moment."""
        turns = (turn for one in self._bundles for turn in (one.starts_at, one.ends_at))
        return min((turn for turn in turns if turn > now), default=None)

    def discounts(
        self, shop_id: UUID, lines: Sequence[BundleLine], now: datetime
    ) -> list[tuple[Discount, ...]]:
        """Return what each line costs less."""
        return combine(self.running(shop_id, now), lines)


def combine(bundles: Sequence[Bundle], lines: Sequence[BundleLine]) -> list[tuple[Discount, ...]]:
    """Return what these bundles, the earliest first, take off each line; the shop pays it."""
    left = [line.quantity for line in lines]
    made = Counter[UUID]()
    off: list[Counter[UUID]] = [Counter() for _ in lines]
    while sets := _best(bundles, lines, left, made):
        many = _how_many(sets, left, made)
        made[sets.bundle.id] += many
        for place, units in sets.units.items():
            left[place] -= units * many
            off[place][sets.bundle.id] += sets.off[place].minor * many
    return [
        tuple(
            Discount(DiscountKind.BUNDLE, Payer.SHOP, Money(amount), bundle_id)
            for bundle_id, amount in sorted(its.items())
            if amount
        )
        for its in off
    ]


def _best(
    running: Sequence[Bundle], lines: Sequence[BundleLine], left: Sequence[int], made: Mapping[UUID, int]
) -> Sets | None:
    """Return the set that saves most of what is left."""
    best: Sets | None = None
    for bundle in running:
        if bundle.per_order is not None and made[bundle.id] >= bundle.per_order:
            continue
        sets = _one_set(bundle, lines, left)
        if sets is not None and sets.saved > (best.saved if best else 0):
            best = sets
    return best


def _how_many(sets: Sets, left: Sequence[int], made: Mapping[UUID, int]) -> int:
    """Return how often the same units of the same lines can be taken."""
    often = min(left[place] // units for place, units in sets.units.items())
    limit = sets.bundle.per_order
    return often if limit is None else min(often, limit - made[sets.bundle.id])


def _one_set(bundle: Bundle, lines: Sequence[BundleLine], left: Sequence[int]) -> Sets | None:
    """Return one set, of the dearest units that are left; None where they don't make one."""
    units, free = Counter[int](), Counter[int]()
    for item in bundle.items:
        places = [place for place, line in enumerate(lines) if line.product_id == item.product_id]
        dearest = sorted(places, key=lambda place: (-lines[place].price.minor, place))
        wanted = item.quantity
        for place in dearest:
            units[place] = min(left[place], wanted)
            wanted -= units[place]
        if wanted:
            return None
        unpaid = item.free
        for place in reversed(dearest):
            free[place] = min(units[place], unpaid)
            unpaid -= free[place]
    taken = {place: count for place, count in units.items() if count}
    return Sets(bundle, taken, _off(bundle, lines, taken, free))


def _off(
    bundle: Bundle, lines: Sequence[BundleLine], taken: Mapping[int, int], free: Mapping[int, int]
) -> dict[int, Money]:
    """Return what a set takes off each line."""
    if bundle.price is None and bundle.percent is None:
        return {place: lines[place].price * free[place] for place in taken}
    amounts = {place: lines[place].price * count for place, count in taken.items()}
    whole = sum(amounts.values(), Money(0))
    if bundle.price is not None:
        saved = max(whole - bundle.price, Money(0))
    else:
        saved = Money(whole.minor * (bundle.percent or 0) // WHOLE)
    return dict(zip(amounts, split(saved, list(amounts.values())), strict=True))
