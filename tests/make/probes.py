"""One request to the composed program as somebody, without a port: enough to see who is let in.

Answers that never end (events, sockets) are left as soon as they begin.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

HOST = "shop.example"
WAIT_SECONDS = 20
REFUSED = "socket_refused"


@dataclass(frozen=True)
class Seen:
    """What came back: a status, the code where it was a refusal, and the headers."""

    status: int
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)
    cookies: tuple[str, ...] = field(default=(), compare=False)
    text: str = field(default="", compare=False)
    """The page; empty where something else came."""


async def probe(
    app: Any,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    address: str = "203.0.113.7",
) -> Seen:
    """Send one request, or open one socket with method WS, and return how it was received."""
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    is_socket = method == "WS"
    waiting = [{"type": "websocket.connect"}] if is_socket else [{"type": "http.request", "body": body}]

    listens = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop(0)
        listens.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    scope = _scope("websocket" if is_socket else "http", method, path, headers)
    scope["client"] = (address, 4711)
    serving = asyncio.create_task(app(scope, receive, messages.put))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            return await _first_answer(messages, serving, listens)
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


def form(fields: Mapping[str, Any]) -> bytes:
    """Return fields as a browser sends them."""
    return urlencode(
        {name: value for name, value in fields.items() if value is not None}, doseq=True
    ).encode()


async def _first_answer(
    messages: asyncio.Queue[dict[str, Any]], serving: asyncio.Task[None], listens: asyncio.Event
) -> Seen:
    message = await _next(messages, serving)
    if message["type"] == "websocket.accept":
        return await _after_accept(messages, serving, listens)
    if message["type"] == "websocket.close":
        return Seen(403, REFUSED)
    headers = {name.decode(): value.decode() for name, value in message["headers"]}
    cookies = tuple(value.decode() for name, value in message["headers"] if name == b"set-cookie")
    kind = headers.get("content-type", "")
    if "json" not in kind and "text/html" not in kind:
        return Seen(message["status"], "", headers, cookies)
    body = b""
    while True:
        part = await _next(messages, serving)
        body += part.get("body", b"")
        if not part.get("more_body"):
            break
    if "text/html" in kind:
        return Seen(message["status"], "", headers, cookies, body.decode())
    content = json.loads(body or b"null")
    code = content.get("code", "") if isinstance(content, dict) and message["status"] >= 400 else ""
    return Seen(message["status"], code, headers, cookies)


async def _after_accept(
    messages: asyncio.Queue[dict[str, Any]], serving: asyncio.Task[None], listens: asyncio.Event
) -> Seen:
    """Tell a socket that talks or listens from one that was only opened to say why it is closed."""
    listening = asyncio.ensure_future(listens.wait())
    getting = asyncio.ensure_future(_next(messages, serving))
    await asyncio.wait({listening, getting}, return_when=asyncio.FIRST_COMPLETED)
    is_closed = getting.done() and getting.result()["type"] == "websocket.close"
    listening.cancel()
    getting.cancel()
    return Seen(403, REFUSED) if is_closed else Seen(101)


async def _next(messages: asyncio.Queue[dict[str, Any]], serving: asyncio.Task[None]) -> dict[str, Any]:
    getting = asyncio.ensure_future(messages.get())
    await asyncio.wait({getting, serving}, return_when=asyncio.FIRST_COMPLETED)
    if getting.done():
        return getting.result()
    getting.cancel()
    error = serving.exception()
    raise AssertionError("no answer") from error


def _scope(kind: str, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    plain, _, query = path.partition("?")
    named = {"host": HOST, "accept": "application/json", **headers}
    scope: dict[str, Any] = {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws" if kind == "websocket" else "http",
        "path": plain,
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
        "server": (HOST, 80),
    }
    scope["subprotocols" if kind == "websocket" else "method"] = [] if kind == "websocket" else method
    return scope
