"""The request as our handlers get it: Litestar's, which besides knows what is no fault of ours.

Whoever hangs up in mid-request has done nothing wrong, and nor have we. A body nested too deeply to be
read is one that can't be read.
"""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import ClientException, InternalServerException, SerializationException

LITESTARS_WORDS = "client disconnected prematurely"


class ClientLeft(ClientException):
    """Nobody is there any more to whom an answer could be given."""


class HouseRequest(Request[Any, Any, State]):
    """A request at one of our doors."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it comes. Raises ClientLeft."""
        try:
            async for piece in super().stream():
                yield piece
        except InternalServerException as error:
            if LITESTARS_WORDS in error.detail:
                raise ClientLeft from None
            raise

    async def json(self) -> Any:
        """Return the body, read as JSON: the one way to every handler's `data`."""
        try:
            return await super().json()
        except (RecursionError, UnicodeError):
            raise SerializationException("nested too deeply, or not UTF-8") from None
