"""Stream keys: secrets that can be shown again, though the database holds none.

A key is a random name and a MAC over the name and the show (HMAC, RFC 2104, with SHA-256 cut to 128 bits).
The database keeps only the name, so whoever reads a copy of it cannot broadcast; a new name replaces the key.
"""

import hashlib
import hmac
import re
from uuid import UUID

from etalase.kernel.ids import new_code

NAME_LENGTH = 10
MAC_LENGTH = 32
_KEY = rf"[0-9a-z]{{{NAME_LENGTH}}}-[0-9a-f]{{{MAC_LENGTH}}}"
_KEY_ALONE = re.compile(_KEY)
_KEY_IN_TEXT = re.compile(rf"(?<![0-9a-z-]){_KEY}(?![0-9a-z-])", re.ASCII | re.IGNORECASE)


def new_name() -> str:
    """Return the public half of a new key."""
    return new_code(NAME_LENGTH).lower()


def is_key(text: str) -> bool:
    """Tell whether a text has the shape of a key; what hasn't is no question for the database."""
    return _KEY_ALONE.fullmatch(text) is not None


def find_key(text: str) -> str | None:
    """Return the key in what somebody typed: with spaces, slashes or an address around it, or in capitals."""
    found = _KEY_IN_TEXT.search(text)
    return found[0].lower() if found else None


def name_in(key: str) -> str:
    """Return the public half of a key as given by a broadcaster, whether the key is right or not."""
    return key[:NAME_LENGTH]


def derive(secret: bytes, show_id: UUID, name: str) -> str:
    """Return the whole key: what the host types into OBS."""
    mac = hmac.new(secret, f"stream key {show_id} {name}".encode(), hashlib.sha256)
    return f"{name}-{mac.hexdigest()[:MAC_LENGTH]}"


def is_right(key: str, secret: bytes, show_id: UUID, name: str) -> bool:
    """Tell whether the key is that of the show, in a time that does not depend on how much of it is right."""
    return hmac.compare_digest(key.encode(), derive(secret, show_id, name).encode())
