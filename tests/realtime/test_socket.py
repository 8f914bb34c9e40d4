import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest

from etalase.platform.realtime import SocketServer
from tests.make.sockets import BINARY, CLOSE, PING, PONG, TEXT, Hall, Peer, frame, serving
from tests.make.waiting import PATIENCE_SECONDS, until


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    for peer in Peer.connected:
        peer.hang_up()
    Peer.connected.clear()


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
async def server(hall: Hall) -> AsyncIterator[tuple[SocketServer, int]]:
    async with serving(hall, message_bytes=1000, close_seconds=0.2) as served:
        yield served


@pytest.fixture
def port(server: tuple[SocketServer, int]) -> int:
    return server[1]


async def enter(port: int, query: str = "") -> Peer:
    peer = await Peer.connect(port, f"/hall/1{query}")
    assert peer.status == 101
    assert (await peer.hear())["t"] == "hello"
    return peer


async def until_left(hall: Hall) -> None:
    await until(lambda: not len(hall.channel) and not hall.sessions)


async def test_a_peer_is_greeted_gets_the_snapshot_and_hears_what_follows(hall: Hall, port: int) -> None:
    hall.publish(3)
    peer = await enter(port)
    assert await peer.hear() == {"t": "snapshot", "seq": 3}
    hall.publish(2)
    assert [event["n"] for event in (await peer.hear())["events"]] == [4, 5]
    assert peer.headers["x-hall"] == "1"
    assert "sec-websocket-extensions" not in peer.headers


async def test_a_message_is_answered_to_its_sender_alone(hall: Hall, port: int) -> None:
    one, other = await enter(port), await enter(port)
    await one.hear()
    await other.hear()
    one.say("halo")
    assert await one.hear() == {"t": "reply", "said": "halo"}
    hall.publish()
    assert (await other.hear())["t"] == "events"


async def test_other_upgrades_go_to_the_application_on_the_same_port(port: int) -> None:
    peer = await Peer.connect(port, "/studio/1/ingest")
    assert peer.status == 101
    for size in (3, 200, 70_000):
        body = bytes(size)
        peer.send(frame(BINARY, body))
        assert await peer.read() == (BINARY, body)
    peer.send(frame(CLOSE, b"\x03\xe8"))
    assert await peer.close_code() == 1000


async def test_a_page_is_still_served_on_the_same_port(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"a page" in await reader.read()
    writer.close()


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 101),
        ("http://127.0.0.1:{port}", 101),
        ("https://friend.example", 101),
        ("https://evil.example", 403),
        ("null", 403),
        ("http://127.0.0.1:1", 403),
    ],
)
@pytest.mark.parametrize("path", ["/hall/1", "/studio/1/ingest"])
async def test_pages_of_other_origins_open_no_socket(
    hall: Hall, port: int, path: str, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": origin.format(port=port)}
    peer = await Peer.connect(port, path, headers=headers)
    assert peer.status == status
    if status == 403:
        assert len(hall.channel) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-WebSocket-Version": "8"}, 400),
        ({"Sec-WebSocket-Key": "short"}, 400),
    ],
)
async def test_a_wrong_handshake_is_refused_as_http(port: int, headers: dict[str, str], status: int) -> None:
    assert (await Peer.connect(port, "/hall/1", headers=headers)).status == status


async def test_an_unknown_channel_and_a_broken_door_are_told_as_http(hall: Hall, port: int) -> None:
    assert (await Peer.connect(port, "/hall/none")).status == 404
    hall.is_broken = True
    assert (await Peer.connect(port, "/hall/1")).status == 503


async def test_fragments_make_one_message_with_pings_between_them(port: int) -> None:
    peer = await enter(port)
    await peer.hear()
    peer.send(frame(TEXT, b"sat", fin=False), frame(PING, b"?"), frame(0, b"u d", fin=False), frame(0, b"ua"))
    assert await peer.read() == (PONG, b"?")
    assert (await peer.hear())["said"] == "satu dua"


async def test_a_message_may_come_byte_by_byte(port: int) -> None:
    peer = await enter(port)
    await peer.hear()
    for byte in frame(TEXT, "é dan ☕".encode()):
        peer.send(bytes((byte,)))
        await peer.writer.drain()
        await asyncio.sleep(0)
    assert (await peer.hear())["said"] == "é dan ☕"


FAULTS = {
    "unmasked": (frame(TEXT, b"x", masked=False), 1002),
    "reserved bit": (frame(TEXT, b"x", reserved=0x40), 1002),
    "unknown opcode": (frame(3, b"x"), 1002),
    "unknown control opcode": (frame(11, b"x"), 1002),
    "continuation of nothing": (frame(0, b"x"), 1002),
    "text within fragments": (frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"), 1002),
    "fragmented ping": (frame(PING, b"x", fin=False), 1002),
    "long ping": (frame(PING, bytes(126)), 1002),
    "bad UTF-8": (frame(TEXT, b"\xc3\x28"), 1007),
    "half a letter": (frame(TEXT, "é".encode()[:1]), 1007),
    "too long": (frame(TEXT, b"x" * 1001), 1009),
    "too long in parts": (frame(TEXT, b"x" * 600, fin=False) + frame(0, b"x" * 600), 1009),
    "claims to be huge": (b"\x81\xff" + b"\x7f" + bytes(7) + b"mask", 1009),
    "binary": (frame(BINARY, b"x"), 1003),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_closes_with_its_code_and_leaves_nothing(hall: Hall, port: int, fault: str) -> None:
    wire, code = FAULTS[fault]
    peer, bystander = await enter(port), await enter(port)
    await bystander.hear()
    peer.send(wire)
    assert await peer.close_code() == code
    hall.publish()
    assert (await bystander.hear())["t"] == "events"
    bystander.hang_up()
    await until_left(hall)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\x03\xe8", 1000),
        (b"\x03\xe9going", 1001),
        (b"", 0),
        (b"\x03", 1002),
        (b"\x03\xec", 1002),
        (b"\x03\xe8\xff\xfe", 1002),
    ],
)
async def test_a_close_is_answered(hall: Hall, port: int, body: bytes, code: int) -> None:
    peer = await enter(port)
    peer.send(frame(CLOSE, body), frame(TEXT, b"ignored"))
    assert await peer.close_code() == code
    await until_left(hall)


