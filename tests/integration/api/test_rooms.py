"""A show held by a program, from its plan to its pins, with curl's means alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Router
from litestar.di import Provide

from etalase import accounts
from etalase.api import rooms as api
from etalase.api._problems import problem_response
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.platform.files import LocalFileStore
from etalase.social.media import MediaEngine, StreamKeys
from etalase.social.rooms import ClaimBoard, RoomService, SalesBoard
from etalase.web._auth import PlaneDoor, sign_in_middleware
from etalase.web._failures import exception_handlers
from tests.make import rooms as make
from tests.make.accounts import sign_up
from tests.make.rooms import admit_host
from tests.make.shopfronts import NoTill, OpenWindow, SilentEngine

SHOP = new_id()
OFFERS = (make.offer("Gaun"), make.offer("Celana"))
SHOWS = "/api/v1/shows"


@pytest.fixture
async def client(social_db: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    service = RoomService(social_db, clock, OpenWindow(*OFFERS), secret=b"secret")
    await service.start()
    engine: MediaEngine = SilentEngine()
    given: dict[str, Any] = {
        "db": social_db,
        "rooms": service,
        "sales": SalesBoard(NoTill(), pause_seconds=0),
        "claim_board": ClaimBoard(NoTill(), pause_seconds=0),
        "commerce_url": "http://shop.example",
        "engine": engine,
        "stream_keys": StreamKeys(b"secret"),
        "files": LocalFileStore(tmp_path),
    }
    router = Router(
        "/",
        route_handlers=api.ROUTES,
        middleware=[sign_in_middleware(social_db, PlaneDoor("social", https=False))],
        dependencies={name: provide(thing) for name, thing in given.items()},
    )
    app = Litestar([router], exception_handlers=exception_handlers(problem_response), logging_config=None)
    transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://etalase.example") as client:
        yield client
    await service.stop()


def provide(thing: Any) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False)


async def token_of(db: Database, email: str, *shops: UUID) -> dict[str, str]:
    account_id = await sign_up(db, email, "Bunga")
    async with db.begin() as tx:
        for shop_id in shops:
            await admit_host(tx, account_id, shop_id)
        token = await accounts.issue_token(tx, account_id, "Studio script")
    return {"authorization": f"Bearer {token.secret}"}


@pytest.fixture
async def host(social_db: Database) -> dict[str, str]:
    return await token_of(social_db, "bunga@example.com", SHOP)


@pytest.fixture
async def stranger(social_db: Database) -> dict[str, str]:
    return await token_of(social_db, "lain@example.com", new_id())


@pytest.fixture
async def code(client: httpx.AsyncClient, host: dict[str, str], clock: FixedClock) -> str:
    body = {"shop_id": str(SHOP), "title": "Baju anak", "starts_at": clock.now().isoformat()}
    planned = await client.post(SHOWS, json=body, headers=host)
    assert planned.status_code == 201
    return str(planned.json()["code"])


async def test_a_planned_show_is_cancelled_by_its_hosts_only(
    client: httpx.AsyncClient, host: dict[str, str], stranger: dict[str, str], code: str
) -> None:
    assert (await client.delete(f"{SHOWS}/{code}", headers=stranger)).status_code == 404
    assert (await client.delete(f"{SHOWS}/{code}", headers=host)).status_code == 204
    assert (await client.get(f"{SHOWS}/{code}")).status_code == 404
    assert (await client.delete(f"{SHOWS}/{code}", headers=host)).status_code == 404


async def test_a_show_is_held_by_a_program(
    client: httpx.AsyncClient, host: dict[str, str], code: str, clock: FixedClock
) -> None:
    first, second = (str(offer.product_id) for offer in OFFERS)
    show = f"{SHOWS}/{code}"
    filled = await client.put(f"{show}/tray", json={"product_ids": [second, first]}, headers=host)
    assert [card["product_id"] for card in filled.json()["tray"]] == [second, first]
    renamed = await client.patch(show, json={"title": "Baju anak 2-6 tahun"}, headers=host)
    assert renamed.json()["title"] == "Baju anak 2-6 tahun"
    live = await client.post(f"{show}/go-live", headers=host)
    assert (live.status_code, live.json()["state"]) == (200, "live")
    clock.advance(seconds=5)
    assert (await client.put(f"{show}/pin", json={"product_id": first}, headers=host)).status_code == 204
    clock.advance(seconds=30)
    assert (await client.delete(f"{show}/pin", headers=host)).status_code == 204
    said = await client.post(f"{show}/lines", json={"text": "Terima kasih"}, headers=host)
    assert said.status_code == 201
    deleted = await client.delete(f"{show}/lines/{said.json()['line']}", headers=host)
    assert deleted.status_code == 204
    for what in ("mutes", "blocks"):
        path = f"{show}/{what}/ani"
        assert (await client.put(path, json={"seconds": 60}, headers=host)).status_code == 204
        assert (await client.delete(path, headers=host)).status_code == 204
    assert (await client.post(f"{show}/end", headers=host)).json()["state"] == "ended"
    pins = (await client.get(f"{show}/pins")).json()["items"]
    assert pins == [{"product_id": first, "from_seconds": 5.0, "to_seconds": 35.0}]
    message = (await client.get(show)).json()
    assert (message["title"], message["state"], message["shop"]["slug"]) == (
        "Baju anak 2-6 tahun",
        "ended",
        "toko-bunga",
    )


async def test_a_stream_key_is_told_to_hosts_and_can_be_replaced(
    client: httpx.AsyncClient, host: dict[str, str], code: str
) -> None:
    message = (await client.get(f"{SHOWS}/{code}/stream", headers=host)).json()
    assert message["whip_path"] == f"/whip/{code}"
    assert (await client.get(f"{SHOWS}/{code}/stream", headers=host)).json() == message
    replaced = (await client.post(f"{SHOWS}/{code}/stream/key", headers=host)).json()
    assert replaced["stream_key"] != message["stream_key"]


CHANGES: list[tuple[str, str, Any]] = [
    ("PATCH", "", {"title": "Lain"}),
    ("PUT", "/tray", {"product_ids": []}),
    ("POST", "/go-live", None),
    ("POST", "/end", None),
    ("PUT", "/pin", {"product_id": str(OFFERS[0].product_id)}),
    ("DELETE", "/pin", None),
    ("POST", "/lines", {"text": "halo"}),
    ("DELETE", "/lines/x", None),
    ("PUT", "/mutes/ani", {"seconds": 60}),
    ("DELETE", "/mutes/ani", None),
    ("PUT", "/blocks/ani", None),
    ("DELETE", "/blocks/ani", None),
    ("GET", "/stream", None),
    ("POST", "/stream/key", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
async def test_without_a_hosts_token_nothing_changes(
    client: httpx.AsyncClient, stranger: dict[str, str], code: str, method: str, path: str, body: Any
) -> None:
    before = (await client.get(f"{SHOWS}/{code}")).json()
    nobody = await client.request(method, f"{SHOWS}/{code}{path}", json=body)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "not_signed_in")
    other = await client.request(method, f"{SHOWS}/{code}{path}", json=body, headers=stranger)
    assert (other.status_code, other.json()["code"]) == (404, "no_such_show")
    assert (await client.get(f"{SHOWS}/{code}")).json() == before


async def test_my_shows_come_in_pages_and_hold_nobody_elses(
    client: httpx.AsyncClient, host: dict[str, str], stranger: dict[str, str], clock: FixedClock
) -> None:
    codes = []
    for number in range(5):
        body = {"shop_id": str(SHOP), "title": f"Siaran {number}", "starts_at": clock.now().isoformat()}
        codes.append((await client.post(SHOWS, json=body, headers=host)).json()["code"])
    found: list[str] = []
    cursor: dict[str, str] = {"limit": "2"}
    while True:
        page = (await client.get(SHOWS, params=cursor, headers=host)).json()
        found += [show["code"] for show in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor["cursor"] = page["next_cursor"]
    assert sorted(found) == sorted(codes)
    assert len(found) == len(codes)
    assert (await client.get(SHOWS, headers=stranger)).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"starts_at": "2020-01-01T00:00:00Z"}, "starts_at"),
        ({"starts_at": "2036-01-01T00:00:00Z"}, "starts_at"),
    ],
)
async def test_a_plan_that_cannot_be_held_is_told_by_field(
    client: httpx.AsyncClient, host: dict[str, str], clock: FixedClock, body: dict[str, str], field: str
) -> None:
    plan = {"shop_id": str(SHOP), "title": "Baju", "starts_at": clock.now().isoformat()} | body
    refused = await client.post(SHOWS, json=plan, headers=host)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert (await client.get(SHOWS, headers=host)).json()["items"] == []


async def test_a_show_cannot_be_planned_for_another_shop(
    client: httpx.AsyncClient, stranger: dict[str, str], clock: FixedClock
) -> None:
    body = {"shop_id": str(SHOP), "title": "Baju", "starts_at": clock.now().isoformat()}
    refused = await client.post(SHOWS, json=body, headers=stranger)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_a_host_of_shop")
