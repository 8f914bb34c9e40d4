"""What links show where they are shared, and what search engines read: one site, whatever the Host says."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import pytest

from etalase.bootstrap import System
from etalase.commerce import inventory
from etalase.social.rooms import ShowPlan
from tests.make import catalog as make_catalog
from tests.make import program
from tests.make.program import MakesDatabases
from tests.make.world import World, world

SITE = "https://pasar.example"
META = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
FACTS = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture
async def site(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    """Run the program under a public address, with somebody to tell of a weakness."""
    settings = {
        "ETALASE_SOCIAL_URL": SITE,
        "ETALASE_COMMERCE_URL": SITE,
        "ETALASE_SECURITY_CONTACT": "mailto:aman@pasar.example",
    }
    async with program.program(databases, tmp_path, None, **settings) as system:
        yield system


async def stocked(system: System, market: World) -> UUID:
    async with system.databases["commerce"].begin() as tx:
        product = await make_catalog.product(tx, market.shop.id)
        await inventory.receive(tx, product.variants[0].id, 3)
    return product.id


async def read(system: System, path: str) -> httpx.Response:
    """Ask as somebody who lies about the host."""
    async with program.visitor(system) as browser:
        return await browser.get(path, headers={"host": "evil.example", "accept-language": "en"})


def preview_of(html: str) -> tuple[dict[str, str], str, dict[str, Any]]:
    [canonical], [facts] = CANONICAL.findall(html), FACTS.findall(html)
    return dict(META.findall(html)), canonical, json.loads(facts)


async def test_every_public_page_tells_one_address_a_picture_and_what_it_is(site: System) -> None:
    market = await world(site)
    product = await stocked(site, market)
    pages = {
        "/": "WebSite",
        "/shops": "WebSite",
        f"/shop/{market.shop.slug}": "Store",
        f"/shop/{market.shop.slug}/p/{product}": "Product",
        f"/live/{market.show_code}": "BroadcastEvent",
    }
    for path, kind in pages.items():
        answer = await read(site, path)
        assert answer.status_code == 200, path
        assert "evil.example" not in answer.text, path
        meta, canonical, facts = preview_of(answer.text)
        assert canonical == meta["og:url"] == facts["url"] == SITE + path
        assert facts["@type"] == kind
        assert meta["og:title"]
        assert meta["og:description"] == meta["description"]
        assert meta["og:image"].startswith(f"{SITE}/"), path
        picture = await read(site, meta["og:image"].removeprefix(SITE))
        assert picture.headers["content-type"] in {"image/png", "image/jpeg"}, path


async def test_a_shared_product_tells_its_price_and_what_is_left(site: System) -> None:
    market = await world(site)
    product = await stocked(site, market)
    meta, _, facts = preview_of((await read(site, f"/shop/{market.shop.slug}/p/{product}")).text)
    assert "Rp\N{NO-BREAK SPACE}89.000" in meta["og:description"]
    assert (meta["product:price:amount"], meta["product:price:currency"]) == ("89000", "IDR")
    first, *others = facts["offers"]
    assert (first["price"], first["priceCurrency"]) == (89_000, "IDR")
    assert first["availability"] == "https://schema.org/InStock"
    assert {offer["availability"] for offer in others} == {"https://schema.org/OutOfStock"}


async def test_words_of_people_stay_words_in_what_machines_read(site: System) -> None:
    market = await world(site)
    rooms = site.wirings["social"].given["rooms"]
    host = market.accounts["social"]["owner"]
    starts_at = site.databases["social"].clock.now()
    title = "</script><b>\"Baju\"</b> & 'celana'"
    show = await rooms.shows.plan_show(host, UUID(str(market.shop.id)), ShowPlan(title, starts_at))
    text = (await read(site, f"/live/{show.code}")).text
    assert "<b>" not in text.split("<body", 1)[0]
    assert preview_of(text)[2]["name"] == title


async def test_robots_find_the_lists_of_all_pages_and_stay_out_of_the_rest(site: System) -> None:
    market = await world(site)
    product = await stocked(site, market)
    robots = (await read(site, "/robots.txt")).text
    assert "Disallow: /checkout" in robots
    sitemaps = re.findall(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
    found = set()
    for address in sitemaps:
        answer = await read(site, address.removeprefix(SITE))
        assert answer.headers["content-type"].startswith("application/xml")
        found |= {loc.text or "" for loc in ET.fromstring(answer.text).iter(LOC)}  # noqa: S314  our own
    wanted = {"/", "/shops", f"/shop/{market.shop.slug}", f"/live/{market.show_code}"}
    assert found >= {SITE + path for path in [*wanted, f"/shop/{market.shop.slug}/p/{product}"]}
    for address in found:
        assert (await read(site, address.removeprefix(SITE))).status_code == 200, address


async def test_whom_to_tell_of_a_weakness_is_said_where_an_operator_named_somebody(
    site: System, system: System
) -> None:
    lines = (await read(site, "/.well-known/security.txt")).text.splitlines()
    assert "Contact: mailto:aman@pasar.example" in lines
    assert any(line.startswith("Expires: 20") for line in lines)
    assert f"Canonical: {SITE}/.well-known/security.txt" in lines
    assert (await read(system, "/.well-known/security.txt")).status_code == 404


async def test_a_reminder_that_is_asked_for_again_replaces_the_one_before(site: System) -> None:
    market = await world(site)
    answer = await read(site, f"/live/{market.show_code}/reminder.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert re.search(r"^SEQUENCE:\d+\r$", answer.text, re.MULTILINE)
    assert f"URL:{SITE}/live/{market.show_code}" in answer.text.replace("\r\n ", "")


async def test_icons_and_manifest_are_where_pages_say(site: System) -> None:
    html = (await read(site, "/")).text
    manifest = re.findall(r'<link rel="manifest" href="([^"]+)"', html)
    icons = re.findall(r'<link rel="(?:icon|apple-touch-icon)" href="([^"]+)"', html)
    listed = (await read(site, manifest[0])).json()["icons"]
    for path in [*icons, *(icon["src"] for icon in listed)]:
        answer = await read(site, path)
        assert (answer.status_code, answer.headers["content-type"].split("/")[0]) == (200, "image"), path
