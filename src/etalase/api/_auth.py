"""Who makes an API request: whoever holds the bearer token (RFC 6750), and never whoever brings a cookie."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Middleware, Receive, Scope, Send

from etalase import accounts
from etalase.accounts import NotSignedIn, SignedIn
from etalase.platform.db import Database

SCHEME = "bearer "


def bearer_middleware(db: Database) -> Middleware:
    """Return what sets `request.user` on the API routes of one plane."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            scope["auth"] = None
            scope["user"] = await _find(db, Headers.from_scope(scope).get("authorization", ""))
            await app(scope, receive, send)

        return serve

    return wrap


async def _find(db: Database, authorization: str) -> SignedIn | None:
    if not authorization.lower().startswith(SCHEME):
        return None
    async with db.begin() as tx:
        return await accounts.find_by_token(tx, authorization[len(SCHEME) :].strip())


def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let only those through who bring a living token; others get 401. A guard."""
    if connection.scope.get("user") is None:
        raise NotSignedIn


def caller(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn:
    """Return who calls, for handlers behind the guard."""
    user = connection.scope.get("user")
    if not isinstance(user, SignedIn):
        raise NotSignedIn
    return user
