"""A replay over HTTP: whole, in ranges, and not again when nothing has changed."""

import pytest

from tests.integration.social.media.test_recording import joined
from tests.make.media import Station, broadcast_rtmp, measure


@pytest.fixture
async def content(station: Station) -> bytes:
    """Record a show; return its replay as it lies on the disk."""
    show_id, key = await station.open_show()
    ffmpeg = await broadcast_rtmp(station, key, seconds=3)
    await ffmpeg.running.wait()
    await station.engine.end(show_id)
    view = await joined(station, show_id)
    assert view.replay_key is not None
    return (station.folder / view.replay_key).read_bytes()


async def test_a_replay_is_fetched_whole_and_in_ranges(station: Station, content: bytes) -> None:
    whole = await station.http.get("/replay/SHOW.mp4")
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["accept-ranges"] == "bytes"
    assert measure(whole.content).frames > 20
    piece = await station.http.get("/replay/SHOW.mp4", headers={"range": "bytes=100-199"})
    assert (piece.status_code, piece.content) == (206, content[100:200])
    assert piece.headers["content-range"] == f"bytes 100-199/{len(content)}"
    assert piece.headers["content-length"] == "100"
    tail = await station.http.get("/replay/SHOW.mp4", headers={"range": "bytes=-50"})
    assert tail.content == content[-50:]
    beyond = await station.http.get("/replay/SHOW.mp4", headers={"range": f"bytes={len(content)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(content)}"
    still = await station.http.get("/replay/SHOW.jpg")
    assert still.headers["content-type"] == "image/jpeg"
    assert still.content[:2] == b"\xff\xd8"
    etag = whole.headers["etag"]
    same = await station.http.get("/replay/SHOW.mp4", headers={"if-none-match": etag})
    assert same.status_code == 304
    other = {"range": "bytes=0-9", "if-range": '"another"'}
    assert (await station.http.get("/replay/SHOW.mp4", headers=other)).status_code == 200
