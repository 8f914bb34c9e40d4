"""A guest's hold by the short way is answered as the framework's route answers it, to the last header."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from etalase import bridge
from etalase.bootstrap import System
from etalase.bridge import Referral
from etalase.commerce import inventory
from etalase.kernel.ids import new_token
from etalase.kernel.sources import Venue
from tests.integration.web.conftest import open_market
from tests.make.orders import Market
from tests.make.program import MakesDatabases, app_of, program, visitor

UNITS, MAX_UNITS = 60, 20
BY_THE_FRAMEWORK = "?by=framework"
"""A question mark is not usual, and means nothing to the route."""
KEY = "a bridge's key that only this test knows"
DIFFERENT = {"x-request-id", "date", "content-length"}


class Guest:
    """A guest's browser with a cart, whose script asks for units of one variant."""

    def __init__(self, system: System, market: Market, scheme: str) -> None:
        [endpoint] = system.endpoints
        transport = httpx.ASGITransport(endpoint.app, client=("203.0.113.9", 50_000))
        self.client = httpx.AsyncClient(transport=transport, base_url=f"{scheme}://shop.example")
        self.variant_id = market.variants[0].id
        self.shop_id = market.shop.id
        self.by_the_framework = 0
        self.claims: list[int] = []
        app = app_of(system)
        inner = app.asgi_handler

        async def counted(*connection: Any) -> None:
            self.by_the_framework += 1
            await inner(*connection)

        app.asgi_handler = counted
        self.cookies: dict[str, str] = {}

    async def arrive(self) -> "Guest":
        """Get a token and a cart, by the framework's way."""
        await self.client.get("/sign-in")
        self.cookies = dict(self.client.cookies.items())
        first = await self.client.post(
            f"/cart/holds{BY_THE_FRAMEWORK}", json=self.body(), headers={"x-csrftoken": self.token}
        )
        self.cookies = dict(self.client.cookies.items())
        assert first.status_code == httpx.codes.CREATED
        return self

    @property
    def token(self) -> str:
        """The token against forged requests."""
        return next(value for name, value in self.cookies.items() if name.endswith("csrftoken"))

    def body(self, **changes: Any) -> dict[str, Any]:
        """Return what a script asks for, with a key of its own; `show` is the show where it was tapped."""
        asked = {"variant_id": str(self.variant_id), "quantity": 1, "idempotency_key": new_token()}
        if show := changes.pop("show", None):
            referral = Referral(self.shop_id, show, Venue.ROOM)
            asked["referral"] = bridge.sign_referral(KEY, referral, datetime.now(UTC))
        return asked | changes

    async def ask(self, query: str, content: bytes, headers: dict[str, str]) -> dict[str, Any]:
        """Return the answer, without what no two answers have in common."""
        self.client.cookies.clear()
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"content-type": "application/json", "x-csrftoken": self.token, "cookie": cookie} | headers
        sent = {name: value for name, value in sent.items() if value}
        answer = await self.client.post(f"/cart/holds{query}", content=content, headers=sent)
        kept = [pair for pair in answer.headers.multi_items() if pair[0] not in DIFFERENT]
        said: Any = answer.json() if "json" in answer.headers["content-type"] else len(answer.content) > 0
        if isinstance(said, dict):
            for name in ("id", "expires_at"):
                said.get("hold", {}).pop(name, None)
            if claim := said.get("hold", {}).pop("claim", None):
                self.claims.append(claim)
            said.pop("request_id", None)
        return {"status": answer.status_code, "headers": sorted(kept), "said": said}


