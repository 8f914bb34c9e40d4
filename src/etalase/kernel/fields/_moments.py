"""Moments as people and programs give them: in a form, an address, a file, JSON. The only reader of them.

It reads RFC 3339 and what a browser's field of date and time sends (ISO 8601 without a zone). Far moments are
refused: clocks and databases reckon with a zone, and the first and last days that they know have no place for
one; nothing of ours is that old or that far away.
"""

from datetime import datetime, tzinfo

from etalase.kernel.fields._numbers import Unclear

FIRST_YEAR, LAST_YEAR = 2000, 2099
MAX_LENGTH = 40


def read_moment(typed: str | datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment; one without a zone is by this zone's clock.

    Raises Unclear: `not_a_time`, `no_zone` where none is known, `not_in_this_century`.
    """
    if isinstance(typed, str):
        typed = _parse(typed)
    moment = typed if typed.tzinfo else typed.replace(tzinfo=zone)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:  # before its zone is asked, which can't tell of year 1
        raise Unclear("not_in_this_century")
    if moment.utcoffset() is None:
        raise Unclear("no_zone")
    return moment


def _parse(typed: str) -> datetime:
    text = typed.strip()
    if not text.isascii() or len(text) > MAX_LENGTH:
        raise Unclear("not_a_time")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise Unclear("not_a_time") from None
