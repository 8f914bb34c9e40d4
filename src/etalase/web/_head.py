"""HEAD wherever GET is (RFC 9110, section 9.3.2), in one place: the answer of GET, without its body.

It stands before the whole application, so no route has to think of it and none can forget it. A body that is
made piece by piece is cut off after its head, as if the client had hung up; a Range is not looked at, as it
means something with GET only (section 14.2).
"""

import asyncio
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

ONLY_OF_GET = {b"range", b"if-range"}

FOUND_ON_THE_WAY = frozenset({"user", "path_params"})
"""What headers depend on that are added outside of here."""


class HeadOfGet:
    """Answers HEAD by GET, and says so where the methods are listed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; HEAD as GET."""
        method = scope.get("method")  # a socket has none
        if method == "HEAD":
            headers = [pair for pair in scope["headers"] if pair[0] not in ONLY_OF_GET]
            asked: Any = {**scope, "method": "GET", "headers": headers}

            async def send_with_facts(message: Message) -> None:
                for fact in FOUND_ON_THE_WAY & asked.keys():
                    scope[fact] = asked[fact]  # type: ignore[literal-required]
                await send(message)

            answer = _Bodiless(receive, send_with_facts)
            await self.app(asked, answer.receive, answer.send)
        else:
            await self.app(scope, receive, send if method is None else _naming_head(send))


class _Bodiless:
    """Sends an answer's head, and tells its maker that nobody waits for the rest."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._is_enough = asyncio.Event()

    async def send(self, message: Message) -> None:
        """Pass the head on and end the answer with it."""
        if message["type"] == "http.response.start":
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            self._is_enough.set()

    async def receive(self) -> Any:
        """Return what the client sends, until the head has gone."""
        incoming = asyncio.ensure_future(self._receive())
        enough = asyncio.ensure_future(self._is_enough.wait())
        try:
            await asyncio.wait({incoming, enough}, return_when=asyncio.FIRST_COMPLETED)
            return {"type": "http.disconnect"} if enough.done() else incoming.result()
        finally:
            for task in (incoming, enough):
                task.cancel()


def _naming_head(send: Send) -> Send:
    async def named(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, value + b", HEAD" if name == b"allow" and _lacks_head(value) else value)
                for name, value in message["headers"]
            ]
        await send(message)

    return named


def _lacks_head(allow: bytes) -> bool:
    methods = {method.strip() for method in allow.split(b",")}
    return b"GET" in methods and b"HEAD" not in methods
