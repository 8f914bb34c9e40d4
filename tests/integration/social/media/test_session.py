"""A session goes on while its broadcasters come and go."""

import asyncio
from pathlib import Path

import pytest

from etalase.platform.db import Database
from etalase.social.media import AlreadyBroadcasting
from etalase.social.media._adapters.rtmp.amf import read_values
from etalase.social.media._adapters.sources import ContainerSource
from etalase.social.media._model.take_over import QUIET_SECONDS
from tests.make.media import Station, broadcast_rtmp, measure, running_station
from tests.make.playlists import Playlist, read_playlist
from tests.make.rtmp import CREATE_STREAM, connect, publish, read_strictly, shake_hands
from tests.make.waiting import PATIENCE_SECONDS, until


async def read(station: Station, url: str) -> Playlist:
    """Fetch and read a playlist."""
    answer = await station.http.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    return read_playlist(answer.text)


async def test_a_broadcaster_who_comes_back_goes_on_in_the_same_session(station: Station) -> None:
    show_id, key = await station.open_show()
    first = await broadcast_rtmp(station, key)
    url = await station.playlist_url(show_id)
    await first.kill()
    await until(lambda: station.studio.count("idle") == 1)
    before = await read(station, url)
    second = await broadcast_rtmp(station, key)
    await until(lambda: station.studio.count("publish") == 2)
    assert await station.playlist_url(show_id) == url

    async def has_another_init() -> bool:
        return (await read(station, url)).segments[-1].map != "init-0.mp4"

    await until(has_another_init)
    after = await read(station, url)
    await second.end()
    assert after.segments[-1].map == "init-1.mp4"
    assert sum(segment.discontinuity for segment in after.segments) == 1
    assert before.segments[-1].duration is not None
    assert len(station.recordings.list_takes(show_id)) == 2


async def test_when_nobody_comes_back_the_session_ends(hasty_station: Station) -> None:
    show_id, key = await hasty_station.open_show()
    ffmpeg = await broadcast_rtmp(hasty_station, key)
    url = await hasty_station.playlist_url(show_id)
    await ffmpeg.kill()
    await until(lambda: hasty_station.studio.count("end") == 1)
    assert hasty_station.engine.find_live(show_id) is None
    assert (await read(hasty_station, url)).ended
    again = await broadcast_rtmp(hasty_station, key)
    assert await hasty_station.playlist_url(show_id) != url
    await again.end()


async def test_a_second_broadcaster_takes_over_from_the_first(station: Station) -> None:
    show_id, key = await station.open_show()
    first = await broadcast_rtmp(station, key)
    await station.playlist_url(show_id)
    second = await broadcast_rtmp(station, key)
    await until(lambda: station.studio.count("publish") == 2)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await first.running.wait()
    assert station.studio.count("idle") == station.studio.count("end") == 0
    await second.end()


async def test_another_resolution_has_another_init_segment(station: Station) -> None:
    show_id, key = await station.open_show()
    upright = await broadcast_rtmp(station, key, size="180x320")
    url = await station.playlist_url(show_id)
    await upright.end()
    await until(lambda: station.studio.count("idle") == 1)
    wide = await broadcast_rtmp(station, key, size="320x180")
    await until(lambda: station.studio.count("publish") == 2)
    base = url.rpartition("/")[0]
    inits = [(await station.http.get(f"{base}/init-{era}.mp4")).content for era in (0, 1)]
    await wide.end()
    assert inits[0] != inits[1]


async def test_the_end_of_the_show_sends_the_broadcaster_away(station: Station) -> None:
    show_id, key = await station.open_show()
    ffmpeg = await broadcast_rtmp(station, key)
    url = await station.playlist_url(show_id)
    station.studio.closed.add(show_id)
    await station.engine.end(show_id)
    assert (await read(station, url)).ended
    async with asyncio.timeout(PATIENCE_SECONDS):
        await ffmpeg.running.wait()
    assert station.studio.heard[-1][0] == "end"


async def test_stopping_the_engine_flushes_the_last_segment(social_db: Database, tmp_path: Path) -> None:
    async with running_station(social_db, tmp_path) as station:
        show_id, key = await station.open_show()
        ffmpeg = await broadcast_rtmp(station, key)
        url = await station.playlist_url(show_id)
        session = url.split("/")[-2]
        stream = station.engine.find_stream(session)
        await station.engine.stop()
        assert stream is not None
        assert stream.window.ended
        assert stream.window.segments[-1].closed
        (take,) = station.recordings.list_takes(show_id)
        shown = sum(segment.duration_seconds for segment in stream.window.segments)
        await ffmpeg.kill()
    assert abs(measure(take.path).video_seconds - shown) < 0.2
    assert station.studio.count("end") == 0  # the show goes on after the restart


async def test_two_encoders_with_one_key_do_not_push_each_other_out_for_ever(station: Station) -> None:
    show_id, key = await station.open_show()
    first = await station.engine.publish(show_id, ContainerSource("flv"), key=key)
    second = await station.engine.publish(show_id, ContainerSource("flv"), key=key)
    await until(first.over.is_set)
    for _ in range(3):
        with pytest.raises(AlreadyBroadcasting):
            await station.engine.publish(show_id, ContainerSource("flv"), key=key)
        with pytest.raises(AlreadyBroadcasting):
            await station.engine.require_place(show_id, key)
    live = station.engine.find_live(show_id)
    assert live is not None
    assert live.health.is_contested
    assert not second.over.is_set()
    second.heard_at -= QUIET_SECONDS
    third = await station.engine.publish(show_id, ContainerSource("flv"), key=key)
    await until(second.over.is_set)
    studio = await station.engine.publish(show_id, ContainerSource("webm"))
    await until(third.over.is_set)
    with pytest.raises(AlreadyBroadcasting):
        await station.engine.publish(show_id, ContainerSource("flv"), key=key)
    assert not studio.over.is_set()


async def test_the_encoder_that_is_turned_away_hears_why(station: Station) -> None:
    show_id, key = await station.open_show()
    for _ in range(2):
        await station.engine.publish(show_id, ContainerSource("flv"), key=key)
    assert station.engine.rtmp is not None
    reader, writer = await shake_hands(station.engine.rtmp.port)
    writer.write(connect() + CREATE_STREAM + publish(key))
    async with asyncio.timeout(PATIENCE_SECONDS):
        said = read_strictly(await reader.read())
    writer.close()
    status = read_values(said[-1].payload)[3]
    assert status["code"] == "NetStream.Publish.BadName"
    assert "Another encoder broadcasts with this stream key" in status["description"]
