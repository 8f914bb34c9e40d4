"""What operators see of requests: an id in every line of the log, and Prometheus figures."""

import re
import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from etalase.kernel.ids import new_code

Message = dict[str, Any]

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{6,64}")
request_id: ContextVar[str] = ContextVar("request_id", default="")
_served: ContextVar[dict[Hashable, str] | None] = ContextVar("served", default=None)

requests_total = Counter(
    "etalase_http_requests_total", "Answers by plane, method and status", ["plane", "method", "status"]
)
request_seconds = Histogram("etalase_http_request_seconds", "Time to the end of an answer", ["plane"])


@contextmanager
def bound_request(identity: str | None) -> Iterator[None]:
    """Work inside the block on behalf of the request of this id, in the log and in what is written."""
    if not identity:
        yield
        return
    before = request_id.set(identity)
    try:
        with structlog.contextvars.bound_contextvars(request_id=identity):
            yield
    finally:
        request_id.reset(before)


@contextmanager
def serving(requests: Mapping[Hashable, str]) -> Iterator[None]:
    """Work inside the block for several requests at once: their ids, by whom each asks for.

    One request alone is bound as `bound_request` does; of several none is, so that nothing of one carries
    the id of another: `request_of` tells whose each thing is.
    """
    before = _served.set(dict(requests))
    try:
        with bound_request(next(iter(requests.values())) if len(requests) == 1 else None):
            yield
    finally:
        _served.reset(before)


def belongs(subject: Hashable, whose: Hashable) -> None:
    """Remember, inside `serving`, that what is written of this subject belongs to the request of `whose`."""
    served = _served.get()
    if served is not None and whose in served:
        served[subject] = served[whose]


def request_of(*subjects: Hashable) -> str:
    """Return the id of the request that a subject belongs to: the first one known, else the one at hand."""
    served = _served.get() or {}
    return next((served[subject] for subject in subjects if subject in served), request_id.get())


def render_metrics() -> tuple[bytes, str]:
    """Return all figures in Prometheus' text format, and its content type."""
    return generate_latest(), CONTENT_TYPE_LATEST


class Observed:
    """ASGI middleware: gives each request an id (X-Request-ID when it looks like one) and counts it."""

    def __init__(self, app: Any, plane: str) -> None:
        self.app = app
        self.plane = plane

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        identity = wanted if REQUEST_ID.fullmatch(wanted) else new_code(12)
        request_id.set(identity)
        structlog.contextvars.bind_contextvars(request_id=identity)
        started = time.perf_counter()
        status = "500"

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", identity.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_observed)
        finally:
            requests_total.labels(self.plane, scope["method"], status).inc()
            request_seconds.labels(self.plane).observe(time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request_id")
