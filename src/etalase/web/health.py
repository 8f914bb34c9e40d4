"""What an operator's probes ask: is the process alive, can it serve, what are its figures."""

import hmac
import time
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from etalase.platform.db import Away
from etalase.platform.observing import render_metrics
from etalase.platform.vitals import Vitals

FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-real-ip", "via"})
"""Headers of a proxy: who is behind it is not this machine."""


@get("/healthz", media_type=MediaType.TEXT, opt={"exclude_from_auth": True}, include_in_schema=False)
async def is_alive() -> str:
    """Answer as long as the process does."""
    return "ok\n"


@get("/readyz", media_type=MediaType.TEXT, opt={"exclude_from_auth": True}, include_in_schema=False)
async def is_ready(
    vitals: NamedDependency[Sequence[Vitals]], law_line: NamedDependency[str]
) -> Response[str]:
    """Answer 200 when the database of each plane does, else 503; then a line for each plane and the law."""
    try:
        lines = ["ready", *[(await plane.look(time.monotonic)).line() for plane in vitals], law_line]
    except Away:
        troubles = [plane.database.trouble() for plane in vitals]
        lines = ["the database is away", *dict.fromkeys(filter(None, troubles))]
    status = HTTP_200_OK if lines[0] == "ready" else HTTP_503_SERVICE_UNAVAILABLE
    return Response("\n".join(lines) + "\n", status_code=status)


@get("/metrics", opt={"exclude_from_auth": True}, include_in_schema=False)
async def metrics(
    request: Request[Any, Any, Any],
    vitals: NamedDependency[Sequence[Vitals]],
    metrics_token: NamedDependency[str],
) -> Response[bytes]:
    """Return the figures in Prometheus' text format, also while a database is away.

    To who knows the token; where there is none, to this machine only.
    """
    if not may_read_metrics(request, metrics_token):
        raise PermissionDeniedException
    for plane in vitals:
        try:
            await plane.look(time.monotonic)
        except Away:
            continue
    body, content_type = render_metrics()
    return Response(body, headers={"content-type": content_type})


def may_read_metrics(request: Request[Any, Any, Any], token: str) -> bool:
    """Tell whether the operator asks: by the token where one is set, else from here and through no proxy."""
    if token:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    try:
        is_here = request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
    return is_here and not FORWARDED.intersection(request.headers)


ROUTES: list[Any] = [is_alive, is_ready, metrics]
