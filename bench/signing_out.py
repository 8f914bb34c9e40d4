"""How soon a sign-out on the shop's plane ends what it opened on the other one: studio and host token.

From the moment that the form is sent until the other plane turns the old secret away, with both planes on one
address and on two. Beside it stands one request to the same studio: what cannot be less.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import httpx

from etalase.lab.demo import PASSWORD, Market, Seller, open_market
from etalase.lab.person import SyntheticPerson

ROUNDS, SHORT_ROUNDS = 12, 4
A_SECOND = 1.1
"""Passes count seconds: one of the second in which everything ended is void."""
GOAL_MS = 1_000
STUDIO_COOKIE = "etalase_session_social"

API_TOKEN = re.compile(r"etl_commerce_[\w-]+")

Figure = dict[str, Any]
LetsIn = Callable[[httpx.AsyncClient, str], Awaitable[bool]]


@dataclass
class Times:
    """Milliseconds of each round."""

    studio: list[float] = field(default_factory=list)
    token: list[float] = field(default_factory=list)
    request: list[float] = field(default_factory=list)


async def run(*, short: bool) -> list[Figure]:
    """Return medians and longest times; a short pass signs out less often."""
    figures = []
    for rulebook, where in (("open", "one address"), ("id/permendag-19-2026", "two addresses")):
        figures += await _measure(rulebook, where, SHORT_ROUNDS if short else ROUNDS)
    return figures


async def _measure(rulebook: str, where: str, rounds: int) -> list[Figure]:
    times = Times()
    async with (
        open_market(rulebook) as market,
        SyntheticPerson(market.social) as person,
        httpx.AsyncClient(base_url=market.social) as old,
    ):
        seller = Seller(person, market.social, market.commerce)
        await seller.open_shop()
        form = await person.visit(f"{market.commerce}/account")
        made = await person.submit(form, {"name": "Bench"}, action="/account/tokens")
        key = API_TOKEN.findall(made.text)[0]
        for _ in range(rounds):
            await asyncio.sleep(A_SECOND)
            token = await _issue_host_token(market, key)
            await person.visit(f"{market.commerce}/account")
            began = time.perf_counter()
            await person.post_form(f"{market.commerce}/account/sessions/revoke-others", {})
            times.token.append(await _until_out(_token_lets_in, old, token, began))
            await asyncio.sleep(A_SECOND)
            studio = await _enter_studio(person, market)
            await _look(old, studio, times)
            await person.visit(f"{market.commerce}/account")
            began = time.perf_counter()
            await person.post_form(f"{market.commerce}/sign-out", {})
            times.studio.append(await _until_out(_studio_lets_in, old, studio, began))
            me = {"email": seller.email, "password": PASSWORD}
            await person.fill_in(f"{market.commerce}/sign-in", me)
    minimum = median(times.request)
    return [
        _figure(f"sign-out to the studio's end, {where}, median", median(times.studio), minimum),
        _figure(f"sign-out to the studio's end, {where}, longest", max(times.studio), minimum),
        _figure(
            f"sign-out everywhere to the host token's end, {where}, median", median(times.token), minimum
        ),
        _figure(f"sign-out everywhere to the host token's end, {where}, longest", max(times.token), minimum),
    ]


async def _issue_host_token(market: Market, key: str) -> str:
    """Change a program's token of the shop for one of the studio."""
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {key}"}) as program:
        passed = await program.post(f"{market.commerce}/api/v1/host-passes")
    async with httpx.AsyncClient() as program:
        made = await program.post(f"{market.social}/api/v1/host-tokens", json=passed.json())
    if made.is_error:
        raise RuntimeError(f"{passed.status_code} {passed.text}; {made.text}")
    return str(made.json()["token"])


async def _enter_studio(person: SyntheticPerson, market: Market) -> str:
    """Go from the desk to the studio; return the secret of the session there."""
    await person.visit(f"{market.social}/studio/sign-in")
    await person.visit(f"{market.social}/studio")
    return [cookie.value or "" for cookie in person.client.cookies.jar if cookie.name == STUDIO_COOKIE][-1]


async def _look(client: httpx.AsyncClient, studio: str, times: Times) -> None:
    """Note what one request to the studio takes."""
    began = time.perf_counter()
    if not await _studio_lets_in(client, studio):
        raise RuntimeError("the studio lets nobody in")
    times.request.append((time.perf_counter() - began) * 1_000)


async def _studio_lets_in(client: httpx.AsyncClient, secret: str) -> bool:
    answer = await client.get("/studio", headers={"cookie": f"{STUDIO_COOKIE}={secret}"})
    return answer.status_code == httpx.codes.OK


async def _token_lets_in(client: httpx.AsyncClient, secret: str) -> bool:
    answer = await client.get("/api/v1/shows", headers={"authorization": f"Bearer {secret}"})
    return answer.status_code == httpx.codes.OK


async def _until_out(lets_in: LetsIn, client: httpx.AsyncClient, secret: str, began: float) -> float:
    while await lets_in(client, secret):  # noqa: ASYNC110  the other process tells nobody
        await asyncio.sleep(0.005)
    return (time.perf_counter() - began) * 1_000


def _figure(metric: str, ours: float, reference: float) -> Figure:
    return {
        "metric": metric,
        "unit": "ms",
        "ours": round(ours, 1),
        "reference": round(reference, 1),
        "ratio": round(ours / reference, 2),
        "goal": f"<= {GOAL_MS}",
    }
