"""A browser enters the studio as whoever is signed in at its own desk, and never as the sender of a link."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from etalase import accounts
from etalase.bootstrap import System
from tests.make.program import ORIGIN, MakesDatabases, program, visitor
from tests.make.world import Actor, World, world

DESK = "etalase_session_commerce"
STUDIO = "etalase_session_social"


@pytest.fixture
async def market(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[World]:
    async with program(databases, tmp_path, ETALASE_SOCIAL_URL=ORIGIN, ETALASE_COMMERCE_URL=ORIGIN) as system:
        yield await world(system)


async def browser_of(market: World, actor: Actor) -> httpx.AsyncClient:
    """Return a browser that is signed in at the desk."""
    browser = visitor(market.system)
    browser.cookies.set(DESK, await market.session("commerce", actor) or "", domain="shop.example")
    return browser


async def follow(browser: httpx.AsyncClient, path: str, until: str = "") -> str:
    """Follow redirects, up to one that leads where it should not be followed; return where that leads."""
    for _ in range(8):
        answer = await browser.get(path)
        if not answer.has_redirect_location:
            return path
        path = answer.headers["location"]
        if until and until in path:
            return path
    raise AssertionError(f"no end of redirects: {path}")


async def studio_name(system: System, browser: httpx.AsyncClient) -> str | None:
    """Return as whom the browser is in the studio."""
    async with system.databases["social"].begin() as tx:
        found = await accounts.find_by_session(tx, browser.cookies.get(STUDIO) or "")
    return found.display_name if found else None


async def test_one_tap_leads_from_the_desk_into_the_studio(market: World) -> None:
    async with await browser_of(market, "owner") as browser:
        assert await follow(browser, f"/desk/{market.shop.slug}/live") == f"/studio?shop={market.shop.slug}"
        assert await studio_name(market.system, browser) == "Owner"


async def test_a_studio_page_asks_for_the_way_in_and_comes_back_to_it(market: World) -> None:
    async with await browser_of(market, "host") as browser:
        assert await follow(browser, f"/studio/{market.show_code}/edit") == f"/studio/{market.show_code}/edit"
        assert await studio_name(market.system, browser) == "Host"


async def test_a_link_with_somebody_elses_pass_signs_nobody_in(market: World) -> None:
    async with await browser_of(market, "rival") as rival, await browser_of(market, "owner") as owner:
        lure = await follow(rival, "/desk/live", until="/studio/enter")
        fresh = await owner.get(lure)
        await owner.get("/studio/sign-in")  # the lured browser may have a secret of its own
        known = await owner.get(lure)
        assert (fresh.status_code, known.status_code) == (403, 403)
        assert await studio_name(market.system, owner) is None
        assert await follow(rival, lure) == "/studio"  # it was not spent on the wrong browser
        assert await studio_name(market.system, rival) == "Rival"


async def test_whoever_holds_no_shows_gets_no_pass(market: World) -> None:
    async with await browser_of(market, "packer") as browser:
        begun = await follow(browser, "/desk/live", until="/desk/live?browser=")
        assert (await browser.get(begun)).status_code == 404
        assert await studio_name(market.system, browser) is None


async def test_a_programs_pass_opens_no_browser_and_a_browsers_pass_no_api(market: World) -> None:
    async with await browser_of(market, "owner") as browser:
        token = await market.token("commerce", "owner")
        made = await browser.post("/api/v1/host-passes", headers={"authorization": f"Bearer {token}"})
        await browser.get("/studio/sign-in")
        assert (
            await browser.get("/studio/enter", params={"pass": made.json()["host_pass"]})
        ).status_code == 403
        link = await follow(browser, "/desk/live", until="/studio/enter")
        shown = httpx.URL(link).params["pass"]
        refused = await browser.post("/api/v1/host-tokens", json={"host_pass": shown})
        assert (refused.status_code, refused.json()["code"]) == (403, "host_pass_unusable")
