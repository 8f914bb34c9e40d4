"""The header by which a program names one request, so that it may send it again."""

from typing import Annotated

from litestar.params import HeaderParameter

_HEADER = HeaderParameter(
    name="Idempotency-Key",
    min_length=1,
    max_length=100,
    pattern=r"^[!-~]+$",
    description="Names this one request: the same key with the same request is answered as before.",
)
IdempotencyKey = Annotated[str, _HEADER]
OptionalIdempotencyKey = Annotated[str | None, _HEADER]
