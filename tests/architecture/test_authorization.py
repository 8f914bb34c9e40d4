"""Every route says in `authorization.toml` whom it lets in, and lets in those and nobody else.

The program is composed as it is served, both planes in one, with two shops that are staffed alike. Each
restricted row is called with real ids, real secrets and a body that fits (`tests/make/deeds.py`):

- by whom its row doesn't name: refused, with 401 where nobody is signed in, else with a 404 that doesn't tell
  the shop or show of others from none;
- by who holds the same role in the other shop: refused alike;
- by them at their own shop, with one id of ours among theirs, each in turn: refused;
- by each whom its row names: it succeeds, after all those refusals.

Rows that let everybody in must not fail, and succeed where a recipe says how.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etalase.bootstrap import System
from tests.make import deeds
from tests.make.deeds import RECIPES, Deed, Own
from tests.make.neighbours import ELSEWHERE, neighbours
from tests.make.probes import Seen
from tests.make.program import MakesDatabases, csrf, program, visitor
from tests.make.rights import SECRETS, Route, Rule, routes, routes_of, rules
from tests.make.world import ACTORS, Actor

AT_ONCE = 4
"""Rows that are tried at a time: while the database works for one, another is written and read."""
NOBODYS = {"viewer"}
"""What stands in addresses and belongs to no shop: whoever writes in a room may be silenced in another."""
TURNED_AWAY = {
    "not_signed_in",
    "not_your_shop",
    "not_a_host_of_shop",
    "no_such_show",
    "not_a_host",
    "forbidden",
    "csrf_failed",
    "socket_refused",
}


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path, **deeds.SECRETS) as running:
        yield running


def test_a_row_reads_as_it_says() -> None:
    assert Rule("GET /x", "owner host").allows("host")
    assert not Rule("GET /x", "owner host").allows("packer")
    assert not Rule("GET /x", "signed in").allows("anonymous")
    assert Rule("GET /x", "open").allows("anonymous")


def test_whoever_is_let_in_against_the_row_is_found() -> None:
    row = Rule("GET /desk/{slug}", "owner")
    assert complaints_of_refused(row, "rival", Seen(404, "not_your_shop")) == []
    assert complaints_of_refused(row, "anonymous", Seen(401, "not_signed_in")) == []
    wrong: list[tuple[Actor, Seen]] = [
        ("rival", Seen(200)),
        ("packer", Seen(303)),
        ("stranger", Seen(404, "product_unknown")),
        ("packer", Seen(500)),
        ("anonymous", Seen(404, "not_your_shop")),
    ]
    for actor, seen in wrong:
        assert complaints_of_refused(row, actor, seen), (actor, seen)


async def test_every_route_is_in_the_table_and_every_row_is_a_route(system: System) -> None:
    served, written = {route for route, _, _ in routes_of(system)}, {rule.route for rule in rules()}
    assert not served - written, "\n".join(
        ["say in authorization.toml whom these let in:", *sorted(served - written)]
    )
    assert not written - served, "\n".join(["these are no longer served:", *sorted(written - served)])


@pytest.mark.timeout(400)
async def test_every_route_lets_in_whom_its_row_names_and_nobody_else(system: System) -> None:
    async with visitor(system) as client:
        n = await neighbours(system, (await csrf(client))["x-csrftoken"])
    trials = [Trial(*parts) for parts in routes(n)]
    at_once = asyncio.Semaphore(AT_ONCE)

    async def run(trial: Trial) -> list[str]:
        async with at_once:
            try:
                return await trial.run()
            except Exception as error:  # noqa: BLE001  the others are to be tried all the same
                return [f"{trial.rule.key}: {error!r}"]

    problems = [one for found in await asyncio.gather(*map(run, trials)) for one in found]
    assert not problems, "\n".join(problems)


def test_every_restricted_row_has_a_recipe_and_every_recipe_a_row() -> None:
    rows = {rule.key: rule for rule in rules()}
    lacking = [key for key, rule in rows.items() if rule.needs_recipe and key not in RECIPES]
    assert not lacking, "\n".join(["say in tests/make/deeds.py how these are called rightly:", *lacking])
    assert not RECIPES.keys() - rows.keys(), "recipes of rows that are not there"


class Trial(Route):
    """The trial of one row."""

    async def run(self) -> list[str]:
        """Call the route as everybody, and say what is wrong."""
        if self.rule.words == "open":
            return await self.called_by_everybody()
        if self.rule.words in SECRETS:
            return await self.called_with_a_secret()
        return await self.called_by_roles()

    async def called_by_everybody(self) -> list[str]:
        problems = []
        for person in ("anonymous", "stranger"):
            deed = await self.made(person) if self.rule.key in RECIPES else self.made_up()
            seen = await self.call(deed, person)
            if seen.status >= 500 and seen.status != 503:
                problems.append(self.message(seen, person, "failed"))
            is_right = self.rule.key in RECIPES and person == "anonymous"
            away = seen.code in TURNED_AWAY - {"no_such_show"} or seen.status == 401
            if away or (is_right and seen.status >= 400):
                problems.append(self.message(seen, person, "turned away"))
        return problems

    async def called_with_a_secret(self) -> list[str]:
        """Come with a made-up secret, and with somebody else's: refused; with the right one: not."""
        problems = []
        for person in ("anonymous", "owner"):
            seen = await self.call(self.made_up(), person)
            if not 400 <= seen.status < 500:
                problems.append(self.message(seen, person, "let in without its secret"))
        if self.rule.key not in RECIPES:
            return problems
        ours, theirs = await self.made("owner"), await self.made("rival")
        problems += await self.refused_mixed(ours, theirs, "anonymous")
        seen = await self.call(ours, "anonymous")
        if seen.status == 401:  # the secret tells to what, and whoever comes says who they are
            seen = await self.call(ours, "newcomer")
        return problems + ([] if seen.status < 400 else [self.message(seen, "who knows it", "turned away")])

    async def called_by_roles(self) -> list[str]:
        rule, problems = self.rule, list[str]()
        allowed = [person for person in ACTORS if person != "anonymous" and rule.allows(person)]
        if rule.words == "signed in":
            allowed = ["stranger", "owner"]
        subject = "owner" if "owner" in allowed else allowed[-1]
        ours, theirs = await self.made(subject), await self.made(ELSEWHERE[subject])
        unproven = [name for name in ours.path if not isinstance(ours.path[name], Own)]
        if rule.is_of_a_shop and (names := set(unproven) - {"slug", *NOBODYS}):
            problems.append(f"{rule.key}: its recipe doesn't say whose {names} are")
        for person in self.turned_away():
            seen = await self.call(ours, person)
            problems += complaints_of_refused(rule, person, seen)
        for role in {"owner", "host", "packer"} & set(allowed):
            problems += await self.refused_mixed(ours, theirs, ELSEWHERE[role])
        for person in allowed:
            deed = ours if person == subject else await self.made(person)
            seen = await self.call(deed, person)
            if seen.status >= 400:
                problems.append(self.message(seen, person, "turned away"))
        return problems

    def turned_away(self) -> list[str]:
        """Return who has no right to what is ours, those first who have none anywhere."""
        others = [person for person in ACTORS if not self.rule.allows(person)]
        elsewhere = [ELSEWHERE[role] for role in ELSEWHERE if role in self.rule.words.split()]
        return [*others, *(one for one in elsewhere if one not in others and self.rule.is_of_a_shop)]

    async def refused_mixed(self, ours: Deed, theirs: Deed, person: str) -> list[str]:
        """Call with what is theirs, but one thing of ours."""
        problems = []
        for name, mixed in mixtures(ours, theirs):
            seen = await self.call(mixed, person)
            if ours.unharmed and seen.status < 300 and await ours.unharmed():
                continue
            if seen.status not in ours.refused:
                problems.append(self.message(seen, person, f"let in with another's {name}"))
        return problems


