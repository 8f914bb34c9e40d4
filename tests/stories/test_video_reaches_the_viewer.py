"""Video in a real browser: from a camera or a program to a player, read back from the picture."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Response, get
from playwright.async_api import Browser, Page

from etalase.lab.video import READ_MARKER_SCRIPT, Broadcaster
from etalase.platform.db import Database
from tests.make.media import Station, running_station
from tests.make.waiting import until

HLS = Path(__file__).parents[2] / "frontend" / "node_modules" / "hls.js" / "dist" / "hls.min.js"
LAB = Path(__file__).parents[2] / "var" / "lab"

PLAYER = """<!doctype html><title>player</title><script src="/hls.js"></script>
<video id="video" muted autoplay playsinline></video><canvas id="canvas"></canvas>"""

PLAY = """async (url) => {
  const hls = window.hls = new Hls({ lowLatencyMode: true });
  window.faults = [];
  hls.on(Hls.Events.ERROR, (_, fault) => { if (fault.fatal) window.faults.push(fault.details); });
  hls.loadSource(url);
  hls.attachMedia(video);
}"""

RECORD = """async (address) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  camera.srcObject = stream;
  const socket = window.socket = new WebSocket(address);
  window.said = [];
  socket.onmessage = (message) => window.said.push(JSON.parse(message.data));
  socket.onclose = (close) => window.closed = [close.code, close.reason];
  await new Promise((resolve) => { socket.onopen = resolve; });
  const recorder = window.recorder = new MediaRecorder(stream, {
    mimeType: "%s", videoKeyFrameIntervalDuration: 1000, videoBitsPerSecond: 1500000,
  });
  recorder.ondataavailable = (event) => { if (event.data.size) socket.send(event.data); };
  recorder.start(100);
}"""


@get("/player", sync_to_thread=False)
def player() -> Response[str]:
    """Return a bare player."""
    return Response(PLAYER, media_type="text/html")


@get("/camera", sync_to_thread=False)
def camera() -> Response[str]:
    """Return a bare studio."""
    return Response("<!doctype html><video id=camera muted autoplay></video>", media_type="text/html")


@get("/hls.js", sync_to_thread=False)
def library() -> Response[bytes]:
    """Return the player's library as the pages bundle it."""
    return Response(HLS.read_bytes(), media_type="text/javascript")


@pytest.fixture
async def station(social_db: Database, tmp_path: Path) -> AsyncIterator[Station]:
    """Run an engine with a bare player and a bare studio."""
    async with running_station(social_db, tmp_path / "media", pages=(player, camera, library)) as running:
        yield running


async def watch(page: Page, station: Station, url: str) -> None:
    """Open a player on a playlist."""
    await page.add_init_script(READ_MARKER_SCRIPT)
    await page.goto(f"{station.url}/player")
    await page.evaluate(PLAY, url.removeprefix(station.url))


async def read_markers(page: Page, count: int) -> list[int]:
    """Return marks as the viewer sees them one after the other, so many different ones among them."""
    seen: list[int] = []

    async def look() -> bool:
        mark = await page.evaluate("readMarker(video, canvas)")
        if mark is not None and (not seen or mark != seen[-1]):
            seen.append(mark)
        return len(set(seen)) >= count

    try:
        await until(look)
    except TimeoutError:
        raise AssertionError(f"only {seen}, {await page.evaluate('window.faults')}") from None
    return seen


async def test_a_broadcast_by_rtmp_plays_and_its_marks_are_read(station: Station, browser: Browser) -> None:
    show_id, key = await station.open_show()
    broadcaster = Broadcaster(station.rtmp(key), LAB)
    await broadcaster.start()
    page = await browser.new_page()
    await watch(page, station, await station.playlist_url(show_id))
    marks = await read_markers(page, 20)
    assert marks == sorted(marks)
    started = await page.evaluate("video.currentTime")
    await page.wait_for_function("started => video.currentTime > started + 2", arg=started)
    assert await page.evaluate("window.faults") == []
    await page.close()
    await broadcaster.stop()


@pytest.mark.parametrize(
    "container", ["video/webm;codecs=h264,opus", "video/webm;codecs=vp8,opus", "video/mp4"]
)
async def test_the_browsers_camera_reaches_the_viewer(
    station: Station, camera_phone: Browser, browser: Browser, container: str
) -> None:
    show_id, _ = await station.open_show()
    studio = await camera_phone.new_page()
    await studio.goto(f"{station.url}/camera")
    assert await studio.evaluate("type => MediaRecorder.isTypeSupported(type)", container)
    await studio.evaluate(RECORD % container, socket_address(station))
    viewer = await browser.new_page()
    await watch(viewer, station, await station.playlist_url(show_id))
    await read_markers(viewer, 12)
    assert await viewer.evaluate("window.faults") == []
    await studio.wait_for_function("window.said.length > 0")
    said: list[dict[str, Any]] = await studio.evaluate("window.said")
    assert said[0]["t"] == "ack"
    assert said[0]["bytes"] > 0
    await studio.evaluate("recorder.stop(); socket.close()")
    await until(lambda: station.studio.count("idle") == 1)
    await studio.close()
    await viewer.close()


async def test_a_stranger_is_told_that_the_show_is_not_theirs(station: Station, browser: Browser) -> None:
    await station.open_show()
    page = await browser.new_page()
    await page.goto(f"{station.url}/camera")
    closed = await page.evaluate(
        """(address) => new Promise((resolve) => {
          const socket = new WebSocket(address);
          socket.onclose = (close) => resolve([close.code, close.reason]);
        })""",
        socket_address(station).partition("?")[0],
    )
    assert closed == [4403, "not_yours"]
    await page.close()


def socket_address(station: Station) -> str:
    """Return where the studio's recorder sends to, as a host."""
    return f"{station.url.replace('http', 'ws')}/studio/SHOW/ingest?host=yes"
