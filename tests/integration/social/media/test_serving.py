"""What viewers fetch over HTTP: blocking reloads, hinted parts, caching, and names that lead nowhere."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from tests.make.media import Ffmpeg, Station, broadcast_rtmp, running_station
from tests.make.playlists import Playlist, read_playlist
from tests.make.waiting import until


@pytest.fixture
async def on_air(station: Station) -> AsyncIterator[tuple[Station, str, Ffmpeg]]:
    """Put a show on the air; give the folder of its addresses."""
    show_id, key = await station.open_show()
    ffmpeg = await broadcast_rtmp(station, key)
    url = await station.playlist_url(show_id)
    yield station, url.rpartition("/")[0], ffmpeg
    await ffmpeg.kill()


async def read(station: Station, url: str, **hold_request: int) -> Playlist:
    """Fetch and read a playlist."""
    answer = await station.http.get(url, params=hold_request)
    assert answer.status_code == 200
    return read_playlist(answer.text)


def position(playlist: Playlist) -> tuple[int, int]:
    """Return the number of the last segment and its parts."""
    return playlist.media_sequence + len(playlist.segments) - 1, len(playlist.segments[-1].parts)


async def test_a_reload_waits_for_the_part_that_comes_next(on_air: tuple[Station, str, Ffmpeg]) -> None:
    station, base, _ = on_air
    last, parts = position(await read(station, f"{base}/index.m3u8"))
    for _ in range(8):
        wanted = (last, parts)
        got = await read(station, f"{base}/index.m3u8", _HLS_msn=last, _HLS_part=parts)
        last, parts = position(got)
        assert (last, parts) > wanted


async def test_a_reload_for_a_whole_segment_waits_for_its_end(on_air: tuple[Station, str, Ffmpeg]) -> None:
    station, base, _ = on_air
    last, _parts = position(await read(station, f"{base}/index.m3u8"))
    got = await read(station, f"{base}/index.m3u8", _HLS_msn=last + 1)
    assert got.segments[last + 1 - got.media_sequence].duration is not None


async def test_the_part_that_is_hinted_at_is_waited_for(on_air: tuple[Station, str, Ffmpeg]) -> None:
    station, base, _ = on_air
    hint = (await read(station, f"{base}/index.m3u8")).hint
    answer = await station.http.get(f"{base}/{hint}")
    assert answer.status_code == 200
    assert answer.content[4:8] == b"moof"
    assert answer.headers["content-type"] == "video/mp4"


async def test_a_reload_that_makes_no_sense_is_refused(on_air: tuple[Station, str, Ffmpeg]) -> None:
    station, base, _ = on_air
    for query in ("_HLS_msn=9999", "_HLS_part=1", "_HLS_msn=x", "_HLS_msn=1&_HLS_part=-1", "_HLS_msn="):
        assert (await station.http.get(f"{base}/index.m3u8?{query}")).status_code == 400


async def test_what_never_changes_may_be_kept_and_the_rest_not(on_air: tuple[Station, str, Ffmpeg]) -> None:
    station, base, _ = on_air
    playlist = await read(station, f"{base}/index.m3u8")
    for name in ("init-0.mp4", playlist.segments[0].uri, playlist.segments[0].parts[0].uri):
        assert "immutable" in (await station.http.get(f"{base}/{name}")).headers["cache-control"]
    plain = await station.http.get(f"{base}/index.m3u8")
    assert plain.headers["cache-control"] == "no-cache"
    last, parts = position(playlist)
    hold_request = {"_HLS_msn": last, "_HLS_part": parts}
    blocking = await station.http.get(f"{base}/index.m3u8", params=hold_request)
    assert re.fullmatch(r"public, max-age=\d+", blocking.headers["cache-control"])
    still = await station.http.get(f"{base}/poster.jpg")
    assert still.content[:2] == b"\xff\xd8"


async def test_a_segment_is_its_parts(on_air: tuple[Station, str, Ffmpeg]) -> None:
    station, base, _ = on_air
    segment = (await read(station, f"{base}/index.m3u8")).segments[0]
    parts = [(await station.http.get(f"{base}/{part.uri}")).content for part in segment.parts]
    assert (await station.http.get(f"{base}/{segment.uri}")).content == b"".join(parts)


@pytest.mark.parametrize(
    "name",
    [
        "segment-999.m4s",
        "part-99999999.m4s",
        "init-7.mp4",
        "..%2f..%2fetc%2fpasswd",
        "../../../etc/passwd",
        "%2e%2e/stream-keys",
        "take-0000000000000.mp4",
        "index.m3u8%00.mp4",
    ],
)
async def test_no_name_leads_out_of_the_window(on_air: tuple[Station, str, Ffmpeg], name: str) -> None:
    station, base, _ = on_air
    answer = await station.http.get(f"{base}/{name}")
    assert answer.status_code in {400, 404}
    assert not answer.content.startswith(b"root")


async def test_a_waiting_viewer_gets_the_same_playlist_while_the_broadcaster_is_away(
    on_air: tuple[Station, str, Ffmpeg],
) -> None:
    station, base, ffmpeg = on_air
    await ffmpeg.kill()
    await until(lambda: station.studio.count("idle") == 1)
    last, parts = position(await read(station, f"{base}/index.m3u8"))
    again = await read(station, f"{base}/index.m3u8", _HLS_msn=last + 1, _HLS_part=0)
    assert position(again) == (last, parts)


async def test_an_unknown_session_and_an_unknown_show_are_not_there(station: Station) -> None:
    for path in ("/media/nothing/index.m3u8", "/media/nothing/init-0.mp4", "/replay/NONE.mp4", "/replay/x"):
        assert (await station.http.get(path)).status_code == 404
    station.studio.shows["EMPTY"] = new_id()
    assert (await station.http.get("/replay/EMPTY.mp4")).status_code == 404


async def test_a_playlist_leaves_compressed_for_whoever_takes_that(
    on_air: tuple[Station, str, Ffmpeg],
) -> None:
    station, base, _ = on_air
    for accepted, encoding in [
        ("gzip, br", "gzip"),
        ("br;q=1.0, *;q=0.5", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("br, gzip;q=0.000", None),
        ("", None),
    ]:
        answer = await station.http.get(f"{base}/index.m3u8", headers={"accept-encoding": accepted})
        assert answer.headers.get("content-encoding") == encoding, accepted
        assert answer.headers["vary"].lower() == "accept-encoding"
        assert answer.text.startswith("#EXTM3U")


async def test_a_delta_update_is_given_to_whoever_asks_and_the_whole_to_the_others(
    on_air: tuple[Station, str, Ffmpeg],
) -> None:
    station, base, _ = on_air
    await until(lambda: station.engine.count_broadcasts() == 1)
    first = await read(station, f"{base}/index.m3u8")
    boundary = first.can_skip_until
    assert boundary is not None
    deep = await read(station, f"{base}/index.m3u8", _HLS_msn=first.media_sequence + len(first.segments))
    while sum(segment.length for segment in deep.segments) < boundary + 2:
        last, parts = position(deep)
        deep = await read(station, f"{base}/index.m3u8", _HLS_msn=last, _HLS_part=parts)
    for skip in ("YES", "v2"):
        answer = await station.http.get(f"{base}/index.m3u8", params={"_HLS_skip": skip})
        update = read_playlist(answer.text)
        assert update.skipped > 0
        assert sum(segment.length for segment in update.segments) >= boundary
    assert read_playlist((await station.http.get(f"{base}/index.m3u8?_HLS_skip=no")).text).skipped == 0


async def test_one_address_waits_for_so_much_and_leaves_room_to_others(
    social_db: Database, tmp_path: Path
) -> None:
    async with running_station(social_db, tmp_path / "media", max_waits_per_address=2) as station:
        show_id, key = await station.open_show()
        ffmpeg = await broadcast_rtmp(station, key)
        url = await station.playlist_url(show_id)
        last, _ = position(await read(station, url))

        async def reload(address: str) -> int:
            hold_request = {"_HLS_msn": last + 2}
            answer = await station.http.get(url, params=hold_request, headers={"x-forwarded-for": address})
            return answer.status_code

        here = [reload("203.0.113.7") for _ in range(4)]
        answers = await asyncio.gather(*here, reload("198.51.100.9"))
        assert sorted(answers[:4]) == [200, 200, 429, 429]
        assert answers[4] == 200
        await ffmpeg.kill()
