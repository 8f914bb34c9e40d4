"""Ids that sort by time, codes that people can read out, and secrets that nobody can guess."""

import os
import secrets
import time
from uuid import UUID

READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without 0, 1, I, L, O and U, which are misread or misheard."""

TOKEN_BYTES = 32
TOKEN_LENGTH = 43
"""Characters of a token: base64 without padding (RFC 4648, section 5)."""


def new_id() -> UUID:
    """Return a UUID version 7: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | noise
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def new_code(length: int = 8) -> str:
    """Return a random code for links and order numbers; not a secret."""
    return "".join(secrets.choice(READABLE) for _ in range(length))


def new_token() -> str:
    """Return an unguessable secret of 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)
