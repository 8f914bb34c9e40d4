"""Whoever names an address gets what is public there, and nothing of what only this machine can reach."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest

from etalase.platform.fetching import Fetcher, FetchRefused, is_public
from tests.make.waiting import PATIENCE_SECONDS

LOOPBACK = ("127.0.0.0/8", "::1/128")
Answer = Callable[[str], bytes | None]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[tuple[str, list[str]]]:
    """Serve what `answer` says for each path; a None never ends. Tells which requests came."""
    seen: list[str] = []
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            serving.add(task)
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        seen.append(request)
        content = answer(request.split(" ")[1])
        try:
            if content is None:
                await asyncio.get_running_loop().create_future()
            writer.write(content or b"")
            await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", seen
    finally:
        listening.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


def page(body: bytes, kind: str = "image/png", status: str = "200 OK", *more: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"content-type: {kind}", f"content-length: {len(body)}", *more, "", ""]
    return "\r\n".join(head).encode() + body


async def reason_of(fetching: Awaitable[bytes]) -> str:
    with pytest.raises(FetchRefused) as refused:
        await fetching
    return refused.value.reason


def fetch(address: str, *networks: str, max_bytes: int = 1000, seconds: float = 5) -> Awaitable[bytes]:
    return Fetcher(networks, seconds=seconds).fetch(address, max_bytes=max_bytes, types=("image/",))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3",
        "100.100.100.200", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
        "192.0.2.1", "168.63.129.16", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        "fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_no_inner_address_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "103.10.66.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]
)
def test_what_everybody_reaches_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]",
        "[::ffff:127.0.0.1]", "0", "[::]", "127。0。0。1", "\uff11\uff12\uff17.0.0.1",
    ],
)  # fmt: skip
async def test_no_way_to_write_this_machine_reaches_it(host: str) -> None:
    async with server(lambda _: page(b"secret")) as (here, seen):
        port = here.rpartition(":")[2]
        assert await reason_of(fetch(f"http://{host}:{port}/a.png")) in {"inner", "address", "away"}
        assert await reason_of(fetch(f"http://{host}/a.png")) in {"inner", "address", "away"}
        assert seen == []


@pytest.mark.parametrize(
    "address",
    [
        "ftp://1.1.1.1/a.png", "file:///etc/passwd", "gopher://1.1.1.1/", "//1.1.1.1/a.png", "/etc/passwd",
        "x", "http://", "http:///a", "http://user:pass@1.1.1.1/", "http://user@1.1.1.1/",
        "http://1.1.1.1:99999/",
        "http://1.1.1.1/\r\nHost: x", "http://1.1.1.1\\@127.0.0.1/", "http://a b/",
        "data:image/png;base64,AA", "javascript:x", "http://" + "a" * 70 + ".example/",
        "http://1.1.1.1/" + "a" * 3000,
    ],
)  # fmt: skip
async def test_what_is_no_plain_web_address_is_refused(address: str) -> None:
    assert await reason_of(fetch(address)) in {"address", "away"}


async def test_no_other_port_of_a_public_machine_is_knocked_at() -> None:
    assert await reason_of(fetch("http://1.1.1.1:22/")) == "inner"


async def test_a_file_is_fetched_from_a_network_that_the_operator_names() -> None:
    async with server(lambda _: page(b"picture")) as (here, seen):
        assert await fetch(f"{here}/foto é.png".replace(" ", "%20"), *LOOPBACK) == b"picture"
    [request] = seen
    assert request.startswith("GET /foto%20%C3%A9.png HTTP/1.1")
    assert "cookie" not in request.lower()
    assert "referer" not in request.lower()


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2:1/", "http://10.0.0.1/", "http://[::1]:1/", "file:///etc/passwd", "//10.0.0.1/"],
)
async def test_each_redirect_is_checked_anew(target: str) -> None:
    moved = page(b"", "text/html", "302 Found", f"location: {target}")
    async with server(lambda _: moved) as (here, seen):
        assert await reason_of(fetch(here, "127.0.0.1/32")) in {"inner", "address"}
        assert len(seen) == 1


async def test_redirects_are_followed_a_few_times() -> None:
    async with server(
        lambda path: page(b"picture") if path == "/b" else page(b"", "", "301 Moved", "location: /b")
    ) as (here, _):
        assert await fetch(f"{here}/a", *LOOPBACK) == b"picture"
    async with server(lambda _: page(b"", "", "307 Again", "location: /")) as (here, seen):
        assert await reason_of(fetch(here, *LOOPBACK)) == "away"
        assert len(seen) == 4


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(b"x" * 1001), "size"),
        (b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n" + b"x" * 5000, "size"),
        (b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: " + b"9" * 12 + b"\r\n\r\n", "size"),
        (page(b"<html>", "text/html"), "type"),
        (b"HTTP/1.1 200 OK\r\n\r\nx", "type"),
        (page(b"x", status="404 Not Found"), "away"),
        (b"SSH-2.0-OpenSSH\r\n", "away"),
        (b"", "away"),
        (None, "slow"),
    ],
)
async def test_what_is_too_large_too_slow_or_no_picture_is_refused(answer: bytes | None, reason: str) -> None:
    seconds = PATIENCE_SECONDS if answer is not None else 0.7
    async with server(lambda _: answer) as (here, _):
        assert await reason_of(fetch(f"{here}/a.png", *LOOPBACK, seconds=seconds)) == reason
