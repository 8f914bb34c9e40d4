"""RTMP from a real ffmpeg to what viewers fetch."""

import asyncio
import io
import os
import shutil
import socket
from contextlib import suppress

import av
import pytest
from structlog.testing import capture_logs

from etalase.social.media import WrongStreamKey
from etalase.social.media._adapters.h264 import PLAYABLE_PROFILES
from etalase.social.media._adapters.rtmp import connection
from etalase.social.media._adapters.rtmp.amf import read_values
from etalase.social.media._adapters.rtmp.waiting_room import MAX_STRANGERS_OF_ONE_BLOCK
from etalase.social.media._adapters.sources import ContainerSource
from tests.make.media import AAC, H264, Station, broadcast_rtmp, fetch_video, measure, picture, start_ffmpeg
from tests.make.rtmp import CREATE_STREAM, HANDSHAKE, publish, read_strictly, shake_hands, written
from tests.make.rtmp import connect as opening
from tests.make.waiting import PATIENCE_SECONDS, until


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
    return await shake_hands(station.engine.rtmp.port)


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
    monkeypatch.setattr(connection, "PUBLISH_SECONDS", 0.3)
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
    found = measure(await fetch_video(station.http, url))
    assert found.frames >= 20
    assert found.loudest == 0  # players want a track of sound: it is silent
    await ffmpeg.end()


HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "20", "-pix_fmt", "yuv420p")
ENHANCED = ("-rtmp_enhanced_codecs", "hvc1,av01,vp09")


@pytest.mark.parametrize("codec", [H264, HEVC], ids=["h264", "hevc"])
async def test_an_encoder_that_announces_enhanced_codecs_is_seen(
    station: Station, codec: tuple[str, ...]
) -> None:
    show_id, key = await station.open_show()
    ffmpeg = await start_ffmpeg(*picture(), *codec, *AAC, "-f", "flv", *ENHANCED, station.rtmp(key))
    found = measure(await fetch_video(station.http, await station.playlist_url(show_id)))
    await ffmpeg.end()
    assert (found.size, found.audio_codec) == ((320, 180), "aac")
    assert found.frames >= 15


@pytest.mark.parametrize("pixels", ["yuv420p10le", "yuv422p", "yuv444p"])
async def test_h264_of_a_profile_that_phones_do_not_play_is_transcoded(station: Station, pixels: str) -> None:
    """Encoders make it of a screen's colours (OBS: I444), or of ten bits; it is H.264 by its name."""
    show_id, key = await station.open_show()
    ffmpeg = await start_ffmpeg(*picture(), *H264[:-1], pixels, *AAC, "-f", "flv", station.rtmp(key))
    content = await fetch_video(station.http, await station.playlist_url(show_id))
    await ffmpeg.end()
    with av.open(io.BytesIO(content)) as video:
        config = video.streams.video[0].codec_context.extradata
    assert config is not None
    assert config[1] in PLAYABLE_PROFILES
    assert measure(content).frames >= 15


@pytest.mark.parametrize("typed", ["{} ", "{}/", "/{}", "{}?user=a&room=b/c", "{}%20"])
async def test_a_key_with_what_people_type_around_it_opens_its_show(station: Station, typed: str) -> None:
    show_id, key = await station.open_show()
    ffmpeg = await broadcast_rtmp(station, typed.format(key))
    await station.playlist_url(show_id)
    await ffmpeg.end()


STRICT = (
    "videotestsrc is-live=true num-buffers=120 ! video/x-raw,width=320,height=180,framerate=20/1"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=20 ! h264parse"
    " ! flvmux name=mux streamable=true ! {sink}"
    " audiotestsrc is-live=true num-buffers=258 ! audioconvert ! {aac} ! aacparse ! mux."
)


