"""What guests behind one address hold together, in this process's memory: the hot path bears no statement.

Anybody is a new guest as often as they like. So all guests of a network have one pace, and one share of what
is free of a variant: a stranger with ten browsers empties no shelf. Who signs in is counted for themselves,
and what is ordered counts no more here: orders have bounds of their own.
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import TypeVar
from uuid import UUID

from etalase.commerce.inventory._errors import NetworkHoldsTooMuch
from etalase.commerce.inventory._model import HoldRequest, InventorySettings
from etalase.kernel.clock import Clock
from etalase.platform.ratelimit import REMEMBERED, Budgets, Limit

WHOLE = 100
Key = TypeVar("Key")
Value = TypeVar("Value")


class GuestHolds:
    """Counts what guests hold, by network."""

    def __init__(self, settings: InventorySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        hourly = timedelta(hours=1) / settings.guest_units_per_hour
        self._pace = Budgets(Limit("inventory.guests", settings.guest_units_at_once, hourly), clock)
        self._held: OrderedDict[tuple[str, UUID], list[tuple[datetime, int]]] = OrderedDict()
        self._free: OrderedDict[UUID, int] = OrderedDict()
        self._asked = Counter[UUID]()
        """Units that were counted and have no answer yet: what is free was seen without them."""

    def count(self, request: HoldRequest) -> None:
        """Count a request before it is asked. Raises NetworkHoldsTooMuch, and counts nothing then."""
        now = self._clock.now()
        held = [one for one in self._held.get((request.network, request.variant_id), ()) if one[0] > now]
        units = sum(count for _, count in held)
        limit = self._limit_of(request.variant_id, units)
        if limit is not None and units + request.quantity > limit:
            first = min(ends for ends, _ in held)
            raise NetworkHoldsTooMuch(retry_after_seconds=ceil((first - now).total_seconds()))
        if wait := self._pace.spend(request.network, request.quantity):
            raise NetworkHoldsTooMuch(retry_after_seconds=ceil(wait.total_seconds()))
        ends = now + timedelta(seconds=self._settings.hold_ttl_seconds)
        _keep(self._held, (request.network, request.variant_id), [*held, (ends, request.quantity)])
        self._asked[request.variant_id] += request.quantity

    def kept(self, request: HoldRequest, ends: datetime) -> None:
        """Count granted units until their hold ends, which its shop may have said."""
        key = (request.network, request.variant_id)
        held = list(self._held.get(key, ()))
        for place in reversed(range(len(held))):
            if held[place][1] == request.quantity:
                held[place] = (ends, request.quantity)
                _keep(self._held, key, held)
                return

    def answered(self, request: HoldRequest) -> None:
        """Note that a counted request has its answer, whatever that is."""
        self._asked[request.variant_id] -= request.quantity
        if not self._asked[request.variant_id]:
            del self._asked[request.variant_id]

    def refused(self, request: HoldRequest) -> None:
        """Count a request no more that was not granted. One that waits in line counts as a hold does."""
        self.give_back(request.network, {request.variant_id: request.quantity})

    def give_back(self, network: str, units: Mapping[UUID, int]) -> None:
        """Count so many units of each variant no more, which were ordered."""
        self._pace.give_back(network, sum(units.values()))
        for variant_id, count in units.items():
            left, kept = count, []
            for ends, held in self._held.get((network, variant_id), ()):
                taken = min(left, held)
                left -= taken
                if held > taken:
                    kept.append((ends, held - taken))
            _keep(self._held, (network, variant_id), kept)

    def knows(self, variant_id: UUID) -> bool:
        """Tell whether it was noted how many units of the variant are free."""
        return variant_id in self._free

    def note_free(self, variant_id: UUID, available: int) -> None:
        """Remember how many units are free, as it was last seen."""
        _keep(self._free, variant_id, available)

    def _limit_of(self, variant_id: UUID, units: int) -> int | None:
        """Return how many units of a variant a network may hold; None for no bound, as for its first."""
        percent = self._settings.guest_share_percent
        if not units or percent == WHOLE or variant_id not in self._free:
            return None
        free = self._free[variant_id] - self._asked[variant_id]
        share = (units + free) * percent // WHOLE
        return max(share, self._settings.guest_units_in_any_case)


def _keep(kept: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
