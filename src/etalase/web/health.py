"""What an operator's probes ask: is the process alive, can it serve, what are its figures."""

import time
from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from etalase.platform.db import Away
from etalase.platform.observing import render_metrics
from etalase.platform.vitals import Vitals


@get("/healthz", media_type=MediaType.TEXT, opt={"exclude_from_auth": True}, include_in_schema=False)
async def is_alive() -> str:
    """Answer as long as the process does."""
    return "ok\n"


@get("/readyz", media_type=MediaType.TEXT, opt={"exclude_from_auth": True}, include_in_schema=False)
async def is_ready(vitals: NamedDependency[Sequence[Vitals]]) -> Response[str]:
    """Answer 200 when the database of each plane does, else 503; then a line for each plane."""
    try:
        lines = ["ready", *[(await plane.look(time.monotonic)).line() for plane in vitals]]
    except Away:
        troubles = [plane.database.trouble() for plane in vitals]
        lines = ["the database is away", *dict.fromkeys(filter(None, troubles))]
    status = HTTP_200_OK if lines[0] == "ready" else HTTP_503_SERVICE_UNAVAILABLE
    return Response("\n".join(lines) + "\n", status_code=status)


@get("/metrics", opt={"exclude_from_auth": True}, include_in_schema=False)
async def metrics(vitals: NamedDependency[Sequence[Vitals]]) -> Response[bytes]:
    """Return the figures in Prometheus' text format, also while a database is away."""
    for plane in vitals:
        try:
            await plane.look(time.monotonic)
        except Away:
            continue
    body, content_type = render_metrics()
    return Response(body, headers={"content-type": content_type})


ROUTES: list[Any] = [is_alive, is_ready, metrics]
