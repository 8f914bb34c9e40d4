"""What somebody hostile tries on the composed program, and does not get."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from etalase.bootstrap import System
from etalase.commerce import catalog, shops
from tests.make import catalog as make_catalog
from tests.make import orders as make_orders
from tests.make import shops as make_shops
from tests.make.accounts import PASSWORD
from tests.make.probes import probe
from tests.make.program import MakesDatabases, csrf, program, visitor
from tests.make.rights import fill, routes_of, rules
from tests.make.world import World, world

HOSTILE = "</script><img src=x onerror=alert(1)>'\"{{7*7}}"
FOLDERS = ("static", "files", "covers", "media/x", "replay", "order", "live", "whip")
CLIMBS = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "..\\..\\etc\\passwd",
    "/etc/passwd",
    "%00",
    "../secret_key",
)


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as running:
        yield running


@pytest.fixture
async def market(system: System) -> World:
    return await world(system)


@pytest.fixture
async def browser(system: System) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(system) as client:
        yield client


async def as_actor(browser: httpx.AsyncClient, name: str) -> httpx.AsyncClient:
    """Sign the browser in as one of the market's people."""
    form = {"email": f"{name}@example.com", "password": PASSWORD}
    answer = await browser.post("/sign-in", data=form, headers=await csrf(browser))
    assert answer.status_code == 303, answer.text
    return browser


async def test_no_path_climbs_out_of_its_folder(
    browser: httpx.AsyncClient, system: System, tmp_path: Path
) -> None:
    (tmp_path / "secret_key").write_text("root: not for you", encoding="utf-8")
    [endpoint] = system.endpoints
    for folder in FOLDERS:
        for climb in CLIMBS:
            answer = await browser.get(f"/{folder}/{climb}")
            assert answer.status_code in {400, 404, 405, 410}, (folder, climb)
            assert "root:" not in answer.text
            as_it_stands = await probe(endpoint.app, "GET", f"/{folder}/{climb}", headers={})
            assert as_it_stands.status in {400, 404, 405, 410}, (folder, climb)


async def test_text_that_no_database_takes_is_refused(browser: httpx.AsyncClient) -> None:
    headers = {"accept": "application/json"} | await csrf(browser)
    for address in ("/live/%00", "/order/%00", "/shop/%00"):
        assert (await browser.get(address, headers=headers)).status_code in {400, 404}
    wanted = {"email": "sari@example.com", "password": PASSWORD, "display_name": "a\0b"}
    answer = await browser.post("/sign-up", data=wanted, headers=headers)
    assert answer.status_code in {303, 400, 422}


async def test_words_of_sellers_never_become_markup(
    browser: httpx.AsyncClient, system: System, market: World
) -> None:
    async with system.databases["commerce"].begin() as tx:
        draft = make_shops.shop_draft(f"Toko {HOSTILE}"[:60])
        shop = await shops.create_shop(tx, market.accounts["commerce"]["owner"], draft)
        product = await make_catalog.product(tx, shop.id, f"Gaun {HOSTILE}", code="A1")
        await catalog.update_product(
            tx, shop.id, product.id, make_catalog.product_draft(f"Gaun {HOSTILE}", code="A1")
        )
    await as_actor(browser, "owner")
    for path in (
        "/shops",
        f"/shop/{shop.slug}",
        f"/shop/{shop.slug}/p/{product.id}",
        "/desk",
        f"/desk/{shop.slug}",
        f"/desk/{shop.slug}/products",
        f"/desk/{shop.slug}/products/{product.id}",
        f"/desk/{shop.slug}/settings",
    ):
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        assert "onerror=alert" in answer.text, f"{path} no longer shows the words, so it proves nothing"
        assert "<img src=x" not in answer.text, path
        assert "{{7*7}}" in answer.text, f"{path} reads words as a template"


async def test_an_order_is_its_shops_and_its_buyers_alone(
    browser: httpx.AsyncClient, system: System, market: World
) -> None:
    db = system.databases["commerce"]
    theirs = await make_orders.market(db)
    await theirs.hold("cart:a")
    order = await theirs.reload(await theirs.place("cart:a"))
    await as_actor(browser, "rival")
    headers = await csrf(browser)
    async with db.begin() as tx:
        [mine] = [
            membership.shop
            for membership in await shops.list_shops_of(tx, market.accounts["commerce"]["rival"])
        ]
    for slug in (mine.slug, theirs.shop.slug):
        for part in ("", "/slip.pdf", "/label.pdf"):
            answer = await browser.get(f"/desk/{slug}/orders/{order.number}{part}")
            assert answer.status_code == 404, (slug, part)
            assert "Dewi" not in answer.text
        for step in ("pack", "ship", "cancel", "refund"):
            answer = await browser.post(f"/desk/{slug}/orders/{order.number}/{step}", headers=headers)
            assert answer.status_code in {404, 422}, (slug, step)
    for guess in (order.number, str(order.id), "x" * 43):
        assert (await browser.get(f"/order/{guess}")).status_code == 404
    assert await theirs.reload(order) == order
    await theirs.desk.close()
    assert (await browser.get(f"/order/{order.token}")).status_code == 200


async def test_no_change_is_made_without_the_csrf_token(system: System, market: World) -> None:
    [endpoint] = system.endpoints
    written = {rule.route: rule for rule in rules()}
    signed = {
        rule.route for rule in rules() if rule.words == "signature" or rule.is_api or "/whip/" in rule.route
    }
    session = await market.session("commerce", "owner")
    studio = await market.session("social", "owner")
    cookie = f"etalase_session_commerce={session}; etalase_session_social={studio}"
    accepted = []
    for route, path, _ in routes_of(system):
        method = route.partition(" ")[0]
        if method in {"GET", "WS"} or route in signed:
            continue
        known = {"slug": market.shop.slug, "code": market.show_code}
        address = fill(path, known | (written[route].chosen if route in written else {}))
        seen = await probe(endpoint.app, method, address, headers={"cookie": cookie})
        accepted += [route] if (seen.status, seen.code) != (403, "csrf_failed") else []
    assert accepted == ["POST /preferences"]  # a language and a theme, kept in the browser that asks


async def test_a_page_of_another_site_opens_no_socket(system: System, market: World) -> None:
    [endpoint] = system.endpoints
    session = await market.session("social", "owner")
    path = f"/studio/{market.show_code}/ingest"
    headers = {"cookie": f"etalase_session_social={session}", "origin": "https://evil.example"}
    assert (await probe(endpoint.app, "WS", path, headers=headers)).status == 403
    own = headers | {"origin": "http://shop.example"}
    assert (await probe(endpoint.app, "WS", path, headers=own)).status == 101


async def test_a_body_beyond_all_measure_is_refused(browser: httpx.AsyncClient) -> None:
    headers = {"accept": "application/json"} | await csrf(browser)
    large: dict[str, Any] = {"email": "a" * 2_000_000, "password": "x"}
    answer = await browser.post("/sign-in", data=large, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = await browser.post("/api/v1/tokens", json=large | {"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_only_the_named_hosts_are_answered(databases: MakesDatabases, tmp_path: Path) -> None:
    async with (
        program(databases, tmp_path, ETALASE_SECURITY_ALLOWED_HOSTS="shop.example, localhost") as system,
        visitor(system) as browser,
    ):
        assert (await browser.get("/sign-in")).status_code == 200
        assert (await browser.get("/sign-in", headers={"host": "evil.example"})).status_code == 400