def complaints_of_refused(rule: Rule, person: str, seen: Seen) -> list[str]:
    """Say what is wrong with how somebody was received who has no right to be."""
    message = f"{rule.key} ({rule.words}) as {person}: {seen.status} {seen.code}"
    if seen.code not in TURNED_AWAY and seen.status != 401:
        return [f"let in: {message}"]
    wanted = 401 if person == "anonymous" else 404
    return [] if seen.status in {wanted, 403} else [f"not {wanted}: {message}"]


def mixtures(ours: Deed, theirs: Deed) -> Iterator[tuple[str, Deed]]:
    """Yield the call of theirs, each time with one other thing of ours in it, and the thing's name."""
    for name, value in ours.path.items():
        if isinstance(value, Own):
            yield name, replace(theirs, path={**theirs.path, name: value})
    for name, value in ours.headers.items():
        if isinstance(value, Own):
            yield name, replace(theirs, headers={**theirs.headers, name: value})
    for name, value in ours.query.items():
        if isinstance(value, Own):
            yield name, replace(theirs, query={**theirs.query, name: value})
    for place, value in owned(ours.document):
        yield place, replace(theirs, document=with_owned(theirs.document, place, value))
    for place, value in owned(ours.fields):
        yield place, replace(theirs, fields=with_owned(theirs.fields, place, value))


def owned(thing: Any, place: str = "") -> Iterator[tuple[str, Own]]:
    """Yield what is somebody's own in a document or a form, and where it stands."""
    if isinstance(thing, Own):
        yield place, thing
    elif isinstance(thing, dict | list):
        for key, inner in thing.items() if isinstance(thing, dict) else enumerate(thing):
            yield from owned(inner, f"{place}/{key}")


def with_owned(thing: Any, place: str, value: Own) -> Any:
    """Return the document with this value in that place."""
    if not place:
        return value
    key, _, rest = place[1:].partition("/")
    rest = f"/{rest}" if rest else ""
    if isinstance(thing, list):
        return [with_owned(one, rest, value) if str(at) == key else one for at, one in enumerate(thing)]
    return {**thing, key: with_owned(thing[key], rest, value)}
