"""How many requests of one address wait for something at a time: one machine must not take them all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from litestar import Request

from etalase.platform.ratelimit import TooManyTries
from etalase.web._viewers import origin_of

COME_BACK_SECONDS = 5


class Waits:
    """Who waits, by address; an address that nobody could tell is not counted."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()

    @contextmanager
    def one(self, origin: str, maximum: int) -> Iterator[None]:
        """Count one more of this origin while the block waits. Raises TooManyTries."""
        if origin and self._waiting[origin] >= maximum:
            raise TooManyTries(retry_after_seconds=COME_BACK_SECONDS)
        self._waiting[origin] += 1
        try:
            yield
        finally:
            self._waiting[origin] -= 1
            if self._waiting[origin] <= 0:
                del self._waiting[origin]


@contextmanager
def waiting(request: Request[Any, Any, Any], maximum: int) -> Iterator[None]:
    """Count this request while the block waits. Raises TooManyTries."""
    waits: Waits = request.app.state.setdefault("waits", Waits())
    with waits.one(origin_of(request.client.host if request.client else ""), maximum):
        yield
