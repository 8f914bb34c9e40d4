"""The pages of signing up, in and out, on the composed program."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from etalase import accounts
from etalase.bootstrap import System
from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from tests.make.accounts import PASSWORD, SARI, emails, sign_up
from tests.make.program import MakesDatabases, csrf, program, visitor

COOKIE = "etalase_session_commerce"


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as running:
        yield running


@pytest.fixture
def db(system: System) -> Database:
    return system.databases["commerce"]


@pytest.fixture
async def browser(system: System) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(system) as client:
        yield client


async def send(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Send a form with its CSRF token, as a page does."""
    token = (await csrf(client))["x-csrftoken"]
    return await client.post(path, data={"_csrf_token": token, **fields})


async def test_a_session_is_new_with_each_sign_in(browser: httpx.AsyncClient, db: Database) -> None:
    await sign_up(db)
    planted = "a-session-that-an-attacker-planted"
    browser.cookies.set(COOKIE, planted, domain="shop.example")
    first = await send(browser, "/sign-in", email=SARI, password=PASSWORD)
    assert first.status_code == 303
    mine = browser.cookies.get(COOKIE, domain="shop.example")
    assert mine not in {None, planted}
    again = await send(browser, "/sign-in", email=SARI, password=PASSWORD)
    assert f"{COOKIE}={mine};" not in again.headers["set-cookie"]
    async with db.begin() as tx:
        assert await accounts.find_by_session(tx, str(mine)) is None
        assert await accounts.find_by_session(tx, planted) is None


async def test_the_session_cookie_is_kept_from_scripts(browser: httpx.AsyncClient, db: Database) -> None:
    await sign_up(db)
    answer = await send(browser, "/sign-in", email=SARI, password=PASSWORD)
    [cookie] = [line for line in answer.headers.get_list("set-cookie") if line.startswith(COOKIE)]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_signing_in_leads_nowhere_else(browser: httpx.AsyncClient, db: Database, wanted: str) -> None:
    await sign_up(db)
    shown = await browser.get("/sign-in", params={"next": wanted})
    assert '<input type="hidden" name="next" value="/desk">' in shown.text
    answer = await send(browser, "/sign-in", email=SARI, password=PASSWORD, next=wanted)
    assert answer.headers["location"] == "/desk"
    onwards = await browser.get("/sign-in", params={"next": wanted})
    assert onwards.headers["location"] == "/desk"


async def test_signing_in_leads_back(browser: httpx.AsyncClient, db: Database) -> None:
    await sign_up(db)
    away = await browser.get("/account")
    assert away.headers["location"] == "/sign-in?next=/account"
    answer = await send(browser, "/sign-in", email=SARI, password=PASSWORD, next="/account")
    assert answer.headers["location"] == "/account"
    assert (await browser.get("/account")).status_code == 200


async def test_no_page_tells_who_has_an_account(browser: httpx.AsyncClient, db: Database) -> None:
    await sign_up(db)

    async def read(path: str, email: str, **fields: str) -> tuple[int, str, str]:
        answer = await send(browser, path, email=email, **fields)
        tidy = re.sub(r"[\w-]{43}|[0-9a-f]{128}", "…", answer.text).replace(email, "…")
        return answer.status_code, re.sub(r"[\w-]{43}", "…", answer.headers.get("location", "")), tidy

    for path, fields in (
        ("/sign-in", {"password": "wrong wrong wrong"}),
        ("/sign-in/code", {}),
        ("/sign-up", {"password": "sebelas gelas jamu", "display_name": "Dewi"}),
        ("/reset", {}),
    ):
        assert await read(path, SARI, **fields) == await read(path, "nobody@example.com", **fields)


async def test_a_wrong_form_says_what_and_keeps_what_was_written(
    browser: httpx.AsyncClient, system: System
) -> None:
    answer = await send(browser, "/sign-up", email="sari", password="short", display_name='"><script>x')
    assert answer.status_code == 422
    assert 'value="&#34;&gt;&lt;script&gt;x"' in answer.text
    assert "short" not in answer.text
    assert answer.text.count("field--wrong") == 2


