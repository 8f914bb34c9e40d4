"""The one place where cookies are made: bound to the host, and to https where the public address is one.

What decides is the configured address and never the request, which looks like http behind a proxy. No script
reads any of them. Over https their names begin with `__Host-`, so that no other host can set one
(RFC 6265bis, section 4.1.3.2).
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

HOST_PREFIX = "__Host-"


def cookie_name(name: str, *, https: bool) -> str:
    """Return the name under which browsers keep the cookie."""
    return f"{HOST_PREFIX if https else ''}{name}"


def make_cookie(name: str, value: str, *, https: bool, seconds: int | None = None) -> Cookie:
    """Return the cookie, kept for so long, or until the browser is closed; 0 seconds take it away."""
    return Cookie(
        key=cookie_name(name, https=https),
        value=value,
        path="/",
        max_age=seconds,
        secure=https,
        httponly=True,
        samesite="lax",
    )


def speaks_https(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Tell whether the address at which people reach this app is an https one."""
    return bool(connection.app.state.get("https", False))


def read_cookie(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str | None:
    """Return what the browser kept, if anything."""
    return connection.cookies.get(cookie_name(name, https=speaks_https(connection)))
