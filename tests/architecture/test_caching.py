"""No answer that depends on who asks is kept by anybody, and none that everybody shares sets a cookie."""

import re
from pathlib import Path

import pytest

from tests.make.deeds import RECIPES, SECRETS
from tests.make.neighbours import neighbours
from tests.make.probes import Seen
from tests.make.program import MakesDatabases, csrf, program, visitor
from tests.make.rights import Route, routes

SHARED = ("GET /static/", "GET /media/", "GET /replay/", "GET /photos/", "GET /covers/", "GET /pictures/")
"""Where files lie that are the same for everybody."""

WITHOUT_PEOPLE = ("GET /dev/", "GET /design", "GET /api/v1/{path}")
"""Pages of no plane, which never learn who asks."""


def complaints(route: str, who: str, seen: Seen) -> list[str]:
    """Say what is wrong with how long an answer may be kept."""
    rule = seen.headers.get("cache-control", "")
    message = f"{route} as {who}: {rule!r}, {seen.headers.get('content-type', '')}"
    words = {word.strip().partition("=")[0] for word in rule.split(",")}
    if "public" in words:
        return [f"sets a cookie: {message}"] if "set-cookie" in seen.headers else []
    knows_nobody = who == "anonymous" or route.startswith(WITHOUT_PEOPLE)
    is_public_page = knows_nobody and "text/html" in seen.headers.get("content-type", "")
    if "no-store" in words or (is_public_page and words == {"private", "no-cache"}):
        return []
    is_picture = words in ({"private", "max-age", "immutable"}, {"no-cache"})
    return [] if is_picture and route.startswith((*SHARED, "GET /pay/")) else [f"may be kept: {message}"]


@pytest.mark.timeout(200)
async def test_no_route_lets_anybody_keep_what_depends_on_who_asks(
    databases: MakesDatabases, tmp_path: Path
) -> None:
    problems: list[str] = []
    async with program(databases, tmp_path, **SECRETS) as system, visitor(system) as client:
        n = await neighbours(system, (await csrf(client))["x-csrftoken"])
        for route in (Route(*parts) for parts in routes(n)):
            if route.rule.method != "GET":
                continue
            deed = await route.made("owner") if route.rule.key in RECIPES else route.made_up()
            for who in ("anonymous", "owner"):
                problems += complaints(route.rule.route, who, await route.call(deed, who))
    assert not problems, "\n".join(problems)


async def test_a_newcomer_gets_no_cookie_with_what_everybody_shares(
    databases: MakesDatabases, tmp_path: Path
) -> None:
    """A browser without a past is given cookies with a page, and with none of the page's files."""
    async with program(databases, tmp_path) as system:
        async with visitor(system) as browser:
            page = await browser.get("/")
        assert "set-cookie" in page.headers
        files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
        assert any("/assets/" in file for file in files)
        for file in files:
            async with visitor(system) as newcomer:
                answer = await newcomer.get(file)
            assert answer.headers["cache-control"].startswith("public"), file
            assert "set-cookie" not in answer.headers, file


def test_what_may_be_kept_wrongly_is_found() -> None:
    csv, page = {"content-type": "text/csv"}, {"content-type": "text/html"}
    assert complaints("GET /x", "owner", Seen(200, headers=csv))
    assert complaints("GET /x", "owner", Seen(200, headers=page | {"cache-control": "private, no-cache"}))
    assert complaints("GET /x", "owner", Seen(200, headers={"cache-control": "public", "set-cookie": "a=b"}))
    assert not complaints("GET /x", "owner", Seen(200, headers=csv | {"cache-control": "no-store"}))