async def test_too_many_tries_say_when_to_come_back(browser: httpx.AsyncClient, db: Database) -> None:
    await sign_up(db)
    for _ in range(10):
        await send(browser, "/sign-in", email=SARI, password="wrong wrong wrong")
    answer = await send(browser, "/sign-in", email=SARI, password=PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 120
    assert COOKIE not in browser.cookies


async def test_a_name_is_shown_and_never_run(browser: httpx.AsyncClient, db: Database) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    await sign_up(db, display_name=hostile)
    await send(browser, "/sign-in", email=SARI, password=PASSWORD)
    await send(browser, "/account/tokens", name="<svg onload=alert(2)>")
    shown = (await browser.get("/account")).text
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
    assert "&lt;svg onload=alert(2)&gt;" in shown
    assert "<img src=x" not in shown
    assert "<svg onload" not in shown


async def test_nobody_ends_the_sessions_or_tokens_of_others(browser: httpx.AsyncClient, db: Database) -> None:
    sari = await sign_up(db)
    await sign_up(db, "dewi@example.com", "Dewi")
    async with db.begin() as tx:
        session = await accounts.open_session(tx, sari)
        token = await accounts.issue_token(tx, sari, "Stock script")
    await send(browser, "/sign-in", email="dewi@example.com", password=PASSWORD)
    assert (await send(browser, f"/account/sessions/{session.id}/revoke")).status_code == 404
    assert (await send(browser, f"/account/tokens/{token.id}/revoke")).status_code == 404
    async with db.begin() as tx:
        assert await accounts.find_by_session(tx, session.token) is not None
        assert await accounts.find_by_token(tx, token.secret) is not None


async def test_a_token_is_shown_once(browser: httpx.AsyncClient, db: Database) -> None:
    await sign_up(db)
    await send(browser, "/sign-in", email=SARI, password=PASSWORD)
    made = await send(browser, "/account/tokens", name="Stock script")
    [secret] = re.findall(r"etl_commerce_[\w-]{43}", made.text)
    assert made.headers["cache-control"] == "no-store"
    assert secret not in (await browser.get("/account")).text
    me = await browser.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})
    assert me.json()["email"] == SARI


async def test_the_api_makes_lists_and_revokes_tokens(browser: httpx.AsyncClient, db: Database) -> None:
    await sign_up(db)
    made = [
        (
            await browser.post(
                "/api/v1/tokens", json={"email": SARI, "password": PASSWORD, "name": f"Program {number}"}
            )
        ).json()
        for number in range(3)
    ]
    headers = {"authorization": f"Bearer {made[0]['token']}"}
    first = (await browser.get("/api/v1/tokens?limit=2", headers=headers)).json()
    cursor = {"cursor": first["next_cursor"]}
    rest = (await browser.get("/api/v1/tokens", params=cursor, headers=headers)).json()
    assert [item["name"] for item in first["items"] + rest["items"]] == [
        "Program 2",
        "Program 1",
        "Program 0",
    ]
    assert rest["next_cursor"] is None
    gone = await browser.delete(f"/api/v1/tokens/{made[0]['id']}", headers=headers)
    assert gone.status_code == 204
    assert (await browser.get("/api/v1/me", headers=headers)).status_code == 401
    forged = await browser.get("/api/v1/tokens?cursor=%00", headers={"authorization": "Bearer x"})
    assert forged.status_code == 401


async def test_a_reset_link_names_our_address_and_not_the_one_asked_for(
    browser: httpx.AsyncClient, system: System, db: Database
) -> None:
    await sign_up(db)
    headers = await csrf(browser) | {"x-forwarded-host": "evil.example"}
    sent = await browser.post("/reset", data={"email": SARI}, headers=headers)
    assert sent.headers["location"] == "/reset/sent"
    assert "evil.example" not in "".join(await emails(db))


async def test_a_session_ends_with_its_cookie_when_signing_out(
    browser: httpx.AsyncClient, db: Database, clock: FixedClock
) -> None:
    await sign_up(db)
    await send(browser, "/sign-in", email=SARI, password=PASSWORD)
    token = str(browser.cookies.get(COOKIE))
    await send(browser, "/sign-out")
    assert browser.cookies.get(COOKIE) is None
    async with db.begin() as tx:
        assert await accounts.find_by_session(tx, token) is None
