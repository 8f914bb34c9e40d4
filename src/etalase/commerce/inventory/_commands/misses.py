"""What has nothing left, who came too late for it and by how much, and what a batch added to shows' claims.

It is kept in this process's memory, for the answer of the moment: the log of claims is what proves it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._events import ClaimsRecorded
from etalase.commerce.inventory._model import HoldRequest
from etalase.platform.observing import request_of
from etalase.platform.outbox import Caused

VARIANTS_KNOWN = 10_000


class Emptied:
    """Variants of which a batch has left no unit free, as far as this process knows.

    It decides nothing: requests for these are worth a look without a lock before they are answered by the
    statement that locks and writes.
    """

    def __init__(self) -> None:
        self._variants: OrderedDict[UUID, None] = OrderedDict()

    def note(self, variant_id: UUID, available: int) -> None:
        """Remember what is left of a variant."""
        if available:
            self.forget(variant_id)
            return
        self._variants[variant_id] = None
        if len(self._variants) > VARIANTS_KNOWN:
            self._variants.popitem(last=False)

    def forget(self, variant_id: UUID) -> None:
        """Take it for a variant like any other again."""
        self._variants.pop(variant_id, None)

    def list_hopeless(self, requests: Iterable[HoldRequest]) -> list[HoldRequest]:
        """Return those that may be refused by a look: of an emptied variant, in no line, and no claim."""
        return [
            request
            for request in requests
            if request.variant_id in self._variants and request.source is None and request.joining is None
        ]


@dataclass(slots=True)
class _Last:
    asked_at: datetime
    missed: int = 0


class Misses:
    """When the last unit of each variant was asked for, and how many came after it in vain."""

    def __init__(self) -> None:
        self._last: OrderedDict[UUID, _Last] = OrderedDict()

    def granted(self, request: HoldRequest) -> None:
        """Remember whoever got units: they may have been the last."""
        if request.asked_at is None:
            return
        self._last[request.variant_id] = _Last(request.asked_at)
        self._last.move_to_end(request.variant_id)
        if len(self._last) > VARIANTS_KNOWN:
            self._last.popitem(last=False)

    def missed(self, request: HoldRequest) -> dict[str, int]:
        """Count whoever found none; return their place among them and how late they were, in milliseconds."""
        last = self._last.get(request.variant_id)
        if last is None or request.asked_at is None:
            return {}
        last.missed += 1
        late = max(timedelta(), request.asked_at - last.asked_at)
        return {"place": last.missed, "late_ms": late // timedelta(milliseconds=1)}


def recorded(requests: Sequence[HoldRequest], answers: Sequence[store.HoldAnswer]) -> list[Caused]:
    """Return an event for each show whose chain has grown, with where it ends now, and who was last."""
    ends: dict[str, ClaimsRecorded] = {}
    last: dict[str, str] = {}
    for request, answer in zip(requests, answers, strict=True):
        end, source = answer.claim, request.source
        if end is None or source is None:
            continue
        if end.show not in ends or ends[end.show].number < end.number:
            ends[end.show] = ClaimsRecorded(
                shop_id=source.shop_id, show=end.show, number=end.number, head=end.head.hex()
            )
            last[end.show] = request.holder
    return [Caused(event, request_of(last[show])) for show, event in ends.items()]
