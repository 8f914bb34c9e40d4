"""What guards every page, whatever it shows: headers, CSRF, sockets of this site only, hosts and proxies.

The Content-Security-Policy allows scripts and styles from files of this site and nothing else: a name or a
chat line that slipped through escaping still could not run. It refuses exceptions for single pages.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware, DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from etalase.platform.origins import OwnOrigins

MAX_BODY_BYTES = 1_000_000
"""For pages and the API; a handler that takes uploads says its own `request_max_body_size`."""
SIGNED_OR_BEARER = ["^/api/", "^/webhooks/", "^/bridge/", "^/whip/"]
"""No cookie lets anybody in here, so a forged request of a browser carries nothing."""
HARMLESS = ["^/preferences$"]
"""A forged request would change the language and the theme, and pages without a token have that form too."""
OWN_ORIGINS = "own_origins"
VIDEO = ("video/", "application/vnd.apple.mpegurl")
SECRET_PARAMETERS = frozenset({"token", "secret", "ticket", "invitation"})
"""Parameters of an address that let in whoever knows them."""
MAX_HOSTS = 64
"""Of which the policy is remembered: anybody may send any host."""
HSTS_SECONDS = 2 * 365 * 24 * 3600

_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}\Z")


@dataclass(frozen=True, slots=True)
class SecuritySettings:
    """Whom the server believes."""

    allowed_hosts: str = ""
    """Names in the Host header that are answered, with commas between; empty answers all."""
    contact: str = ""
    """Whom to tell of a weakness, for security.txt: an address such as mailto:… or https://…; or nobody."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed, with commas between."""
    metrics_token: str = ""
    """The bearer token that /metrics asks for; without one it answers this machine only."""


def content_security_policy(host: str, *, https: bool, other_origins: Sequence[str] = ()) -> str:
    """Return the policy for pages of this host; `other_origins` are the other plane's, when it has its own.

    media and workers by blob: hls.js feeds the video from memory, and demuxes in a worker. The other plane's
    photos are shown in the room; forms may lead there (a host goes from the desk to the studio).
    """
    others = "".join(f" {origin}" for origin in other_origins)
    socket = f" {'wss' if https else 'ws'}://{host}" if _HOST.match(host) else ""
    rules = [
        "default-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' data: blob:{others}",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        f"connect-src 'self'{socket}",
        f"form-action 'self'{others}",
        "frame-src 'self'",
        "frame-ancestors 'self'",
    ]
    return "; ".join(rules + (["upgrade-insecure-requests"] if https else []))


def cache_rule(content_type: str, scope: Scope) -> str:
    """Return who may keep an answer of which its handler said nothing: nobody.

    What comes by a cookie, a token or a secret address must not be read from a disk later. Only a page that
    everybody may see is kept and asked for again: going back to it must not lose what was typed.
    """
    is_page = content_type.startswith("text/html")
    is_own = scope.get("user") is not None or not SECRET_PARAMETERS.isdisjoint(scope.get("path_params") or ())
    return "private, no-cache" if is_page and not is_own else "no-store"


def is_shared(cache_control: str) -> bool:
    """Tell whether a cache may give the answer to somebody else."""
    return "public" in {word.strip() for word in cache_control.lower().split(",")}


BeforeSend = Callable[[Message, Scope], Awaitable[None]]


def security_headers(*, https: bool, other_origins: Sequence[str] = ()) -> BeforeSend:
    """Return a `before_send` hook for the app: it sees every answer, errors and files too.

    A header that the handler has set stays; but what caches may share with others sets no cookie. Video runs
    no script and opens no window: a player asks for it five times a second, and the headers of a page would
    be a third of a playlist.
    """
    always = {b"x-content-type-options": b"nosniff"}
    if https:
        always[b"strict-transport-security"] = f"max-age={HSTS_SECONDS}; includeSubDomains".encode()
    of_pages = {
        b"referrer-policy": b"same-origin",
        b"permissions-policy": b"camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        b"cross-origin-opener-policy": b"same-origin",
    }

    @lru_cache(maxsize=MAX_HOSTS)
    def policy(host: str) -> bytes:
        return content_security_policy(host, https=https, other_origins=other_origins).encode()

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = list(message["headers"])
        given = {name.lower(): value.decode("latin-1") for name, value in headers}
        kind = given.get(b"content-type", "")
        rule = given.get(b"cache-control") or cache_rule(kind, scope)
        if is_shared(rule):
            headers = [one for one in headers if one[0].lower() != b"set-cookie"]
        ours = {b"cache-control": rule.encode(), **always}
        if not kind.startswith(VIDEO):
            host = next((value for name, value in scope["headers"] if name == b"host"), b"")
            ours |= of_pages | {b"content-security-policy": policy(host.decode("latin-1"))}
        headers += [(name, value) for name, value in ours.items() if name not in given]
        message["headers"] = headers

    return add


class CsrfMiddleware(CSRFMiddleware):
    """Litestar's, which besides replaces a cookie that this site didn't sign."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            cookies = ASGIConnection[Any, Any, Any, State](scope).cookies
            kept = cookies.get(self.config.cookie_name)
            if kept is not None and self._decode_csrf_token(kept) is None:
                del cookies[self.config.cookie_name]
        await super().__call__(scope, receive, send)


def csrf(secret: str, *, https: bool, name: str = "csrftoken") -> DefineMiddleware:
    """Return the CSRF check: a signed cookie, sent back as the field `_csrf_token` or the header x-csrftoken.

    Scripts take the token from `<meta name="csrf-token">`. Two planes on one host name with two ports share
    cookies, so each needs its own `name`.
    """
    config = CSRFConfig(
        secret=secret,
        cookie_name=f"{'__Host-' if https else ''}{name}",
        cookie_secure=https,
        cookie_httponly=True,
        cookie_samesite="lax",
        exclude=SIGNED_OR_BEARER + HARMLESS,
    )
    return DefineMiddleware(CsrfMiddleware, config=config)


def own_pages(addresses: Iterable[str]) -> State:
    """Return what the app remembers of the addresses that people use, for `is_own_page`."""
    return State({OWN_ORIGINS: OwnOrigins(addresses)})


def is_own_page(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Tell whether a page of ours asks, or no page at all."""
    own = connection.app.state.get(OWN_ORIGINS) or OwnOrigins()
    return bool(own.allow(connection.headers))


class OwnSocketsMiddleware(ASGIMiddleware):
    """Refuses a WebSocket that a page of another site opens (RFC 6455, section 10.2).

    Browsers send our cookies along. Programs send no Origin and are let in.
    """

    scopes = (ScopeType.WEBSOCKET,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Go on, or close before the handshake, which the browser sees as 403."""
        if not is_own_page(ASGIConnection(scope)):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "foreign origin"})
            return
        await next_app(scope, receive, send)
