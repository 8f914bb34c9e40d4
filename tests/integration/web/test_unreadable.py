"""No body, address, query or header that somebody makes up is a fault of ours, at any route there is."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from etalase.bootstrap import System
from etalase.platform.db import Plane
from tests.make.databases import Databases
from tests.make.garbage import no_collection
from tests.make.program import app_of, csrf, program, visitor
from tests.make.world import World, world

DEEP = b'{"a":' * 1_200 + b"1" + b"}" * 1_200
BODIES: dict[str, tuple[str, bytes]] = {
    "deep objects": ("application/json", DEEP),
    "deep lists": ("application/json", b"[" * 1_200 + b"]" * 1_200),
    "deeper": ("application/json", b"[" * 100_000),
    "not UTF-8": ("application/json", b'{"a": "\xff\xfe"}'),
    "half a pair": ("application/json", rb'{"a": "\ud800"}'),
    "a large number": ("application/json", b'{"a": ' + b"9" * 5_000 + b"}"),
    "deep form": ("application/x-www-form-urlencoded", b"a=" + DEEP),
    "no form": ("application/x-www-form-urlencoded", b"%ff%00=%ff&" * 50),
    "deep part": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: application/json\r\n\r\n'
        + DEEP
        + b"\r\n--x--\r\n",
    ),
    "no boundary": ("multipart/form-data", b"abc"),
    "cut": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disp"),
}
MANY = "9" * 5_000
HEADERS = {
    "range": f"bytes={MANY}-{MANY}",
    "last-event-id": f"{MANY}:{MANY}",
    "if-modified-since": MANY,
    "if-none-match": MANY,
    "idempotency-key": "k" * 20,
    "x-etalase-signature": f"t={MANY},v1={MANY}",
    "cookie": f"flash=a.{MANY}; cart={MANY}; cart_count={MANY}; language={MANY}",
    "accept-language": f"id;q={MANY}",
    "dnt": MANY,
}
QUERY = dict.fromkeys(
    ("after", "wait", "limit", "page", "before", "_HLS_msn", "_HLS_part", "days", "cursor", "next"), MANY
)
ENDS = re.compile("/(sign-|account|reset|studio/enter)")
"""Where sessions and tokens may end."""
NUMBERS = {"int": MANY, "uuid": "01a21ef6-b2aa-76a2-82d1-d33c33d9596c", "path": f"part-{MANY}.m4s"}


@pytest.fixture
async def system(databases: Databases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as system:
        yield system


class Owner:
    """Calls each route there is as somebody who may, with parts of the address that fit or fit nothing."""

    def __init__(self, market: World, client: httpx.AsyncClient, token: dict[str, str]) -> None:
        self._market = market
        self._client = client
        self._csrf = token
        self._ways_in: dict[tuple[Plane, bool], str | None] = {}
        self.calls = 0

    def addresses(self, *, reads: bool) -> Iterator[tuple[str, str]]:
        """Yield method and path of each route that reads, or that changes something."""
        known = {"slug": self._market.shop.slug, "shop_slug": self._market.shop.slug}
        known |= {"code": self._market.show_code, "show_code": self._market.show_code}
        known |= {"shop": self._market.shop.slug, "shop_id": str(self._market.shop.id)}
        for route in app_of(self._market.system).routes:
            path = re.sub(
                r"\{([^:}]+):(\w+)\}",
                lambda part: known.get(part[1]) or NUMBERS.get(part[2], MANY[:200]),
                route.path,
            )
            for method in sorted(getattr(route, "methods", set()) - {"OPTIONS", "HEAD"}):
                if (method == "GET") is reads and not path.endswith("/events"):
                    yield method, path

    async def token(self) -> str | None:
        """Issue an API token of the commerce plane."""
        return await self._market.token("commerce", "owner")

    @property
    def show_code(self) -> str:
        """Return the code of the planned show."""
        return self._market.show_code

    async def call(self, method: str, path: str, headers: dict[str, str], **what: Any) -> None:
        """Send the request; whatever is made of it, it is no fault of ours."""
        given = dict(headers)
        plane: Plane = "social" if re.match(r"/(studio|live|api/v1/(shows|studio))", path) else "commerce"
        if path.startswith("/api/"):
            given["authorization"] = f"Bearer {await self._way_in(plane, by_token=True)}"
        else:
            session = await self._way_in(plane, by_token=False)
            given["cookie"] = f"{headers.get('cookie', 'a=b')}; etalase_session_{plane}={session}"
            given["cookie"] += f"; csrftoken={self._csrf['x-csrftoken']}"
        with no_collection():
            answer = await self._client.request(method, path, headers={**given, **self._csrf}, **what)
        assert answer.status_code < 500, (method, path, answer.text)
        self.calls += 1
        if ENDS.search(path):
            self._ways_in.clear()

    async def _way_in(self, plane: Plane, *, by_token: bool) -> str | None:
        """Return a session or a token that holds: the same one until a call that may end it."""
        way = (plane, by_token)
        if way not in self._ways_in:
            make = self._market.token if by_token else self._market.session
            self._ways_in[way] = await make(plane, "owner")
        return self._ways_in[way]


@pytest.fixture
async def owner(system: System) -> AsyncIterator[Owner]:
    market = await world(system)
    async with visitor(system) as client:
        token = await csrf(client)
        client.cookies.clear()
        yield Owner(market, client, token)


@pytest.mark.timeout(400)
async def test_no_body_is_our_fault(owner: Owner) -> None:
    for method, path in owner.addresses(reads=False):
        for content_type, body in BODIES.values():
            await owner.call(method, path, {"content-type": content_type}, content=body)
    assert owner.calls > 500


@pytest.mark.timeout(400)
async def test_no_number_is_our_fault(owner: Owner) -> None:
    for method, path in owner.addresses(reads=True):
        await owner.call(method, path, HEADERS)
        await owner.call(method, path, {}, params=QUERY)
    assert owner.calls > 100


@pytest.mark.parametrize(
    "name", [f"part-{MANY}.m4s", f"segment-{MANY}.m4s", f"init-{MANY}.mp4", f"part--{MANY}.m4s"]
)
async def test_a_piece_of_video_with_a_number_beyond_all_is_not_there(system: System, name: str) -> None:
    async with visitor(system) as client:
        assert (await client.get(f"/live/video/abcdefgh/{name}")).status_code == 404


async def test_deep_json_is_a_bad_request(owner: Owner, system: System) -> None:
    async with visitor(system) as client:
        token = await owner.token()
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        answer = await client.post("/api/v1/shops", content=DEEP, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
        frame = b'{"do":"say","text":' + b"[" * 1_200
        command = await client.post(
            f"/live/{owner.show_code}/commands", content=frame, headers=await csrf(client)
        )
        assert (command.status_code, command.json()["problem"]["code"]) == (400, "no_such_command")
        assert (await client.post("/webhooks/midtrans", content=DEEP)).status_code == 403
