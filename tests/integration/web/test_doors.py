"""What stands before every page and API route, on an app of a few routes that only try the doors."""

from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar, Request, Router, WebSocket, get, post, websocket
from litestar.params import FromPath, JSONBody

from etalase import accounts
from etalase.api import _auth as api_auth
from etalase.api._problems import problem_response
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.db import Database, DatabaseAway
from etalase.platform.ratelimit import TooManyTries
from etalase.web import _auth as web_auth
from etalase.web._auth import PlaneDoor, sign_in_middleware
from etalase.web._failures import exception_handlers
from etalase.web._own_path import own_path
from etalase.web._security import OwnSocketsMiddleware, csrf, security_headers
from tests.make.accounts import sign_up

Client = httpx.AsyncClient
REFUSALS: dict[str, Exception] = {
    "invalid": Invalid(FieldProblem("price", "too_low", 100)),
    "tries": TooManyTries(retry_after_seconds=7),
    "away": DatabaseAway("no answer from secret.internal"),
    "lost": DatabaseAway("SELECT secret"),
    "bug": RuntimeError("password=hunter2"),
}


@get("/whoami")
async def whoami(request: Request[Any, Any, Any]) -> str:
    """Say who asks."""
    return request.user.display_name if request.user else "nobody"


@get("/desk", guards=[web_auth.signed_in])
async def desk() -> str:
    """Show something that needs a sign-in."""
    return "desk"


@post("/desk", guards=[web_auth.signed_in])
async def change_desk() -> str:
    """Change something that needs a sign-in."""
    return "changed"


@websocket("/socket")
async def socket(socket: WebSocket[Any, Any, Any]) -> None:
    """Say hello."""
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


