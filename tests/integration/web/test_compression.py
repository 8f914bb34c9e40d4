"""What goes out compressed, and what must not."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar, Response, get
from litestar.response import ServerSentEvent, Stream

from etalase.web._compression import MIN_BYTES, compression

WORDS = "Gaun bunga matahari. " * 200
ACCEPTS = {"accept-encoding": "gzip, br"}


@get("/page")
async def page() -> Response[str]:
    """Answer with a page."""
    return Response(WORDS, media_type="text/html")


@get("/short")
async def short() -> Response[str]:
    """Answer with less than is worth the work."""
    return Response("x" * (MIN_BYTES - 1), media_type="text/html")


@get("/part")
async def part() -> Response[bytes]:
    """Answer with a piece of video."""
    return Response(WORDS.encode(), media_type="video/mp4")


@get("/zipped")
async def zipped() -> Response[bytes]:
    """Answer with what is compressed already."""
    return Response(WORDS.encode(), media_type="text/html", headers={"content-encoding": "identity"})


@get("/lines")
async def lines() -> Stream:
    """Answer bit by bit."""

    async def rows() -> AsyncIterator[str]:
        for _ in range(200):
            yield WORDS

    return Stream(rows(), media_type="text/csv")


@get("/events")
async def events() -> ServerSentEvent:
    """Answer with a stream of events."""

    async def said() -> AsyncIterator[str]:
        yield WORDS

    return ServerSentEvent(said())


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar(
        [page, short, part, zipped, lines, events], compression_config=compression(), logging_config=None
    )
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # Litestar's types are narrower
    async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=ACCEPTS) as opened:
        yield opened


async def test_a_page_goes_out_compressed_and_says_so_to_caches(client: httpx.AsyncClient) -> None:
    answer = await client.get("/page")
    assert answer.text == WORDS
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert int(answer.headers["content-length"]) < len(WORDS) / 5


async def test_what_comes_bit_by_bit_is_compressed_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/lines")
    assert answer.text == WORDS * 200
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/short", "/part", "/zipped", "/events"])
async def test_video_events_and_what_is_short_or_compressed_already_stay_as_they_are(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.headers.get("content-encoding") in {None, "identity"}
    assert answer.text


async def test_whoever_cannot_read_it_gets_it_plain(client: httpx.AsyncClient) -> None:
    answer = await client.get("/page", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_cannot_weigh_a_page_that_our_cookies_open(
    client: httpx.AsyncClient, site: str
) -> None:
    forced = await client.get("/page", headers={"sec-fetch-site": site, "cookie": "etalase_session=secret"})
    assert "content-encoding" not in forced.headers
    nobodys = await client.get("/page", headers={"sec-fetch-site": site})
    assert nobodys.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_our_own_links_and_a_typed_address_are_compressed(client: httpx.AsyncClient, site: str) -> None:
    answer = await client.get("/page", headers={"sec-fetch-site": site, "cookie": "etalase_session=secret"})
    assert answer.headers["content-encoding"] == "gzip"