async def test_random_bytes_never_break_the_server(hall: Hall, port: int) -> None:
    seed = random.Random(20261124)  # noqa: S311
    for _ in range(150):
        peer = await enter(port)
        valid = [frame(TEXT, b"halo"), frame(PING, b"x"), frame(TEXT, b"a", fin=False)]
        noise = bytearray(b"".join(seed.choices(valid, k=4)) + seed.randbytes(seed.randrange(40)))
        for _ in range(seed.randrange(1, 6)):
            noise[seed.randrange(len(noise))] = seed.randrange(256)
        peer.send(bytes(noise))
        peer.hang_up() if seed.random() < 0.5 else peer.writer.write_eof()
        peer.writer.close()
    peer = await enter(port)
    await peer.hear()
    peer.say("masih ada?")
    assert (await peer.hear())["said"] == "masih ada?"
    peer.hang_up()
    await until_left(hall)


async def test_a_dropped_peer_resumes_with_neither_gap_nor_double(hall: Hall, port: int) -> None:
    seed = random.Random(7)  # noqa: S311
    heard: list[int] = []
    query = ""
    while len(heard) < 300:
        peer = await enter(port, query)
        hall.publish(seed.randrange(1, 30))
        heard += await peer_numbers(peer, hall, after=heard[-1] if heard else 0)
        peer.hang_up()
        hall.publish(seed.randrange(0, 30))
        query = f"?epoch=e1&after={heard[-1]}"
    assert heard == list(range(1, len(heard) + 1))


async def peer_numbers(peer: Peer, hall: Hall, *, after: int) -> list[int]:
    numbers = [number for number in await peer.hear_numbers(hall.channel.number) if number > after]
    assert len(set(numbers)) == len(numbers)
    return numbers


async def test_a_slow_reader_is_skipped_to_a_snapshot_and_disturbs_nobody(hall: Hall, port: int) -> None:
    slow = await Peer.connect(port, "/hall/1", receive_buffer=4096)
    brisk = await enter(port)
    await brisk.hear()
    for round_ in range(1, 400):
        hall.publish(10, text="x" * 1000)
        numbers = [event["n"] for event in (await brisk.hear())["events"]]
        assert numbers == list(range(round_ * 10 - 9, round_ * 10 + 1))
    assert hall.channel.behind_count == 1
    hall.publish()
    last = hall.channel.number
    assert await slow.hear() == {"t": "hello"}
    kinds, expected = [], 0
    while expected < last:
        message = await slow.hear()
        kinds.append(message["t"])
        numbers = (
            [message["seq"]] if message["t"] == "snapshot" else [event["n"] for event in message["events"]]
        )
        assert message["t"] == "snapshot" or numbers[0] == expected + 1
        expected = numbers[-1]
    assert kinds.count("snapshot") >= 2
    hall.publish()
    assert [event["n"] for event in (await slow.hear())["events"]] == [last + 1]
    assert hall.channel.behind_count == 0


async def test_a_peer_that_asks_without_reading_is_sent_away(hall: Hall, port: int) -> None:
    greedy = await Peer.connect(port, "/hall/1", receive_buffer=4096)
    with suppress(ConnectionError):
        for _ in range(20_000):
            greedy.say("x" * 900)
            await greedy.writer.drain()
            if not len(hall.channel):
                break
    await until_left(hall)


async def test_silent_peers_are_dropped(hall: Hall) -> None:
    async with serving(hall, ping_seconds=0.2) as (_, port):
        silent = await enter(port)
        await silent.hear()
        assert await silent.close_code() == 0
        await until_left(hall)


async def test_those_who_answer_pings_stay(hall: Hall) -> None:
    async with serving(hall, ping_seconds=PATIENCE_SECONDS) as (sockets, port):
        silent, alive = await enter(port), await enter(port)
        await silent.hear()
        await alive.hear()
        for _ in range(4):
            sockets._check_all()  # as its timer does, which does not know how busy the machine is
            opcode, _ = await alive.read()
            assert opcode == PING
            alive.send(frame(PONG, b""))
            await until(lambda: any(one._is_heard for one in sockets.sockets))
        assert await silent.close_code() == 0
        assert len(hall.channel) == 1


async def test_a_server_that_stops_says_so_to_everyone(hall: Hall) -> None:
    async with serving(hall) as (_, port):
        peers = [await enter(port) for _ in range(3)]
    assert [await peer.close_code() for peer in peers] == [1012, 1012, 1012]


async def test_a_closing_channel_dismisses_its_peers(hall: Hall, port: int) -> None:
    peer = await enter(port)
    await peer.hear()
    hall.channel.close(1001)
    opcode, body = await peer.read()
    assert (opcode, body) == (CLOSE, b"\x03\xe9")
    peer.send(frame(CLOSE, b"\x03\xe9"))
    assert await peer.close_code() == 0
    await until_left(hall)


async def test_a_peer_that_ignores_the_close_is_cut_off(hall: Hall, port: int) -> None:
    peer = await enter(port)
    await peer.hear()
    hall.channel.close(1001)
    assert await peer.close_code() == 1001
