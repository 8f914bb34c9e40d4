"""The one place where cookies are made: bound to the host, and to https where the public address is one.

What decides is the configured address and never the request, which looks like http behind a proxy. No script
reads any of them. Over https their names begin with `__Host-`, so that no other host can set one
(RFC 6265bis, section 4.1.3.2).
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

HOST_PREFIX = "__Host-"
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:=; ")


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


def cookie_line(name: str, value: str, *, https: bool) -> str:
    """Return the Set-Cookie header of such a cookie that goes with the browser, for a plain value of ours."""
    secure = "; Secure" if https else ""
    return f"{cookie_name(name, https=https)}={value}; HttpOnly; Path=/; SameSite=lax{secure}"


def read_plain_cookies(header: bytes) -> dict[str, str] | None:
    """Return the cookies of a Cookie header in which every value stands as it is, and each name once.

    None for any other header: it is the framework's to read.
    """
    if not _PLAIN.issuperset(header):
        return None
    pairs = [pair.partition("=") for pair in header.decode("ascii").split("; ")]
    cookies = {name: value for name, equals, value in pairs if equals}
    return cookies if len(cookies) == len(pairs) else None


def speaks_https(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Tell whether the address at which people reach this app is an https one."""
    return bool(connection.app.state.get("https", False))


def read_cookie(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str | None:
    """Return what the browser kept, if anything."""
    return connection.cookies.get(cookie_name(name, https=speaks_https(connection)))
