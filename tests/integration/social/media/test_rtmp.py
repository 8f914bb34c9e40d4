"""RTMP from a real ffmpeg to what viewers fetch."""

import io
import logging

import av
import httpx

from tests.make.media import H264, Station, broadcast_rtmp, picture, start_ffmpeg, until


async def fetch_video(http: httpx.AsyncClient, playlist_url: str) -> bytes:
    """Fetch the init segment and the listed segments as one file."""
    lines = (await http.get(playlist_url)).text.splitlines()
    base = playlist_url.rpartition("/")[0]
    init = next(line.split('"')[1] for line in lines if line.startswith("#EXT-X-MAP"))
    names = [init, *(line for line in lines if line.startswith("segment-"))]
    return b"".join([(await http.get(f"{base}/{name}")).content for name in names])


async def test_a_stream_with_the_right_key_arrives_as_segments_that_decode(station: Station) -> None:
    show_id, key = await station.open_show()
    ffmpeg = await broadcast_rtmp(station, key)
    url = await station.playlist_url(show_id)
    await until(lambda: station.studio.count("publish") == 1)
    content = await fetch_video(station.http, url)
    await ffmpeg.end()
    with av.open(io.BytesIO(content)) as decoded:
        assert (decoded.streams.video[0].width, decoded.streams.video[0].height) == (320, 180)
        assert decoded.streams.audio[0].codec_context.name == "aac"
        assert sum(1 for _ in decoded.decode(video=0)) >= 20


async def test_a_wrong_key_is_refused_and_nothing_begins(station: Station) -> None:
    show_id, key = await station.open_show()
    wrong = key[:-4] + ("0000" if key[-4:] != "0000" else "1111")
    ffmpeg = await broadcast_rtmp(station, wrong, seconds=5)
    assert await ffmpeg.running.wait() != 0
    assert station.engine.find_live(show_id) is None
    assert station.studio.heard == []
    assert not (station.folder / "shows").exists()


async def test_a_replaced_key_opens_nothing_any_more(station: Station) -> None:
    show_id, old = await station.open_show()
    async with station.db.begin() as tx:
        new = await station.keys.replace_key(tx, show_id)
    assert await station.engine.find_show_by_key(old) is None
    assert await station.engine.find_show_by_key(new) == show_id


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
    with av.open(io.BytesIO(await fetch_video(station.http, url))) as decoded:
        video = float(decoded.streams.video[0].duration * decoded.streams.video[0].time_base)
        audio = float(decoded.streams.audio[0].duration * decoded.streams.audio[0].time_base)
    assert abs(video - audio) < 0.3


async def test_a_picture_without_sound_is_broadcast(station: Station) -> None:
    show_id, key = await station.open_show()
    silent = picture()[:5]
    ffmpeg = await start_ffmpeg(*silent, *H264, "-f", "flv", station.rtmp(key))
    url = await station.playlist_url(show_id)
    with av.open(io.BytesIO(await fetch_video(station.http, url))) as decoded:
        assert len(decoded.streams.audio) == 0
    await ffmpeg.end()


def test_the_root_logger_is_as_it_was() -> None:
    assert logging.getLogger().level == logging.WARNING
    assert logging.getLogger("pyrtmp.rtmp").level == logging.WARNING