@pytest.mark.skipif(
    shutil.which("gst-launch-1.0") is None and "CI" not in os.environ, reason="GStreamer is not installed"
)
async def test_a_strict_client_is_seen_and_ends_by_itself(station: Station) -> None:
    """rtmp2sink waits for the start of its broadcast on the very message stream that it asked for."""
    show_id, key = await station.open_show()
    line = STRICT.format(sink=f"rtmp2sink location={station.rtmp(key)}", aac="voaacenc")
    gstreamer = await asyncio.create_subprocess_exec("gst-launch-1.0", "-q", *line.split())
    try:
        found = measure(await fetch_video(station.http, await station.playlist_url(show_id)))
        assert found.size == (320, 180)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await gstreamer.wait() == 0
    finally:
        if gstreamer.returncode is None:
            gstreamer.kill()
            await gstreamer.wait()


async def test_silent_and_foreign_connections_shut_nobody_out_and_cost_two_lines(
    station: Station,
) -> None:
    show_id, key = await station.open_show()
    rtmp = station.engine.rtmp
    assert rtmp is not None
    port = rtmp.port
    knocks = [b"", b"\x03" + bytes(700), b"\x16\x03\x01\x02", b"GET / HTTP/1.1\r\n\r\n"]
    sockets = []
    with capture_logs() as lines:
        for number in range(400):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(knocks[number % len(knocks)])
            sockets.append(writer)
        ffmpeg = await broadcast_rtmp(station, key)
        await station.playlist_url(show_id)
        assert len(rtmp.waiting) <= MAX_STRANGERS_OF_ONE_BLOCK
        await ffmpeg.end()
        for writer in sockets:
            writer.close()
        await until(lambda: not rtmp.waiting)
        await rtmp.stop()
    message = [line for line in lines if line["event"] == "media.rtmp_knocks"]
    assert len(message) <= 2
    assert sum(line["count"] for line in message) == 400


async def test_half_a_handshake_is_sent_away_in_time(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HANDSHAKE_SECONDS", 0.2)
    assert station.engine.rtmp is not None
    for sent in (b"", b"\x03", b"\x03" + bytes(1_536), b"\x03" + bytes(3_000)):
        reader, writer = await asyncio.open_connection("127.0.0.1", station.engine.rtmp.port)
        writer.write(sent)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert len(await reader.read()) in {0, 1 + 2 * 1_536}
        writer.close()


async def test_a_refused_encoder_hears_why(station: Station) -> None:
    reader, writer = await connect(station)
    writer.write(opening() + CREATE_STREAM + publish("no-such-key") + written(6, 9, 0, b"x" * 60_000))
    async with asyncio.timeout(PATIENCE_SECONDS):
        said = read_strictly(await reader.read())
    writer.close()
    values = read_values(said[-1].payload)
    assert (said[-1].message_stream, values[0]) == (1, "onStatus")
    assert values[3]["code"] == "NetStream.Publish.BadName"
    assert "Copy it again from the studio" in values[3]["description"]


async def test_a_codec_that_nothing_decodes_is_told_and_not_left_running(station: Station) -> None:
    _, key = await station.open_show()
    reader, writer = await connect(station)
    writer.write(opening() + CREATE_STREAM + publish(key) + written(6, 9, 0, b"\x90vvc1" + bytes(40)))
    async with asyncio.timeout(PATIENCE_SECONDS):
        said = read_strictly(await reader.read())
    writer.close()
    codes = [read_values(one.payload)[3]["code"] for one in said if b"onStatus" in one.payload]
    assert codes == ["NetStream.Publish.Start", "NetStream.Failed"]


async def test_who_never_reads_is_cut_off(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_UNSENT_BYTES", 1_024)
    _, key = await station.open_show()
    assert station.engine.rtmp is not None
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    deaf.connect(("127.0.0.1", station.engine.rtmp.port))
    _, writer = await asyncio.open_connection(sock=deaf, limit=2_048)
    writer.write(HANDSHAKE + opening() + CREATE_STREAM + publish(key))
    await until(lambda: station.engine.count_broadcasts() == 1)
    ping = written(2, 4, 0, b"\x00\x06\x00\x00\x01\x02", message_stream=0)
    with suppress(ConnectionError):
        for _ in range(1_000):
            writer.write(ping * 1_000)
            await writer.drain()
        pytest.fail("it went on answering")
    writer.transport.abort()
