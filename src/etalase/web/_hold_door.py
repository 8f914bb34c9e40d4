"""The short way for the request that decides a flash sale: a guest's script asks for a hold.

The framework's way costs several times what the hold itself does (`bench hold_door`). Only what is usual is
answered here: a guest with a cart, a token and cookies as we make them, and units granted. Any other request
goes to the framework's route as it came, and so does a refusal, which that route raises and words. So nothing
is decided here that is decided there otherwise; `test_the_hold_door` compares the answers of the two.
"""

from dataclasses import dataclass
from secrets import compare_digest
from typing import Any, cast

import msgspec
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, generate_csrf_hash
from litestar.types import ASGIApp, HTTPResponseStartEvent, Receive, Scope, Send

from etalase import bridge
from etalase.commerce.inventory import Hold, HoldQueue, HoldRequest
from etalase.kernel.clock import Clock
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money
from etalase.kernel.reading import read_number
from etalase.kernel.sources import Venue
from etalase.platform.ratelimit import network_of
from etalase.web._cart import CART_COOKIE, COUNT_COOKIE, Buyer, holder_of_secret
from etalase.web._cookies import cookie_line, cookie_name, read_plain_cookies
from etalase.web._holds import HoldWanted
from etalase.web._security import BeforeSend
from etalase.web.cart import HOLDS_PATH, OUTCOME, granted, read_json

MAX_BODY = 8_192
"""A longer body is not usual: the request has six short fields."""


@dataclass(frozen=True, slots=True)
class HoldDoorRules:
    """What the door shares with the framework's way."""

    csrf_secret: str
    csrf_name: str
    session_name: str
    https: bool
    hosts: frozenset[str]
    public_url: str
    bridge_key: str
    add_headers: BeforeSend


@dataclass(frozen=True, slots=True)
class _Usual:
    """A request that may be answered here: who asks, and how many things their bag showed."""

    buyer: Buyer
    count: int


class HoldDoor:
    """ASGI middleware before the whole app."""

    def __init__(self, app: ASGIApp, queue: HoldQueue, clock: Clock, rules: HoldDoorRules) -> None:
        self.app = app
        self._queue = queue
        self._clock = clock
        self._rules = rules
        self._cart_name = cookie_name(CART_COOKIE, https=rules.https)
        self._count_name = cookie_name(COUNT_COOKIE, https=rules.https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is usual, and pass everything else on."""
        usual = self._read_head(scope) if scope.get("path") == HOLDS_PATH else None
        if usual is None:
            await self.app(scope, receive, send)
            return
        body = _Body(receive)
        asked = await body.read()
        if asked is None:
            await self.app(scope, body.receive, send)
            return
        try:
            held = await self._queue.hold(self._request(usual.buyer, asked))
        except Exception as error:  # noqa: BLE001 - whatever it is, the route's handlers know it
            cast("dict[str, Any]", scope)[OUTCOME] = error
            await self.app(scope, body.receive, send)
            return
        await self._grant(scope, send, held, usual.count + held.quantity)

    def _read_head(self, scope: Scope) -> _Usual | None:
        """Return who asks, or None where anything about the request's head is not as our script sends it."""
        pairs = list(scope["headers"])
        headers: dict[bytes, bytes] = dict(pairs)
        if (
            scope.get("method") != "POST"
            or scope["query_string"]
            or len(headers) < len(pairs)
            or not headers.get(b"content-type", b"").startswith(b"application/json")
            or b"authorization" in headers
            or (self._rules.hosts and headers.get(b"host", b"").decode("latin-1") not in self._rules.hosts)
            or b"transfer-encoding" in headers
        ):
            return None
        cookies = read_plain_cookies(headers.get(b"cookie", b""))
        if cookies is None or self._rules.session_name in cookies or not self._is_ours(headers, cookies):
            return None
        holder = holder_of_secret(cookies.get(self._cart_name, ""))
        client = scope["client"]
        if holder is None or client is None:
            return None
        network = network_of(client[0], self._rules.public_url)
        count = read_number(cookies.get(self._count_name, "0")) or 0
        return _Usual(Buyer((holder,), None, "", None, network), count)

    def _is_ours(self, headers: dict[bytes, bytes], cookies: dict[str, str]) -> bool:
        """Tell whether a page of ours asks: the token that the cookie has, signed by us."""
        kept = cookies.get(self._rules.csrf_name, "").encode()
        if not kept or not compare_digest(kept, headers.get(b"x-csrftoken", b"")):
            return False
        token, signature = kept[:CSRF_SECRET_LENGTH].decode("latin-1"), kept[CSRF_SECRET_LENGTH:]
        expected = generate_csrf_hash(token=token, secret=self._rules.csrf_secret)
        return compare_digest(signature, expected.encode())

    def _request(self, buyer: Buyer, asked: HoldWanted) -> HoldRequest:
        source = bridge.accept_source(self._rules.bridge_key, asked.referral, self._clock.now())
        seen = None if asked.price_minor is None else Money(asked.price_minor)
        return buyer.hold_request(
            asked.variant_id, asked.quantity, asked.idempotency_key, Venue.ROOM, source, seen
        )

    async def _grant(self, scope: Scope, send: Send, held: Hold, count: int) -> None:
        body = msgspec.json.encode(granted(held))
        start: HTTPResponseStartEvent = {
            "type": "http.response.start",
            "status": 201,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                (b"set-cookie", cookie_line(COUNT_COOKIE, str(count), https=self._rules.https).encode()),
            ],
        }
        await self._rules.add_headers(start, scope)
        await send(start)
        await send({"type": "http.response.body", "body": body, "more_body": False})


class _Body:
    """Reads the body once, and gives it again to whoever else has to read it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._taken: list[Any] = []

    async def read(self) -> HoldWanted | None:
        """Return what is asked for, or None where it is not usual: cut short, too long, of another kind."""
        body = b""
        while True:
            message: Any = await self._receive()
            self._taken.append(message)
            body += message.get("body", b"")
            if message["type"] != "http.request" or len(body) > MAX_BODY:
                return None
            if not message.get("more_body"):
                break
        try:
            asked = read_json(body)
        except Invalid:
            return None
        return None if asked.wait or asked.again else asked

    async def receive(self) -> Any:
        """Return what was received already, then what comes."""
        return self._taken.pop(0) if self._taken else await self._receive()
