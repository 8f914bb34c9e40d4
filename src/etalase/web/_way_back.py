"""The way back to the show that sent somebody to a shop, on whatever page of the shop they look at next."""

import re
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from etalase.web._cookies import make_cookie, read_cookie

COOKIE = "etalase_show"
KEPT_SECONDS = 6 * 60 * 60
"""As long as a long show; the link leads to its replay when it is over."""
SHOW_CODE = re.compile(r"[A-Z0-9]{4,16}")


def show_cookie(show_code: str, *, https: bool) -> Cookie:
    """Return the cookie that remembers the show, for this site only."""
    return make_cookie(COOKIE, show_code, https=https, seconds=KEPT_SECONDS)


def show_left(request: Request[Any, Any, Any]) -> str:
    """Return the code of the show that sent this person, or nothing. It chooses a link, proves nothing."""
    code = read_cookie(request, COOKIE) or ""
    return code if SHOW_CODE.fullmatch(code) else ""
