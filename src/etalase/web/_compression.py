"""Which answers are compressed: pages and JSON, but none that another site asked for with our cookies.

Whoever reads the wire can find a secret out of the length of compressed pages, if a site of theirs makes a
browser ask for them again and again with guesses in the address (BREACH, CVE-2013-3587). Pages hold such
secrets (a stream key, the address of an order) and repeat their address. Browsers say in Sec-Fetch-Site where
a request comes from, and no script can change that (Fetch Metadata, W3C): such an answer goes out as it is.
Video, photos and streams of events are left alone: they are compressed already, or must not be kept back.
"""

from typing import Any, Literal, cast

from litestar.config.compression import CompressionConfig
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import CompressionEncoding
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import Message, Receive, Scope, Send

TYPES = ("text/html", "application/json", "application/problem+json", "text/csv", "image/svg+xml")
MIN_BYTES = 600
"""Less fits into one packet either way."""
OPEN = "etalase_compressor"
LEVEL = 5
"""Some percent larger than the best, in half the time."""


class Compression(CompressionMiddleware):
    """Litestar's, which besides looks at what the answer is and who asked for it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and close what was begun, also where the answer broke off."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            begun = cast("dict[str, Any]", scope).pop(OPEN, None)
            if begun is not None:
                await begun({"type": "http.disconnect"})

    def create_compression_send_wrapper(
        self,
        send: Send,
        compression_encoding: Literal[CompressionEncoding.BROTLI, CompressionEncoding.GZIP] | str,
        scope: Scope,
    ) -> Send:
        """Return what sends the answer, compressed or as it is, by its head."""
        super_wrapper = super().create_compression_send_wrapper
        chosen = send

        async def choose(message: Message) -> None:
            nonlocal chosen
            if message["type"] == "http.response.start" and is_text(message) and not is_forced(scope):
                # Made only now: a compressor that is dropped unclosed is an error since Python 3.13.
                chosen = super_wrapper(send, compression_encoding, scope)
                cast("dict[str, Any]", scope)[OPEN] = chosen
            await chosen(message)

        return choose


def is_text(start: Message) -> bool:
    """Tell whether an answer's head speaks of text that is whole and not compressed yet."""
    headers = MutableScopeHeaders.from_message(start)
    return "content-encoding" not in headers and headers.get("content-type", "").startswith(TYPES)


def accepts_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding header takes gzip (RFC 9110, 12.5.3); `gzip;q=0` refuses it."""
    weights = {}
    for choice in accepted.lower().split(","):
        coding, _, parameter = choice.partition(";")
        weights[coding.strip()] = parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))


def is_forced(scope: Scope) -> bool:
    """Tell whether another site made the browser ask, and the browser sent our cookies along."""
    headers = Headers.from_scope(scope)
    return "cookie" in headers and headers.get("sec-fetch-site") in {"cross-site", "same-site"}


def goes_zipped(scope: Scope) -> bool:
    """Tell whether a page that is kept compressed may be given so to whoever asks."""
    accepted = Headers.from_scope(scope).get("accept-encoding", "")
    return accepts_gzip(accepted) and not is_forced(scope)


def compression() -> CompressionConfig:
    """Return what Litestar is told about compression."""
    return CompressionConfig(
        backend="gzip",
        minimum_size=MIN_BYTES,
        gzip_compress_level=LEVEL,
        middleware_class=Compression,
    )
