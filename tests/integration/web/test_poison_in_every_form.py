"""What nobody types, in each field of each form and each header that is read: refused or cleaned, never kept.

Forms and their fields are found by looking on while each is sent rightly (`tests/make/deeds`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

import etalase
from etalase.platform.db import Database
from tests.make.deeds import Deed
from tests.make.rights import Route

POISON = ("x\0", "x\u202e", "x\x07")
KEPT = r"[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]"
READ_HEADER = re.compile(r'headers(?:\.get\(|\[)\s*"([\w-]+)"|\bname="(Idempotency-Key)"')
COOKIE_NAME = re.compile(r'^\w*COOKIE = "(\w+)"', re.MULTILINE)
ODD_HEADERS = (
    b"\xff\xfe",
    b"x\x07",
    "\u202e".encode(),
    b"9" * 5000,
    b'"',
    b"",
    b"bytes=99999999999999999999-1,-5",
    b"http://[",
    b"en;q=9e999,*,,;",
)
ASKED = (
    "GET /cart",
    "GET /live/{code}",
    "GET /live/{code}/events",
    "GET /static/{name}",
    "GET /api/v1/cart",
    "GET /media/{session}/index.m3u8",
    "GET /studio/{code}",
    "POST /cart/holds",
    "POST /api/v1/holds",
    "POST /whip/{code}",
    "WS /studio/{code}/ingest",
    "GET /metrics",
    "POST /webhooks/{provider}",
    "GET /studio/enter",
    "POST /account/name",
)
UNREAD_BY_NAME = {
    "if-modified-since",
    "range",
    "if-range",
    "x-request-id",
    "x-forwarded-for",
    "x-forwarded-proto",
    "traceparent",
}
"""Headers that a library reads for us, or that nobody reads yet."""


@pytest.mark.timeout(400)
async def test_each_field_of_each_form(served: list[Route], asked: set[str]) -> None:
    problems, tried = [], 0
    for route in served:
        person = route.sender
        if route.rule.method != "POST" or route.rule.is_api or route.rule.words == "signature":
            continue
        asked.clear()
        deed = await route.made(person)
        seen = await route.call(deed, person)
        names = {*asked, *(deed.fields or {})} - {"_csrf_token"}
        if names and not deed.fields and not deed.files:
            problems.append(f"say in tests/make/deeds how this form is filled in: {route.rule.key}")
        used = True
        for name in sorted(names):
            for poison in POISON:
                if used:
                    deed = await route.made(person)
                seen = await route.call(with_poison(deed, name, poison), person)
                used = seen.status < 400
                tried += 1
                if seen.status >= 500:
                    problems.append(f"{route.rule.key}, {name}: {seen.status}")
    for plane in ("commerce", "social"):
        problems += await kept_poison(served[0].n.system.databases[plane])
    assert not problems, "\n".join(problems)
    assert tried > 300, "too few fields were found"


def with_poison(deed: Deed, name: str, poison: str) -> Deed:
    """Put poison behind what is in the field."""
    fields = dict(deed.fields or {})
    before = fields.get(name, "")
    fields[name] = [f"{before[0]}{poison}"] if isinstance(before, list) else f"{before}{poison}"
    return replace(deed, fields=fields)


async def kept_poison(db: Database) -> list[str]:
    """Return where the database holds what nobody types."""
    columns = text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND data_type IN ('text', 'jsonb', 'json', 'character varying') ORDER BY 1, 2"
    )
    found = []
    async with db.begin() as tx:
        for row in list(await tx.execute(columns)):
            table, column = row.table_name, f'"{row.column_name}"::text'
            query = text(f'SELECT {column} FROM "{table}" WHERE {column} ~ :kept LIMIT 1')
            value = (await tx.execute(query, {"kept": KEPT})).scalar_one_or_none()
            if value is not None:
                found.append(f"{table}.{row.column_name} keeps {value[:80]!r}")
    return found


def headers_read() -> Iterator[str]:
    """Yield the name of each header that our code reads."""
    for file in Path(etalase.__file__).parent.rglob("*.py"):
        if "lab" not in file.parts and "_adapters" not in file.parts:
            for found in READ_HEADER.finditer(file.read_text(encoding="utf-8")):
                yield (found[1] or found[2]).lower()


def cookies_read() -> Iterator[str]:
    """Yield the name of each cookie that we set and read."""
    yield from ("etalase_session_commerce", "etalase_session_social", "csrftoken")
    for file in (Path(etalase.__file__).parent / "web").rglob("*.py"):
        yield from COOKIE_NAME.findall(file.read_text(encoding="utf-8"))


@pytest.mark.timeout(400)
async def test_each_header_and_each_cookie_that_is_read(served: list[Route]) -> None:
    names = {*headers_read(), *UNREAD_BY_NAME}
    cookies = set(cookies_read())
    assert {"idempotency-key", "accept-language", "referer", "last-event-id", "host", "user-agent"} <= names
    assert len(cookies) > 8
    sent = [(name, odd) for name in sorted(names) for odd in ODD_HEADERS]
    sent += [("cookie", f"{name}=".encode() + odd) for name in sorted(cookies) for odd in ODD_HEADERS]
    problems = []
    for route in served:
        if route.rule.key not in ASKED:
            continue
        deed = route.made_up()
        person = (
            "anonymous" if route.rule.key == "POST /account/name" else route.sender
        )  # where is the way in?
        accept = {} if route.rule.is_api else {"accept": "text/html"}
        for name, odd in sent:
            changed = replace(deed, headers={**deed.headers, **accept, name: odd.decode("latin-1")})
            seen = await route.call(changed, person)
            if seen.status >= 500:
                problems.append(f"{route.rule.key}, {name}: {odd[:40]!r}: {seen.status}")
    n = served[0].n
    [file, *_] = re.findall(r"/static/[\w./-]+\.js", (await n.send("GET", "/sign-in", "anonymous")).text)
    for name, odd in sent:
        seen = await n.send("GET", file, "anonymous", headers={name: odd.decode("latin-1")})
        problems += [f"{file}, {name}: {odd[:40]!r}: {seen.status}"] if seen.status >= 500 else []
    assert not problems, "\n".join(problems)
