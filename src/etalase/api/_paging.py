"""Lists in pages by cursor: stable while rows come and go, and as fast on the last page as on the first."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.reading import read_json

T = TypeVar("T")
R = TypeVar("R")

Limit = Annotated[int, QueryParameter(ge=1, le=100, name="limit", description="How many items at most.")]
Cursor = Annotated[
    str | None,
    QueryParameter(max_length=300, name="cursor", description="`next_cursor` of the last page."),
]

Position = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""A place in a list that its owner orders: PostgreSQL's integer."""
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A number that rises with time: PostgreSQL's bigint."""


class PageOf(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list. `next_cursor` is null on the last one."""

    items: Sequence[T]
    next_cursor: str | None = None


def cut_page(
    rows: Sequence[R], limit: int, show: Callable[[R], T], position: Callable[[R], object]
) -> PageOf[T]:
    """Make a page of rows that were asked for with `limit + 1`: the one too many says that more follow."""
    shown = rows[:limit]
    more = len(rows) > limit
    return PageOf([show(row) for row in shown], encode_cursor(position(shown[-1])) if more else None)


def encode_cursor(position: object) -> str:
    """Return a position in a list as text that programs hand back unread."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode()


def decode_cursor(cursor: str | None, kind: type[T]) -> T | None:
    """Return the position that a cursor holds, nothing without one, or refuse one that we didn't make."""
    if cursor is None:
        return None
    try:
        raw: Any = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        position = read_json(raw, kind)
    except (binascii.Error, ValueError) as error:
        raise Invalid(FieldProblem("cursor", "invalid")) from error
    fields = Fields()
    parts = position if isinstance(position, tuple) else (position,)
    for moment in (part for part in parts if isinstance(part, datetime)):
        fields.moment("cursor", moment)
    if fields.problems:
        raise Invalid(FieldProblem("cursor", "invalid"))
    return position
