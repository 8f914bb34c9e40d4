"""The socket that a browser's recorder sends to: who may, how much, and with which words it ends."""

import asyncio
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from etalase.platform.db import Database
from tests.make.media import AAC, H264, Station, fetch_video, measure, picture, running_station, start_ffmpeg
from tests.make.waiting import PATIENCE_SECONDS, until

HOST = {"x-host": "yes"}


def address(station: Station) -> str:
    """Return the socket's address."""
    return f"{station.url.replace('http', 'ws')}/studio/SHOW/ingest"


async def closing(socket: ClientConnection) -> tuple[int, str]:
    """Return with which code and reason the server ends the socket."""
    with pytest.raises(ConnectionClosed) as ended:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await socket.recv()
    received = ended.value.rcvd
    assert received is not None
    return received.code, received.reason


async def record(path: Path, *arguments: str) -> bytes:
    """Return a recording of three seconds."""
    ffmpeg = await start_ffmpeg("-y", *picture(seconds=3), *H264, *arguments, str(path))
    assert await ffmpeg.running.wait() == 0
    return await asyncio.to_thread(path.read_bytes)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("film.mkv", ("-c:a", "libopus")),
        ("film.mp4", (*AAC, "-movflags", "frag_keyframe+empty_moov+default_base_moof")),
    ],
)
async def test_a_recording_in_pieces_becomes_a_stream(
    station: Station, tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    show_id, _ = await station.open_show()
    content = await record(tmp_path / name, *arguments)
    async with connect(address(station), additional_headers=HOST) as socket:
        await socket.send(content[:1])  # as Chromium does
        for start in range(1, len(content), 3_000):
            await socket.send(content[start : start + 3_000])
        url = await station.playlist_url(show_id)
    await until(lambda: station.studio.count("idle") == 1)
    found = measure(await fetch_video(station.http, url))
    assert found.size == (320, 180)
    assert found.audio_codec == "aac"
    assert found.frames == 60


async def test_strangers_and_pages_of_other_sites_are_turned_away(station: Station) -> None:
    await station.open_show()
    async with connect(address(station)) as socket:
        assert await closing(socket) == (4403, "not_yours")
    elsewhere = {**HOST, "origin": "https://elsewhere.example"}
    async with connect(address(station), additional_headers=elsewhere) as socket:
        assert await closing(socket) == (4403, "not_yours")


async def test_what_is_no_recording_is_refused(station: Station) -> None:
    show_id, _ = await station.open_show()
    async with connect(address(station), additional_headers=HOST) as socket:
        await socket.send(b"GIF89a and more")
        assert await closing(socket) == (4415, "unknown_container")
    assert station.engine.find_live(show_id) is None


async def test_a_broken_recording_is_told_to_be_unreadable(station: Station) -> None:
    await station.open_show()
    async with connect(address(station), additional_headers=HOST) as socket:
        await socket.send(b"\x1a\x45\xdf\xa3" + b"\xff" * 200_000)
        assert await closing(socket) == (4400, "unreadable")


async def test_a_chunk_that_no_recorder_makes_is_refused(station: Station) -> None:
    await station.open_show()
    async with connect(address(station), additional_headers=HOST) as socket:
        await socket.send(b"\x1a\x45\xdf\xa3" + b"\x00" * (5 << 20))
        assert await closing(socket) == (4413, "chunk_too_large")


async def test_a_show_that_has_ended_takes_no_recording(station: Station) -> None:
    show_id, _ = await station.open_show()
    station.studio.closed.add(show_id)
    async with connect(address(station), additional_headers=HOST) as socket:
        await socket.send(b"\x1a\x45\xdf\xa3" + b"\x00" * 8)
        assert await closing(socket) == (4410, "show_not_on_air")


async def test_more_than_the_operator_allows_is_refused(social_db: Database, tmp_path: Path) -> None:
    async with running_station(social_db, tmp_path, max_megabits=0.5) as slow:
        await slow.open_show()
        content = await record(tmp_path / "film.mkv", "-c:a", "libopus")
        async with connect(address(slow), additional_headers=HOST) as socket:
            for _ in range(1 + 800_000 // len(content)):
                await socket.send(content)
            assert await closing(socket) == (4429, "video_too_fast")


async def test_a_full_house_takes_no_further_show(social_db: Database, tmp_path: Path) -> None:
    async with running_station(social_db, tmp_path, max_streams=1, rtmp_enabled=False) as small:
        content = await record(tmp_path / "film.mkv", "-c:a", "libopus")
        await small.open_show()
        async with connect(address(small), additional_headers=HOST) as first:
            await first.send(content)
            await until(lambda: small.studio.count("publish") == 1)
            await small.open_show("OTHER")
            second_address = address(small).replace("SHOW", "OTHER")
            async with connect(second_address, additional_headers=HOST) as second:
                await second.send(content)
                assert await closing(second) == (4503, "too_many_streams")


async def test_the_second_browser_takes_over_and_the_first_is_told(station: Station, tmp_path: Path) -> None:
    await station.open_show()
    content = await record(tmp_path / "film.mkv", "-c:a", "libopus")
    async with connect(address(station), additional_headers=HOST) as first:
        await first.send(content)
        await until(lambda: station.studio.count("publish") == 1)
        async with connect(address(station), additional_headers=HOST) as second:
            await second.send(content)
            assert await closing(first) == (4409, "replaced")
