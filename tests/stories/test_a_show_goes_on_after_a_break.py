"""Story 3: the server is restarted in mid-stream, a broadcaster's network fails: the show goes on, whole."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, expect

from etalase.lab.demo import Seller
from etalase.lab.video import Broadcaster
from etalase.platform.db import Database
from etalase.social.media import RecordingView, get_recording, list_replays
from tests.make.lines import line_to
from tests.make.markets import selling
from tests.make.marks import PICTURES_OF_A_SEGMENT, Sent, read_marks
from tests.make.media import measure
from tests.make.playlists import read_playlist
from tests.make.waiting import until
from tests.stories import browsing
from tests.stories.browsing import forgive
from tests.stories.conftest import Screens, Servers
from tests.stories.serving import Server, start_server
from tests.stories.showing import (
    LAB,
    enter_studio,
    go_live_by_camera,
    open_stall,
    plan_show,
    see_moving_picture,
    watch,
)
from tests.stories.showing import end_show as tap_end

TAKE = timedelta(seconds=5)
PLAYED = "document.querySelector('video.room-video').currentTime"
PLAYLIST = re.compile(r'"playlist":"([^"]+)"')


@asynccontextmanager
async def broadcasting(seller: Seller, address: str, notes: Path) -> AsyncIterator[str]:
    """Broadcast the lab's show; give the playlist once some seconds of it are listed."""
    began = datetime.now(UTC)
    broadcaster = Broadcaster(address, LAB, notes=notes)
    await broadcaster.start()
    try:

        async def is_listed() -> bool:
            return await listed_since(seller, began) >= TAKE

        await until(is_listed)
        yield await find_playlist(seller) or ""
    finally:
        await broadcaster.stop()


async def find_playlist(seller: Seller) -> str | None:
    """Return what the room tells its viewers to play."""
    found = PLAYLIST.search((await seller.person.visit(f"/live/{seller.show_code}/poll")).text)
    return found[1] if found else None


async def listed_since(seller: Seller, began: datetime) -> timedelta:
    """Return how much video from after this moment viewers can fetch."""
    path = await find_playlist(seller)
    listed = read_playlist((await seller.person.visit(path)).text).segments if path else []
    fresh = [segment.length for segment in listed if segment.moment is not None and segment.moment > began]
    return timedelta(seconds=sum(fresh))


async def newest_listed(seller: Seller) -> int:
    """Return the newest moment that viewers can see."""
    path = await find_playlist(seller)
    assert path is not None
    listed = read_playlist((await seller.person.visit(path)).text).segments
    closed = [segment for segment in listed if segment.duration is not None][-1]
    files = [
        await seller.person.visit(f"{path.rpartition('/')[0]}/{name}") for name in (closed.map, closed.uri)
    ]
    return read_marks(b"".join(file.content for file in files))[-1]


async def end_show(seller: Seller) -> None:
    """End the show, as the studio does."""
    path = f"/studio/{seller.show_code}"
    await seller.person.fill_in(path, action=f"{path}/end")


async def wait_for_replay(seller: Seller, moment: int) -> bytes:
    """Return the show's replay once it reaches this moment."""
    seen = ""

    async def find_replay() -> bytes | None:
        nonlocal seen
        answer = await seller.person.client.get(f"/replay/{seller.show_code}.mp4")
        if not answer.is_success or answer.headers["etag"] == seen:
            return None
        seen = answer.headers["etag"]
        return answer.content if read_marks(answer.content)[-1] >= moment else None

    return await until(find_replay)


def data_of(server: Server) -> Path:
    """Return the folder in which the server keeps what it has."""
    return Path(server.environment["ETALASE_DATA_DIR"])


async def test_a_stop_in_mid_stream_loses_no_video_and_the_show_goes_on(
    servers: Servers, tmp_path: Path
) -> None:
    server, notes = await servers(), [tmp_path / "first", tmp_path / "second"]
    async with selling(server.url) as seller:
        address = await seller.find_stream_url()
        async with broadcasting(seller, address, notes[0]):
            listed = await newest_listed(seller)
            assert await server.stop() == 0, server.written()[-4000:]
        (take,) = data_of(server).glob("media/shows/*/take-*.mp4")
        first, sent = read_marks(take), Sent(notes[0])
        assert first[-1] >= listed
        assert sent.longest_loss(first) < PICTURES_OF_A_SEGMENT
        assert abs(measure(take).video_seconds - sent.seconds_between(first[0], first[-1])) < 1

        again = await start_server(data_of(server), server.environment)
        try:
            assert '"state":"live"' in (await seller.person.visit(f"/live/{seller.show_code}/poll")).text
            address = await seller.find_stream_url()
            async with broadcasting(seller, address, notes[1]):
                listed = await newest_listed(seller)
                await end_show(seller)
            shown, sent = read_marks(await wait_for_replay(seller, listed)), Sent(notes[1])
            assert shown[: len(first)] == first
            second = shown[len(first) :]
            assert second[0] in sent.due
            assert sent.seconds_between(second[0], second[-1]) > TAKE.total_seconds() - 1
            assert sent.longest_loss(second) < PICTURES_OF_A_SEGMENT
        finally:
            assert await again.stop() == 0, again.written()[-4000:]


