"""RTMP from a real ffmpeg to what viewers fetch."""

import asyncio
import logging
import subprocess
import sys
from contextlib import suppress

import pytest

from etalase.social.media import WrongStreamKey
from etalase.social.media._adapters import rtmp
from etalase.social.media._adapters.sources import ContainerSource
from tests.make.media import H264, Station, broadcast_rtmp, fetch_video, measure, picture, start_ffmpeg, until


async def test_a_stream_with_the_right_key_arrives_as_segments_that_decode(station: Station) -> None:
    show_id, key = await station.open_show()
    ffmpeg = await broadcast_rtmp(station, key)
    url = await station.playlist_url(show_id)
    await until(lambda: station.studio.count("publish") == 1)
    content = await fetch_video(station.http, url)
    await ffmpeg.end()
    found = measure(content)
    assert found.size == (320, 180)
    assert found.audio_codec == "aac"
    assert found.frames >= 20


async def test_a_wrong_key_is_refused_and_nothing_begins(station: Station) -> None:
    show_id, key = await station.open_show()
    wrong = key[:-4] + ("0000" if key[-4:] != "0000" else "1111")
    ffmpeg = await broadcast_rtmp(station, wrong, seconds=5)
    assert await ffmpeg.running.wait() != 0
    assert station.engine.find_live(show_id) is None
    assert station.studio.heard == []
    assert not (station.folder / "shows").exists()


async def connect(station: Station) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection after the handshake."""
    assert station.engine.rtmp is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", station.engine.rtmp.port)
    writer.write(b"\x03" + bytes(1536))
    await reader.readexactly(1 + 2 * 1536)
    writer.write(bytes(1536))
    return reader, writer


async def test_who_shows_no_key_may_leave_little_here(station: Station) -> None:
    reader, writer = await connect(station)
    chunks_of_64_kib = b"\x02" + bytes(3) + b"\x00\x00\x04\x01" + bytes(4) + (65_536).to_bytes(4, "big")
    large = bytes(3) + (1 << 20).to_bytes(3, "big") + b"\x09" + bytes(4) + bytes(65_536)
    writer.write(chunks_of_64_kib + b"\x03" + large + b"\x04" + large)
    with suppress(ConnectionResetError):  # it is the server that hangs up, with bytes unread
        assert await reader.read() == b""
    writer.close()


async def test_who_shows_no_key_in_time_is_sent_away_though_bytes_come(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp, "PUBLISH_SECONDS", 0.3)
    reader, writer = await connect(station)
    leaving = asyncio.create_task(reader.read())
    while not leaving.done():
        writer.write(b"\x03" + bytes(3) + b"\x00\x00\x01\x09" + bytes(4) + b"x")
        await asyncio.wait([leaving], timeout=0.05)
    writer.close()


async def test_a_replaced_key_opens_nothing_any_more(station: Station) -> None:
    show_id, old = await station.open_show()
    async with station.db.begin() as tx:
        new = await station.keys.replace_key(tx, show_id)
    assert await station.engine.find_show_by_key(old) is None
    assert await station.engine.find_show_by_key(new) == show_id


async def test_a_replaced_key_sends_its_broadcaster_away_and_the_new_one_goes_on(station: Station) -> None:
    show_id, old = await station.open_show()
    ffmpeg = await broadcast_rtmp(station, old)
    url = await station.playlist_url(show_id)
    async with station.db.begin() as tx:
        new = await station.keys.replace_key(tx, show_id)
    station.engine.replace_key(show_id)
    assert await ffmpeg.running.wait() != 0
    await until(lambda: station.studio.count("idle") == 1)
    following = await broadcast_rtmp(station, new)
    await until(lambda: station.studio.count("publish") == 2)
    assert await station.playlist_url(show_id) == url
    await following.end()


async def test_a_key_that_is_replaced_while_its_broadcaster_begins_opens_nothing(station: Station) -> None:
    show_id, old = await station.open_show()

    async def replace() -> None:
        async with station.db.begin() as tx:
            await station.keys.replace_key(tx, show_id)
        station.engine.replace_key(show_id)

    station.studio.while_admitting = replace
    ffmpeg = await broadcast_rtmp(station, old, seconds=20)
    assert await ffmpeg.running.wait() != 0
    live = station.engine.find_live(show_id)
    assert live is None or not live.broadcasting
    assert station.studio.count("publish") == 0


async def test_a_replaced_key_pushes_nobody_out(station: Station) -> None:
    show_id, old = await station.open_show()
    async with station.db.begin() as tx:
        new = await station.keys.replace_key(tx, show_id)
    rightful = await station.engine.publish(show_id, ContainerSource("flv"), key=new)
    with pytest.raises(WrongStreamKey):
        await station.engine.publish(show_id, ContainerSource("flv"), key=old)
    await until(station.engine._by_show[show_id]._inbox.empty)
    assert not rightful.over.is_set()


async def test_a_show_that_has_ended_takes_no_video(station: Station) -> None:
    show_id, key = await station.open_show()
    station.studio.closed.add(show_id)
    ffmpeg = await broadcast_rtmp(station, key, seconds=5)
    assert await ffmpeg.running.wait() != 0
    assert station.engine.find_live(show_id) is None


async def test_audio_of_equal_sizes_keeps_its_times(station: Station) -> None:
    """PCM messages are all of one size, so ffmpeg states their times by type 3 headers alone."""
    show_id, key = await station.open_show()
    pcm = ("-c:a", "pcm_s16le", "-ar", "44100", "-ac", "1")
    ffmpeg = await start_ffmpeg(*picture(seconds=4), *H264, *pcm, "-f", "flv", station.rtmp(key))
    url = await station.playlist_url(show_id)
    await ffmpeg.running.wait()
    await until(lambda: station.studio.count("idle") == 1)
    found = measure(await fetch_video(station.http, url))
    assert abs(found.video_seconds - found.audio_seconds) < 0.3


async def test_a_picture_without_sound_is_broadcast(station: Station) -> None:
    show_id, key = await station.open_show()
    silent = picture()[:5]
    ffmpeg = await start_ffmpeg(*silent, *H264, "-f", "flv", station.rtmp(key))
    url = await station.playlist_url(show_id)
    assert measure(await fetch_video(station.http, url)).audio_codec is None
    await ffmpeg.end()


def test_the_root_logger_is_as_it_was() -> None:
    look = "import logging, etalase.social.media; print(logging.getLogger().level)"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert int(said.stdout) == logging.WARNING
    assert logging.getLogger("pyrtmp.rtmp").level == logging.ERROR
