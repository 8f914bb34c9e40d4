"""A viewer without an account: a random public pseudonym, and a cookie that only its owner can show."""

import hmac
import secrets
from hashlib import sha256
from uuid import UUID

COOKIE = "etalase_viewer"
COOKIE_SECONDS = 365 * 24 * 60 * 60
_PSEUDONYM_BYTES = 9
_SIGNATURE_LENGTH = 32


def new_viewer() -> str:
    """Return a new pseudonym; others see it, so it is no secret."""
    return secrets.token_urlsafe(_PSEUDONYM_BYTES)


def host_pseudonym(account_id: UUID) -> str:
    """Return the pseudonym of a host, the same on each of their devices."""
    return "host-" + sha256(b"etalase host " + account_id.bytes).hexdigest()[:12]


def sign_viewer(viewer: str, secret: bytes) -> str:
    """Return the cookie's value, which proves that its bearer is this viewer."""
    return f"{viewer}.{_signature(viewer, secret)}"


def read_viewer(cookie: str | None, secret: bytes) -> str | None:
    """Return whose cookie this is; None for a forged one or none."""
    if cookie is None or not cookie.isascii():
        return None
    viewer, _, signature = cookie.rpartition(".")
    if not viewer or not hmac.compare_digest(signature, _signature(viewer, secret)):
        return None
    return viewer


def _signature(viewer: str, secret: bytes) -> str:
    return hmac.new(secret, b"etalase viewer " + viewer.encode(), sha256).hexdigest()[:_SIGNATURE_LENGTH]
