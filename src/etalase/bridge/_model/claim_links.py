"""The private links to what is held for claims that hosts have entered. No I/O."""

import hashlib
import hmac

CLAIM_LINKS = "/cart/claims"
MARK_LENGTH = 24


def claim_link(key: str, line: str) -> str:
    """Return the path, in the shop, of what is held for a claim that a host has entered.

    Only who was given it finds it: `line` stands in the public log, the mark behind it nowhere.
    """
    return f"{CLAIM_LINKS}/{line}.{_mark_of_claim(key, line)}"


def holder_of_link(key: str, token: str) -> str | None:
    """Return for whom the units of such a link are held; nothing for one that we have not given."""
    line, _, mark = token.rpartition(".")
    return (
        holder_of_claim(line)
        if hmac.compare_digest(mark.encode(), _mark_of_claim(key, line).encode())
        else None
    )


def holder_of_claim(line: str) -> str:
    """Return the name under which units are held for somebody who has called, until they take them."""
    return f"claim:{line}"


def _mark_of_claim(key: str, line: str) -> str:
    return hmac.new(f"claim's link {key}".encode(), line.encode(), hashlib.sha256).hexdigest()[:MARK_LENGTH]
