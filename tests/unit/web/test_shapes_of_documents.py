"""What Litestar would take for a number, a truth or a moment, and is none: JSON has numbers of its own."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar, post
from litestar.params import JSONBody

from etalase.web._door import refuse_unfit


class Line(msgspec.Struct, frozen=True):
    pieces: int


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body with a field of each kind that has a lookalike."""

    count: int | None = None
    price_minor: int = 0
    on: bool = False
    starts_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    by_name: dict[str, int] = {}


@post("/asked")
async def ask(data: JSONBody[Asked]) -> Asked:
    return data


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app: Any = Litestar([ask], before_request=refuse_unfit, logging_config=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"price_minor": "1e3"}, "price_minor"),
        ({"price_minor": "1000"}, "price_minor"),
        ({"price_minor": 1.0}, "price_minor"),
        ({"price_minor": True}, "price_minor"),
        ({"price_minor": None}, "price_minor"),
        ({"count": "null"}, "count"),
        ({"count": ""}, "count"),
        ({"count": 6.0}, "count"),
        ({"on": 1}, "on"),
        ({"on": "true"}, "on"),
        ({"starts_at": 5}, "starts_at"),
        ({"starts_at": "5"}, "starts_at"),
        ({"lines": [{"pieces": 1}, {"pieces": "2"}]}, "lines[1].pieces"),
        ({"by_name": {"a": "2"}}, "by_name"),
        ([], "data"),
        ("x", "data"),
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/merge-patch+json"])
async def test_a_lookalike_is_refused_by_its_name(
    client: httpx.AsyncClient, body: Any, field: str, kind: str
) -> None:
    answer = await client.post("/asked", content=msgspec.json.encode(body), headers={"content-type": kind})
    assert answer.status_code == 400
    [problem] = answer.json()["extra"]
    assert problem["key"].startswith(field)


async def test_what_is_meant_is_taken(client: httpx.AsyncClient) -> None:
    body = {
        "count": 6,
        "price_minor": 89_000,
        "on": True,
        "starts_at": "2026-12-01T19:00:00+07:00",
        "lines": [{"pieces": 2}],
        "by_name": {"a": 1},
    }
    answer = await client.post("/asked", json=body)
    assert (answer.status_code, answer.json()) == (201, body)
