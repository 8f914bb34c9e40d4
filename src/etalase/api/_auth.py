"""Who makes an API request: whoever holds the bearer token (RFC 6750), and never whoever brings a cookie.

The token is looked up before the handler, in `web._auth`; here is what API handlers need of it.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from etalase.accounts import NotSignedIn, SignedIn


def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let only those through who bring a living token; others get 401. A guard."""
    caller(connection)


def caller(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn:
    """Return who calls."""
    user = connection.scope.get("user")
    if not isinstance(user, SignedIn):
        raise NotSignedIn
    return user
