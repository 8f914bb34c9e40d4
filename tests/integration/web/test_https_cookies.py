"""Cookies follow the public address: bound to host and https where it is https, plain where it is http."""

from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from tests.make.program import MakesDatabases, program, visitor


def cookies_of(answer: httpx.Response) -> SimpleCookie:
    """Return the cookies that an answer sets."""
    found = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        found.load(line)
    return found


async def everything(client: httpx.AsyncClient) -> SimpleCookie:
    """Do what sets cookies: look, choose a language, hold something that there isn't, ask for the studio."""
    found = cookies_of(await client.get("/sign-in"))
    found.update(cookies_of(await client.post("/preferences", data={"language": "id", "theme": "dark"})))
    found.update(cookies_of(await client.get("/cart")))
    found.update(cookies_of(await client.get("/studio/sign-in")))
    token = next(morsel.value for name, morsel in found.items() if name.endswith("csrftoken"))
    out = await client.post(
        "/sign-out", headers={"x-csrftoken": token, "cookie": f"{csrf_name(found)}={token}"}
    )
    found.update(cookies_of(out))
    return found


def csrf_name(found: SimpleCookie) -> str:
    return next(name for name in found if name.endswith("csrftoken"))


@pytest.mark.parametrize("url", ["https://shop.example", "http://shop.example"])
async def test_cookies_follow_the_public_address(databases: MakesDatabases, tmp_path: Path, url: str) -> None:
    running = program(databases, tmp_path, ETALASE_SOCIAL_URL=url, ETALASE_COMMERCE_URL=url)
    async with running as system, visitor(system) as client:
        found = await everything(client)  # by plain http, as from a proxy that ends TLS
    https = url.startswith("https")
    assert len(found) >= 7, list(found)
    for name, morsel in found.items():
        assert name.startswith("__Host-") == https, name
        assert bool(morsel["secure"]) == https, name
        assert morsel["path"] == "/"
        assert morsel["httponly"], name


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"x-forwarded-for": "127.0.0.1"}, 403),
        ("s3cret", {}, 403),
        ("s3cret", {"authorization": "Bearer wrong"}, 403),
        ("s3cret", {"authorization": "Bearer s3cret"}, 200),
    ],
)
async def test_figures_are_for_the_operator(
    databases: MakesDatabases, tmp_path: Path, token: str, headers: dict[str, str], status: int
) -> None:
    async with program(databases, tmp_path, ETALASE_SECURITY_METRICS_TOKEN=token) as system:
        async with visitor(system) as client:
            assert (await client.get("/metrics", headers=headers)).status_code == status
        [endpoint] = system.endpoints
        stranger = httpx.ASGITransport(endpoint.app, client=("203.0.113.7", 1))
        async with httpx.AsyncClient(transport=stranger, base_url="http://shop.example") as client:
            elsewhere = (await client.get("/metrics", headers=headers)).status_code
            assert elsewhere == (status if token else 403)
