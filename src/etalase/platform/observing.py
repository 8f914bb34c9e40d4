"""What operators see: structured logs with a request id, and Prometheus figures."""

import logging
import re
import time
from contextvars import ContextVar
from typing import Any, Literal

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from etalase.kernel.ids import new_code

LogFormat = Literal["text", "json"]
Message = dict[str, Any]

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{6,64}")
request_id: ContextVar[str] = ContextVar("request_id", default="")

requests_total = Counter(
    "etalase_http_requests_total", "Answers by plane, method and status", ["plane", "method", "status"]
)
request_seconds = Histogram("etalase_http_request_seconds", "Time to the end of an answer", ["plane"])


def configure_logging(log_format: LogFormat, level: int = logging.INFO) -> None:
    """Send every log line, ours and the libraries', through one chain to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info if log_format == "json" else _as_it_is,
            last,
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("alembic", "uvicorn", "uvicorn.access", "httpx", "httpcore", "aioice", "aiortc"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _as_it_is(_: object, __: str, event: Any) -> Any:
    return event


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