@get("/whoami", guards=[api_auth.signed_in])
async def api_whoami(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Say who asks."""
    return {"name": api_auth.caller(request).display_name}


@post("/fail/{how:str}")
async def fail(how: FromPath[str]) -> None:
    """Fail in the wanted way."""
    raise REFUSALS[how]


@post("/count")
async def count(data: JSONBody[dict[str, int]]) -> dict[str, int]:
    """Take only whole numbers."""
    return data


@pytest.fixture
async def client(commerce_db: Database) -> AsyncIterator[Client]:
    door = PlaneDoor("commerce", https=False)
    pages = Router(
        "/",
        route_handlers=[whoami, desk, change_desk, socket],
        middleware=[sign_in_middleware(commerce_db, door)],
    )
    api = Router(
        "/api/v1",
        route_handlers=[api_whoami, fail, count],
        middleware=[sign_in_middleware(commerce_db, door)],
    )
    app = Litestar(
        [pages, api],
        middleware=[OwnSocketsMiddleware(), csrf("a secret of the test", https=False)],
        before_send=[security_headers(https=False)],
        exception_handlers=exception_handlers(problem_response),
        openapi_config=None,
        logging_config=None,
    )
    transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://shop.example") as client:
        yield client


async def session_of(db: Database) -> str:
    """Sign Sari up and in, and return the session's secret."""
    account_id = await sign_up(db)
    async with db.begin() as tx:
        return (await accounts.open_session(tx, account_id)).token


async def test_a_session_cookie_says_who_it_is(client: Client, commerce_db: Database) -> None:
    assert (await client.get("/whoami")).text == "nobody"
    client.cookies.set("etalase_session_commerce", await session_of(commerce_db))
    assert (await client.get("/whoami")).text == "Sari"
    assert (await client.get("/desk")).text == "desk"


async def test_a_stranger_is_sent_to_sign_in_and_back(client: Client) -> None:
    answer = await client.get("/desk?page=2", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/desk%3Fpage%3D2")
    script = await client.get("/desk", headers={"accept": "application/json"})
    assert (script.status_code, script.json()["code"]) == (401, "not_signed_in")
    fragment = await client.get("/desk", headers={"hx-request": "true"})
    assert (fragment.status_code, fragment.headers["hx-redirect"]) == (401, "/sign-in?next=/desk")


async def test_a_cookie_never_opens_the_api(client: Client, commerce_db: Database) -> None:
    client.cookies.set("etalase_session_commerce", await session_of(commerce_db))
    answer = await client.get("/api/v1/whoami")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_opens_the_api_until_it_is_revoked(client: Client, commerce_db: Database) -> None:
    account_id = await sign_up(commerce_db)
    async with commerce_db.begin() as tx:
        token = await accounts.issue_token(tx, account_id, "Stock script")
    headers = {"authorization": f"Bearer {token.secret}"}
    assert (await client.get("/api/v1/whoami", headers=headers)).json() == {"name": "Sari"}
    async with commerce_db.begin() as tx:
        await accounts.revoke_token(tx, account_id, token.id)
    assert (await client.get("/api/v1/whoami", headers=headers)).status_code == 401


async def test_a_form_without_its_csrf_token_changes_nothing(client: Client, commerce_db: Database) -> None:
    client.cookies.set("etalase_session_commerce", await session_of(commerce_db))
    json = {"accept": "application/json"}
    without = await client.post("/desk", headers=json)
    assert (without.status_code, without.json()["code"]) == (403, "csrf_failed")
    await client.get("/whoami")
    token = client.cookies["csrftoken"]
    forged = await client.post("/desk", headers=json | {"x-csrftoken": "0" * 128})
    assert forged.status_code == 403
    signed = await client.post("/desk", headers={"x-csrftoken": token})
    assert signed.text == "changed"


async def test_a_csrf_cookie_of_another_secret_is_replaced(client: Client) -> None:
    client.cookies.set("csrftoken", "f" * 128, domain="shop.example")
    answer = await client.get("/whoami")
    assert "csrftoken=" in answer.headers["set-cookie"]


@pytest.mark.parametrize("kind", ["video/mp4", "application/vnd.apple.mpegurl"])
@pytest.mark.parametrize("https", [True, False])
async def test_video_carries_no_headers_of_a_page(kind: str, *, https: bool) -> None:
    own = [(b"content-type", kind.encode()), (b"cache-control", b"public, max-age=5")]
    start: Any = {"type": "http.response.start", "status": 200, "headers": own}
    scope: Any = {"type": "http", "headers": [(b"host", b"shop.example")]}
    await security_headers(https=https)(start, scope)
    names = {name.decode().lower() for name, _ in start["headers"]}
    assert names == {"content-type", "cache-control", "x-content-type-options"} | (
        {"strict-transport-security"} if https else set()
    )


async def test_every_answer_carries_the_headers(client: Client) -> None:
    for path in ("/whoami", "/api/v1/whoami", "/nowhere"):
        answer = await client.get(path, headers={"accept": "application/json"})
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "connect-src 'self' ws://shop.example;" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "camera=(self)" in answer.headers["permissions-policy"]


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("invalid", 422, "invalid_input"),
        ("tries", 429, "too_many_tries"),
        ("away", 503, "database_away"),
        ("lost", 503, "database_away"),
        ("bug", 500, "failed"),
    ],
)
async def test_the_api_says_problems_and_nothing_of_our_insides(
    client: Client, how: str, status: int, code: str
) -> None:
    answer = await client.post(f"/api/v1/fail/{how}")
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:etalase:problem:{code}"
    assert problem["instance"] == f"/api/v1/fail/{how}"
    assert "secret" not in answer.text
    assert "hunter2" not in answer.text
    if how == "tries":
        assert answer.headers["retry-after"] == "7"
    if how == "invalid":
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [("price", "too_low")]


async def test_a_page_before_that_is_no_address_is_no_page(client: Client) -> None:
    token = {"x-csrftoken": (await client.get("/whoami")).cookies["csrftoken"]}
    answer = await client.post("/desk", headers={"referer": "http://[", **token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_a_body_that_does_not_fit_is_told_field_by_field(client: Client) -> None:
    answer = await client.post("/api/v1/count", json={"a": "many"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert answer.json()["errors"]
    broken = await client.post("/api/v1/count", content="{", headers={"content-type": "application/json"})
    assert broken.status_code in {400, 422}
    assert broken.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "//[",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "desk",
        "",
        "/desk\r\nset-cookie: a=b",
    ],
)
def test_nobody_is_sent_away_from_this_site(wanted: str) -> None:
    assert own_path(wanted) == "/desk"


@pytest.mark.parametrize("wanted", ["/", "/desk/melati/orders?state=paid", "/live/K3M9#chat"])
def test_a_path_of_this_site_is_followed(wanted: str) -> None:
    assert own_path(wanted) == wanted


def test_over_https_the_session_cookie_is_bound_to_the_host() -> None:
    cookie = PlaneDoor("commerce", https=True).session_cookie("secret").to_header(header="")
    assert cookie.startswith("__Host-etalase_session_commerce=secret;")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
