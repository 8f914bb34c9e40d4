"""Who makes a request: found once, before the handler, in the plane whose route it is.

An API token in the Authorization header (RFC 6750), or on pages the plane's session cookie; under /api/ no
cookie counts, so that no browser can be tricked into calling it. It refuses to follow a request to be sent
anywhere but to a path of this site.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, State
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Middleware, Receive, Scope, Send

from etalase import accounts
from etalase.accounts import SESSION_ABSOLUTE, Caller, NotSignedIn, SignedIn
from etalase.platform.db import Database, Plane
from etalase.web._cookies import cookie_name, make_cookie
from etalase.web._own_path import own_path

API = "/api/"
MEDIA = "/media/"
BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class PlaneDoor:
    """How one plane lets people in; `request.auth` on each of its pages."""

    plane: Plane
    https: bool
    sign_in_url: str = "/sign-in"
    """Where a page sends somebody it doesn't know; the operator may name another site here."""
    public_url: str = ""
    """The plane's public address, for links in letters: never the Host that a request names."""
    prefix: str = ""
    """Below which this plane has its pages of the account, where another plane has them at the top."""

    @property
    def account_path(self) -> str:
        """Return where this plane's sessions and tokens are listed."""
        return f"{self.prefix}/account"

    @property
    def sign_out_path(self) -> str:
        """Return where this plane's session is ended."""
        return f"{self.prefix}/sign-out"

    @property
    def cookie_name(self) -> str:
        """Return the name of the session cookie; over https no other host can set one of this name."""
        return cookie_name(self._session_name, https=self.https)

    @property
    def _session_name(self) -> str:
        return f"etalase_session_{self.plane}"

    def session_cookie(self, token: str) -> Cookie:
        """Return the cookie that holds a session; an empty token takes it away."""
        lifetime = SESSION_ABSOLUTE if token else timedelta()
        seconds = int(lifetime.total_seconds())
        return make_cookie(self._session_name, token, https=self.https, seconds=seconds)


PageRequest = Request[SignedIn | None, PlaneDoor, State]


def sign_in_middleware(db: Database, door: PlaneDoor) -> Middleware:
    """Return what sets `request.user` and `request.auth` on the routes of one plane.

    A function and no object: Litestar copies the objects of a router deeply, and a pool can't be copied.
    """

    def wrap(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            scope["auth"] = door
            scope["user"] = await _find(db, door, ASGIConnection(scope))
            await app(scope, receive, send)

        return serve

    return wrap


async def _find(
    db: Database, door: PlaneDoor, connection: ASGIConnection[Any, Any, Any, State]
) -> SignedIn | None:
    authorization = connection.headers.get("authorization", "")
    if authorization.lower().startswith(BEARER):  # a stream key comes this way too, and is nobody's token
        async with db.begin() as tx:
            return await accounts.find_by_token(tx, authorization[len(BEARER) :].strip())
    session = connection.cookies.get(door.cookie_name)
    if session and not connection.scope["path"].startswith((API, MEDIA)):  # five parts a second per viewer
        async with db.begin() as tx:
            return await accounts.find_by_session(tx, session)
    return None


def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let only those through who are signed in. A guard: `@get(…, guards=[signed_in])`.

    A page answers with the way to the sign-in page, the API with 401.
    """
    if connection.scope.get("user") is None:
        raise NotSignedIn


def me(request: Request[Any, Any, Any]) -> SignedIn:
    """Return who is signed in, for handlers behind the guard."""
    user = request.scope.get("user")
    if not isinstance(user, SignedIn):
        raise NotSignedIn
    return user


def visitor(request: Request[Any, Any, Any], known_browser: str = "") -> Caller:
    """Return where the request comes from, as the proxy that is trusted tells it."""
    address = request.client.host if request.client else ""
    return Caller(address, request.headers.get("user-agent", "")[:400], known_browser)


def page_before(request: Request[Any, Any, Any]) -> str:
    """Return the path and query of our own page whose form or link led here, or nothing."""
    try:
        referrer = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    path = referrer._replace(scheme="", netloc="", fragment="").geturl()
    return own_path(path, "") if referrer.netloc == request.headers.get("host") else ""


def way_to_sign_in(request: Request[Any, Any, Any]) -> str:
    """Return the address of the sign-in page that leads back here, or to where a form was."""
    door = request.scope.get("auth")
    if not isinstance(door, PlaneDoor):
        return "/sign-in"
    if not door.sign_in_url.startswith("/"):
        return door.sign_in_url
    back = own_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""), "")
    if request.method not in {"GET", "HEAD"}:
        back = page_before(request)
    return f"{door.sign_in_url}?next={quote(back, safe='/')}" if back else door.sign_in_url