CASES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "granted": ({}, {}),
    "granted to whoever reads Indonesian": ({}, {"accept-language": "id"}),
    "granted to a script that compresses": ({}, {"accept-encoding": "gzip", "accept": "application/json"}),
    "granted in a show": ({"show": "SHOW"}, {}),
    "more than one may have": (
        {"quantity": MAX_UNITS},
        {"accept": "application/json", "accept-language": "id"},
    ),
    "none": ({"quantity": 0}, {"accept": "application/json"}),
    "more than anybody may ask for": ({"quantity": 1_000_000}, {"accept": "application/json"}),
    "of nothing that there is": ({"variant_id": str(UUID(int=7))}, {"accept": "application/json"}),
    "of no variant": ({"variant_id": "dress"}, {"accept": "application/json"}),
    "by a key that can't be": ({"idempotency_key": "\x00"}, {"accept": "application/json"}),
    "dearer than seen": ({"price_minor": 1}, {"accept": "application/json"}),
    "with a referral of nobody's": ({"referral": "from.nowhere"}, {}),
    "with a field of another kind": ({"referral": [1, {"a": 2}]}, {}),
    "as a page asks": ({"quantity": MAX_UNITS}, {"accept": "text/html"}),
    "without a token": ({}, {"x-csrftoken": ""}),
    "with somebody else's token": ({}, {"x-csrftoken": "0" * 128, "accept": "application/json"}),
    "without a cookie": ({}, {"cookie": "", "accept": "application/json"}),
}


GRANTED = [
    *(case for case in CASES if case.startswith("granted")),
    "with a referral of nobody's",
    "with a field of another kind",
]


@pytest.fixture(params=["http", "https"])
async def guest(
    databases: MakesDatabases, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Guest]:
    url = f"{request.param}://shop.example"
    running = program(
        databases,
        tmp_path,
        ETALASE_SOCIAL_URL=url,
        ETALASE_COMMERCE_URL=url,
        ETALASE_BRIDGE_KEY=KEY,
        ETALASE_INVENTORY_MAX_UNITS_PER_VARIANT=str(MAX_UNITS),
    )
    async with running as system, visitor(system) as browser:
        market = await open_market(system, browser)
        variant = market.variants[0].id
        async with market.db.begin() as tx:
            await inventory.count(tx, {variant: UNITS}, actor_id=None, reason="stock-taking")
        arrived = Guest(system, market, request.param)
        async with arrived.client:
            yield await arrived.arrive()


async def test_both_ways_answer_alike(guest: Guest) -> None:
    for case, (changes, headers) in CASES.items():
        answers = []
        for query in ("", BY_THE_FRAMEWORK):
            before = guest.by_the_framework
            answers.append(await guest.ask(query, msgspec.json.encode(guest.body(**changes)), headers))
            is_short = query == "" and case in GRANTED
            assert guest.by_the_framework == before + (not is_short), case
        assert answers[0] == answers[1], case
        assert (answers[0]["status"] == httpx.codes.CREATED) == (case in GRANTED), case
    assert guest.claims == [1, 2], "both ways are told the numbers of their claims"


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 2_000, b'{"variant_id": 7}', b"\xff", b"x" * 20_000])
async def test_what_can_t_be_read_is_refused_alike(guest: Guest, content: bytes) -> None:
    headers = {"accept": "application/json"}
    short, long = [await guest.ask(query, content, headers) for query in ("", BY_THE_FRAMEWORK)]
    assert short == long
    assert short["status"] in {400, 422}


async def test_who_asks_in_another_way_is_the_frameworks(guest: Guest) -> None:
    content = msgspec.json.encode(guest.body())
    for headers in (
        {"content-type": "application/json; charset=utf-8; x"},
        {"authorization": "Bearer nobody"},
        {"cookie": "a=1; a=2"},
        {"cookie": 'etalase_cart="quoted"'},
        {"content-type": "text/plain"},
    ):
        before = guest.by_the_framework
        await guest.ask("", content, headers)
        assert guest.by_the_framework == before + ("charset" not in headers.get("content-type", "")), headers


async def test_a_hold_that_waits_or_is_done_again_is_the_frameworks(guest: Guest) -> None:
    for changes in ({"wait": True}, {"again": str(UUID(int=1))}):
        before = guest.by_the_framework
        answer = await guest.ask("", msgspec.json.encode(guest.body(**changes)), {})
        assert answer["status"] == httpx.codes.CREATED
        assert guest.by_the_framework == before + 1
