"""Messages that survive one redirect, in a signed cookie: what was done, and how to take it back."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from etalase.kernel.reading import read_json
from etalase.web._cookies import make_cookie, read_cookie, speaks_https

COOKIE = "etalase_flash"
KEEP_SECONDS = 120
MAX_BYTES = 2000

Kind = Literal["success", "info", "warning", "danger"]


class Flash(msgspec.Struct, frozen=True):
    """One message; `undo` is the address whose POST takes the act back, or does what `action` says."""

    text: str
    kind: Kind = "success"
    undo: str | None = None
    action: str | None = None


def redirect(request: Request[Any, Any, Any], path: str, *messages: Flash | str) -> Response[Any]:
    """Return a 303 to a path of this site, which shows the messages."""
    flashes = [Flash(str(message)) if not isinstance(message, Flash) else message for message in messages]
    answer = Redirect(path, status_code=303)
    if flashes:
        answer.set_cookie(_cookie(request, flashes))
    return answer


def read_flashes(request: Request[Any, Any, Any]) -> list[Flash]:
    """Return the messages that the cookie carries; none when it is forged or broken."""
    signature, _, payload = (read_cookie(request, COOKIE) or "").partition(".")
    if not payload or not hmac.compare_digest(signature.encode(), _sign(request, payload).encode()):
        return []
    try:
        return read_json(base64.urlsafe_b64decode(payload), list[Flash])
    except ValueError:
        return []


def forget_flashes(request: Request[Any, Any, Any]) -> Cookie:
    """Return the cookie that clears the messages once they are shown."""
    return make_cookie(COOKIE, "", https=speaks_https(request), seconds=0)


def _cookie(request: Request[Any, Any, Any], flashes: Sequence[Flash]) -> Cookie:
    payload = base64.urlsafe_b64encode(msgspec.json.encode(flashes)).decode()
    if len(payload) > MAX_BYTES:
        payload = base64.urlsafe_b64encode(msgspec.json.encode([flashes[0]])).decode()[:MAX_BYTES]
    value = f"{_sign(request, payload)}.{payload}"
    return make_cookie(COOKIE, value, https=speaks_https(request), seconds=KEEP_SECONDS)


def _sign(request: Request[Any, Any, Any], payload: str) -> str:
    key: bytes = request.app.state["flash_key"]
    return hmac.new(key, payload.encode(), hashlib.sha256).hexdigest()
