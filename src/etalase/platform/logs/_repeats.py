"""What was told already is counted and not told again: no fault can fill a disk or hide others."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

WINDOW_SECONDS = 60.0
MAX_KNOWN = 500


@dataclass(slots=True)
class _Known:
    began: float
    event: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Repeated:
    """How often something happened again after it was told."""

    event: str
    times: int


class Repeats:
    """Remembers what was told of late. Whoever uses it holds a lock."""

    def __init__(self, window_seconds: float = WINDOW_SECONDS) -> None:
        self._window = window_seconds
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()
        self._over: list[Repeated] = []

    def is_new(self, key: Hashable, event: str, now: float) -> bool:
        """Say whether this is to be told; otherwise count it."""
        known = self._known.get(key)
        if known is not None and now - known.began < self._window:
            known.more += 1
            return False
        if known is not None:
            self._forget(key)
        self._known[key] = _Known(now, event)
        if len(self._known) > MAX_KNOWN:
            self._forget(next(iter(self._known)))
        return True

    def take_over(self, now: float, *, everything: bool = False) -> Iterator[Repeated]:
        """Yield the counts of windows that are over; `everything` ends them all."""
        while self._known:
            key, known = next(iter(self._known.items()))
            if now - known.began < self._window and not everything:
                break
            self._forget(key)
        over, self._over = self._over, []
        yield from over

    def _forget(self, key: Hashable) -> None:
        known = self._known.pop(key)
        if known.more:
            self._over.append(Repeated(known.event, known.more))
