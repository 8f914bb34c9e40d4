"""What an operator's probes ask: is the process alive, can it serve, what are its figures."""

from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE
from sqlalchemy import text

from etalase.platform.db import Away, Database
from etalase.platform.observing import render_metrics


@get("/healthz", media_type=MediaType.TEXT, opt={"exclude_from_auth": True}, include_in_schema=False)
async def is_alive() -> str:
    """Answer as long as the process does."""
    return "ok\n"


@get("/readyz", media_type=MediaType.TEXT, opt={"exclude_from_auth": True}, include_in_schema=False)
async def is_ready(databases: NamedDependency[Sequence[Database]]) -> Response[str]:
    """Answer 200 when the database of each plane does, else 503."""
    try:
        for database in databases:
            async with database.begin() as tx:
                await tx.execute(text("SELECT 1"))
    except Away:
        troubles = [database.trouble() for database in databases]
        told = "\n".join(["the database is away", *dict.fromkeys(filter(None, troubles))])
        return Response(f"{told}\n", status_code=HTTP_503_SERVICE_UNAVAILABLE)
    return Response("ready\n", status_code=HTTP_200_OK)


@get("/metrics", opt={"exclude_from_auth": True}, include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Return the figures in Prometheus' text format."""
    body, content_type = render_metrics()
    return Response(body, headers={"content-type": content_type})


ROUTES: list[Any] = [is_alive, is_ready, metrics]
