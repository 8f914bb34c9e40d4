"""A server without a proxy before it bears those who begin and never end."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, get, post

from etalase.bootstrap._server import Endpoint, make_server
from etalase.platform.connections import MAX_OPEN_FILES, ServerSettings, raise_open_files
from tests.make.serving import listen
from tests.make.waiting import PATIENCE_SECONDS, pace

QUICK = ServerSettings(head_seconds=0.5, body_seconds=0.5, min_body_bytes_per_second=10_000, send_seconds=0.5)
FEW = 512
HEAD = b"POST /echo HTTP/1.1\r\nhost: shop.example\r\n"


@get("/")
async def hello() -> str:
    """Answer something."""
    return "hello"


@post("/echo")
async def echo(request: Request[Any, Any, Any]) -> dict[str, int]:
    """Say how much came."""
    return {"bytes": len(await request.body())}


@get("/large")
async def large() -> bytes:
    """Answer more than sockets keep for a reader."""
    return b"x" * 40_000_000


@asynccontextmanager
async def server(limits: ServerSettings) -> AsyncIterator[str]:
    """Serve a small app as the program is served; give its address."""
    app = Litestar([hello, echo, large], request_max_body_size=10_000_000, logging_config=None)
    listener, address = listen()
    serving = make_server(Endpoint("test", app, "127.0.0.1", 0, limits=limits))
    task = asyncio.create_task(serving.serve([listener]))
    await serving.listens.wait()
    try:
        yield address
    finally:
        serving.should_exit = True
        await task
        listener.close()


async def knock(address: str, said: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection and say this much."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(said)
    await writer.drain()
    return reader, writer


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (b"", b""),
        (b"GET / HT", b"408"),
        (HEAD, b"408"),
        (b"\r\n", b"408"),
        (HEAD + b"content-length: 100\r\n\r\nhalf", b"408"),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", b"408"),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 100_000, b"431"),
    ],
    ids=[
        "silent",
        "half a line",
        "half a head",
        "empty line",
        "half a body",
        "half the chunks",
        "endless head",
    ],
)
async def test_what_is_only_begun_is_ended(said: bytes, message: bytes) -> None:
    async with server(QUICK) as address:
        reader, writer = await knock(address, said)
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await reader.read()
        assert (answer.split(b" ")[1] if answer else b"") == message
        writer.close()


async def test_a_second_request_of_a_connection_has_its_time_too() -> None:
    async with server(QUICK) as address:
        reader, writer = await knock(address, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        await reader.readuntil(b"hello")
        writer.write(b"GET / HT")
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert b"408" in await reader.read()
        writer.close()


async def test_a_trickle_of_headers_gains_no_time() -> None:
    async with server(QUICK) as address:
        reader, writer = await knock(address, HEAD)

        async def trickle() -> None:
            for number in range(100):
                writer.write(f"x-{number}: y\r\n".encode())
                await pace(0.1)

        task = asyncio.create_task(trickle())
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert b"408" in await reader.read()
        task.cancel()
        writer.close()


async def test_a_slow_upload_that_goes_on_comes_through() -> None:
    patient = ServerSettings(body_seconds=1.0, min_body_bytes_per_second=500)  # 8 seconds more for each piece
    async with server(patient) as address:
        reader, writer = await knock(address, HEAD + b"content-length: 40000\r\n\r\n")
        for _ in range(10):
            writer.write(b"x" * 4000)
            await pace(0.15)
        await reader.readuntil(b'{"bytes":40000}')
        writer.close()


async def test_a_reader_who_takes_nothing_is_let_go() -> None:
    async with server(QUICK) as address:
        reader, writer = await knock(address, b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            for _ in range(40):
                await pace(1)
                await reader.readexactly(1_000_000)
        writer.close()


async def test_twelve_hundred_half_requests_leave_room_for_others() -> None:
    raise_open_files()
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 3000:
        pytest.skip("this test needs more open files")
    async with (
        server(ServerSettings()) as address,
        httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as others,
    ):
        halves = [await knock(address, HEAD) for _ in range(1200)]
        answers = [await others.get("/", headers={"connection": "close"}) for _ in range(20)]
        assert {answer.status_code for answer in answers} == {200}
        closed = [reader for reader, _ in halves if b"408" in bytes(reader._buffer)]  # type: ignore[attr-defined]
        assert len(closed) >= 1200 - ServerSettings().max_unfinished_requests
        for _, writer in halves:
            writer.close()


@pytest.fixture
def few_open_files() -> Iterator[int]:
    """Let this process open few files for the while, as most systems do; give how many."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, before[1]))
    yield FEW
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def test_a_server_that_starts_asks_for_more_open_files(few_open_files: int) -> None:
    async with server(ServerSettings()):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == (MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES))
    assert soft > few_open_files


async def test_one_address_has_a_bound_and_others_none_the_less() -> None:
    limits = ServerSettings(max_connections_per_address=3)
    async with server(limits) as address:
        mine = [await knock(address, HEAD) for _ in range(3)]
        reader, writer = await knock(address, HEAD)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        port = int(address.rpartition(":")[2])
        other, elsewhere = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))
        elsewhere.write(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        assert await other.readuntil(b"hello")
        for opened in (*(opened for _, opened in mine), writer, elsewhere):
            opened.close()
