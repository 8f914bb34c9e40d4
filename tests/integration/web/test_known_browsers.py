"""Strangers who guess lock nobody out on a browser on which they have signed in before."""

import httpx
import pytest

from etalase.bootstrap import System
from tests.make.accounts import PASSWORD, SARI, sign_up
from tests.make.program import send, visitor


async def sign_in(client: httpx.AsyncClient, password: str = PASSWORD) -> int:
    """Try a password; 303 is in."""
    return (await send(client, "/sign-in", email=SARI, password=password)).status_code


async def exhaust(system: System) -> None:
    """Be a stranger at the same address, and spend every try and letter."""
    async with visitor(system) as stranger:
        answers = [await sign_in(stranger, "wrong wrong wrong") for _ in range(11)]
        assert answers[-1] == 429
        for path in ("/sign-in/code", "/reset") * 5:
            answer = await send(stranger, path, email=SARI)
        assert answer.status_code == 429


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/reset"])
async def test_a_known_browser_has_a_budget_of_its_own(system: System, path: str) -> None:
    await sign_up(system.databases["commerce"])
    async with visitor(system) as own:
        assert await sign_in(own) == 303
        await send(own, "/sign-out")
        await exhaust(system)
        answer = await send(own, path, email=SARI, password=PASSWORD)
        assert answer.status_code == 303


async def test_the_budget_of_a_known_browser_has_an_end_too(system: System) -> None:
    await sign_up(system.databases["commerce"])
    async with visitor(system) as own:
        await sign_in(own)
        await send(own, "/sign-out")
        answers = [await sign_in(own, "wrong wrong wrong") for _ in range(11)]
    assert answers == [403] * 10 + [429]


@pytest.mark.parametrize("forged", ["x", "{name}.{zeros}", "{name}", "{other}.{signature}"])
async def test_a_forged_cookie_gives_nobody_a_budget(system: System, forged: str) -> None:
    await sign_up(system.databases["commerce"])
    async with visitor(system) as own:
        await sign_in(own)
        name, signature = str(own.cookies["etalase_known"]).split(".")
    await exhaust(system)
    other = ("b" if name[0] == "a" else "a") + name[1:]
    value = forged.format(name=name, other=other, signature=signature, zeros="0" * 32)
    async with visitor(system) as stranger:
        stranger.cookies.set("etalase_known", value, domain="shop.example")
        assert await sign_in(stranger) == 429


async def test_a_browser_known_to_one_account_is_a_stranger_to_another(system: System) -> None:
    await sign_up(system.databases["commerce"])
    await sign_up(system.databases["commerce"], "dewi@example.com", "Dewi")
    await exhaust(system)
    async with visitor(system) as client:
        entered = await send(client, "/sign-in", email="dewi@example.com", password=PASSWORD)
        assert entered.status_code == 303
        await send(client, "/sign-out")
        assert await sign_in(client) == 429
