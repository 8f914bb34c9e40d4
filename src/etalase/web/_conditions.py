"""Whether the browser has it already: the one reader of If-None-Match (RFC 9110, section 13.1.2)."""

import re

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Tell whether one of the header's tags is this one, weak or not; `*` is anything that is there."""
    if if_none_match is None:
        return False
    wanted = if_none_match.strip()
    return wanted == "*" or etag.removeprefix("W/") in _TAG.findall(wanted)
