"""Which accounts have been signed in on this browser before: a signed cookie that lives longer than sessions.

It lets nobody in. A browser that an account knows has tries and letters of its own, so that strangers who
spend theirs lock no owner out (OWASP, device cookies). The e-mails stand in it as signatures only.
"""

import hashlib
import hmac
import re
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from etalase.accounts import Caller, normalise_email
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_token
from etalase.web._auth import visitor
from etalase.web._cookies import make_cookie, read_cookie, speaks_https

COOKIE = "etalase_known"
KEEP_SECONDS = 400 * 24 * 3600
"""As long as browsers keep any cookie (RFC 6265bis, section 5.5)."""
MAX_ACCOUNTS = 5
_VALUE = re.compile(r"[A-Za-z0-9_-]{40,50}(\.[0-9a-f]{32}){1,5}")


def visitor_at(request: Request[Any, Any, Any], email: str) -> Caller:
    """Return where a request about this e-mail's account comes from, and whether it knows the browser."""
    browser, signatures = _read(request)
    try:
        is_known = _sign(request, browser, normalise_email(email)) in signatures
    except Invalid:
        is_known = False
    return visitor(request, browser if is_known else "")


def remember_browser(request: Request[Any, Any, Any], email: str) -> Cookie:
    """Return the cookie by which the account knows this browser from now on."""
    browser, signatures = _read(request)
    browser = browser or new_token()
    mine = _sign(request, browser, normalise_email(email))
    kept = [mine, *(one for one in signatures if one != mine)][:MAX_ACCOUNTS]
    return make_cookie(COOKIE, ".".join([browser, *kept]), https=speaks_https(request), seconds=KEEP_SECONDS)


def _read(request: Request[Any, Any, Any]) -> tuple[str, list[str]]:
    value = read_cookie(request, COOKIE) or ""
    if not _VALUE.fullmatch(value):
        return "", []
    browser, *signatures = value.split(".")
    return browser, signatures


def _sign(request: Request[Any, Any, Any], browser: str, email: str) -> str:
    key: bytes = request.app.state["flash_key"]
    return hmac.new(key, f"known browser {browser} {email}".encode(), hashlib.sha256).hexdigest()[:32]
