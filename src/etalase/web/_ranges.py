"""Files with byte ranges (RFC 9110, section 14): one range per request, which is all that players ask for."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Response
from litestar.response import Stream
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_206_PARTIAL_CONTENT,
    HTTP_304_NOT_MODIFIED,
    HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE,
)

from etalase.web._conditions import is_known

PIECE_BYTES = 256 << 10
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class OutOfRange(ValueError):
    """The range lies behind the end of the file."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to, not including, `stop`."""

    start: int
    stop: int


def read_range(header: str | None, size: int) -> Span | None:
    """Return the span that a Range header asks for; None for no range, or one of a kind that may be ignored.

    Raises OutOfRange.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        span = Span(max(0, size - int(last)), size)
    else:
        span = Span(int(first), min(int(last) + 1, size) if last else size)
    if span.start >= span.stop:
        if first and last and int(last) < int(first):
            return None  # not a valid range, so as if it were not there
        raise OutOfRange
    return span


def file_response(
    path: Path, *, content_type: str, etag: str, headers: dict[str, str], asked: Any
) -> Response[Any]:
    """Return the file, or the range that the request's headers (`asked`) want of it."""
    size = path.stat().st_size
    common = {**headers, "accept-ranges": "bytes", "etag": etag}
    if is_known(asked.get("if-none-match"), etag):
        return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=common)
    wanted = asked.get("range") if asked.get("if-range", etag) == etag else None
    try:
        span = read_range(wanted, size)
    except OutOfRange:
        common["content-range"] = f"bytes */{size}"
        return Response(None, status_code=HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE, headers=common)
    status = HTTP_200_OK if span is None else HTTP_206_PARTIAL_CONTENT
    if span is not None:
        common["content-range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    span = span or Span(0, size)
    common["content-length"] = str(span.stop - span.start)
    return Stream(read_span(path, span), status_code=status, headers=common, media_type=content_type)


async def read_span(path: Path, span: Span) -> AsyncIterator[bytes]:
    """Yield the span in pieces, read in a thread."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(file.seek, span.start)
        left = span.stop - span.start
        while left > 0 and (piece := await asyncio.to_thread(file.read, min(left, PIECE_BYTES))):
            left -= len(piece)
            yield piece
    finally:
        file.close()