async def test_a_broadcaster_whose_line_is_cut_comes_back_into_the_same_show(
    servers: Servers, screens: Screens, tmp_path: Path
) -> None:
    server, notes = await servers(), [tmp_path / "first", tmp_path / "second"]
    async with selling(server.url) as seller:
        direct = urlsplit(await seller.find_stream_url())
        async with line_to("127.0.0.1", direct.port or 0) as (line, port):
            address = direct._replace(netloc=f"127.0.0.1:{port}").geturl()
            viewer = await watch(await screens(server.url, **browsing.PHONE), seller.show_code)
            played: set[str] = set()
            viewer.on("request", lambda request: played.add(urlsplit(request.url).path))
            async with broadcasting(seller, address, notes[0]) as playlist:
                await see_moving_picture(viewer)
                listed = await newest_listed(seller)
                line.cut()
            async with broadcasting(seller, address, notes[1]) as resumed:
                assert resumed == playlist
                await see_moving_picture(viewer)
                await viewer.close()
                listed_again = await newest_listed(seller)
                await end_show(seller)
        assert line.carried == 2
        assert {path for path in played if path.endswith(".m3u8")} == {playlist}
        shown = read_marks(await wait_for_replay(seller, listed_again))
        before, after = (Sent(path) for path in notes)
        assert listed in shown
        assert before.longest_loss(shown) < PICTURES_OF_A_SEGMENT
        assert after.longest_loss(shown) < PICTURES_OF_A_SEGMENT
        assert shown == sorted(shown)


async def test_a_phones_camera_whose_line_is_cut_goes_on_with_the_show_by_itself(
    servers: Servers, screens: Screens, camera_phone: Browser
) -> None:
    server = await servers()
    here = urlsplit(server.url)
    stall = await open_stall(server)
    async with (
        line_to("127.0.0.1", here.port or 0) as (line, port),
        browsing.opened(camera_phone, server.url, **browsing.PHONE) as phone,
    ):
        host = await enter_studio(phone, server, stall)
        code = await plan_show(host, "Lewat jaringan yang putus")
        await host.goto(here._replace(netloc=f"{here.hostname}:{port}", path=f"/studio/{code}").geturl())
        await go_live_by_camera(host)
        viewer = await watch(await screens(server.url, **browsing.PHONE), code)
        played: set[str] = set()
        viewer.on("request", lambda request: played.add(urlsplit(request.url).path))
        await see_moving_picture(viewer)
        before = line.carried
        line.cut()
        cut_at = await viewer.evaluate(PLAYED)
        await viewer.wait_for_function(f"at => ({PLAYED}) > at + 6", arg=cut_at, timeout=60_000)
        await see_moving_picture(viewer)
        await viewer.close()
        assert line.carried > before
        await expect(host.get_by_text("On air for")).to_be_visible()
        await tap_end(host)
        for part in ("/ingest", "WebSocket connection to", "net::ERR_"):
            forgive(phone, part)
        recording = await joined(server, takes=2)
    assert len({path for path in played if path.endswith(".m3u8")}) == 1
    first, second = recording.chapters
    assert second.started_at >= first.started_at + timedelta(seconds=first.duration_seconds)
    assert recording.replay_key is not None
    shown = measure(data_of(server) / "media" / recording.replay_key)
    assert abs(shown.video_seconds - first.duration_seconds - second.duration_seconds) < 1


async def joined(server: Server, *, takes: int) -> RecordingView:
    """Return the recording of the server's only show once it has so many takes."""
    db = Database(server.environment["ETALASE_SOCIAL_DSN"], "social", pool_size=1)
    try:

        async def find_recording() -> list[RecordingView]:
            async with db.begin() as tx:
                found = [await get_recording(tx, show_id) for show_id in await list_replays(tx, 1)]
            return [one for one in found if len(one.chapters) >= takes]

        return (await until(find_recording))[0]
    finally:
        await db.close()
