"""How old the picture is that a viewer sees, and what a show costs the server.

The demo's show is sent by RTMP, first to the engine in a process of its own, then (the reference) to ffmpeg,
which cuts it into plain HLS with segments of a second. Chromium plays the one with the room's own player and
the other with plain hls.js, and reads the mark in the picture, which is the moment of its making. A third
pass sends the browser's own camera, as a host's phone does.
"""

import asyncio
import functools
import os
import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg
from playwright.async_api import Page, async_playwright

from bench.video_server import HLS, PAGE
from etalase.lab.video import READ_MARKER_SCRIPT, Broadcaster, write_camera

Figure = dict[str, Any]

LAB = Path(__file__).parents[1] / "var" / "lab"
FULL_SECONDS, SHORT_SECONDS = 60, 12
SETTLE_SECONDS = 8
CAMERA_SECONDS = 8
MAX_SECONDS = 90
GOAL_DELAY_SECONDS, GOAL_CORE_PERCENT = 2.0, 15.0
TICKS = os.sysconf("SC_CLK_TCK")

PLAY = """async (url) => {
  const { LivePlayer } = await import("/player/player.js");
  await new LivePlayer(video).show(url);
}"""

PLAY_PLAIN = """(url) => {
  const hls = new Hls({ maxLiveSyncPlaybackRate: 1.15, liveSyncOnStallIncrease: 0.25 });
  hls.loadSource(url);
  hls.attachMedia(video);
}"""

SAMPLE = """async (seconds) => {
  const delays = [], end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const seen = readMarker(video, canvas);
    const now = camera.videoWidth ? readMarker(camera, mirror) : Date.now() % 2 ** 40;
    if (seen !== null && now !== null) delays.push(now - seen);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return delays;
}"""

RECORD = """async (address) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  camera.srcObject = stream;
  await camera.play();
  const socket = new WebSocket(address);
  await new Promise((resolve) => { socket.onopen = resolve; });
  const recorder = window.recorder = new MediaRecorder(stream, {
    mimeType: "video/webm;codecs=h264,opus", videoKeyFrameIntervalDuration: 1000, videoBitsPerSecond: 1500000,
  });
  recorder.ondataavailable = (event) => { if (event.data.size) socket.send(event.data); };
  recorder.start(100);
}"""


@dataclass(frozen=True)
class Measured:
    """Delays in seconds, and the share of a core that the server took meanwhile."""

    delays: list[float]
    core_percent: float

    @property
    def median(self) -> float:
        """The delay that half of the samples keep below."""
        return statistics.median(self.delays)

    @property
    def p95(self) -> float:
        """The delay that 95 % of the samples keep below."""
        return statistics.quantiles(self.delays, n=20)[-1]


async def run(*, short: bool) -> list[Figure]:
    """Return delays and costs, ffmpeg's plain HLS beside ours."""
    seconds = SHORT_SECONDS if short else FULL_SECONDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = await _measure_rtmp(folder, seconds)
        plain = await _measure_plain(folder, seconds)
        camera = await _measure_camera(folder, seconds)
    return [
        _figure("delay by RTMP, median", "s", ours.median, plain.median, GOAL_DELAY_SECONDS),
        _figure("delay by RTMP, 95 %", "s", ours.p95, plain.p95, None),
        _figure(
            "delay of the browser's camera, median", "s", camera.median, plain.median, GOAL_DELAY_SECONDS
        ),
        _figure(
            "server, RTMP without transcoding",
            "% core",
            ours.core_percent,
            plain.core_percent,
            GOAL_CORE_PERCENT,
        ),
        _figure(
            "server, browser's camera", "% core", camera.core_percent, plain.core_percent, GOAL_CORE_PERCENT
        ),
    ]


def _figure(metric: str, unit: str, ours: float, reference: float, goal: float | None) -> Figure:
    return {
        "metric": metric,
        "unit": unit,
        "ours": round(ours, 3),
        "reference": round(reference, 3),
        "ratio": round(ours / reference, 3) if reference else None,
        "goal": None if goal is None else f"<= {goal:g}",
    }


async def _measure_rtmp(folder: Path, seconds: float) -> Measured:
    async with _engine(folder / "rtmp") as (pid, rtmp, url):
        broadcaster = Broadcaster(f"rtmp://127.0.0.1:{rtmp}/live/key", LAB)
        await broadcaster.start()
        playlist = await _playlist(url)
        async with _page(url) as page:
            measured = await _watch(page, playlist, pid, seconds, play=PLAY)
        await broadcaster.stop()
    return measured


async def _measure_plain(folder: Path, seconds: float) -> Measured:
    """Play ffmpeg's own HLS: `-c copy`, segments of a second, from the same broadcast."""
    served = folder / "plain"
    served.mkdir()
    (served / "index.html").write_text(PAGE, encoding="utf-8")
    (served / "hls.js").write_bytes(HLS.read_bytes())
    rtmp = _free_port()
    ffmpeg = await asyncio.create_subprocess_exec(
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-listen", "1"),
        *("-i", f"rtmp://127.0.0.1:{rtmp}/live/key", "-c", "copy", "-f", "hls", "-hls_time", "1"),
        *("-hls_flags", "delete_segments", str(served / "index.m3u8")),
        stdin=asyncio.subprocess.DEVNULL,
    )
    await asyncio.sleep(1)  # ffmpeg says nothing when it listens
    broadcaster = Broadcaster(f"rtmp://127.0.0.1:{rtmp}/live/key", LAB)
    await broadcaster.start()
    async with _files(served) as url:
        await _until_there(served / "index.m3u8")
        async with _page(url) as page:
            measured = await _watch(page, "/index.m3u8", ffmpeg.pid, seconds, play=PLAY_PLAIN)
    await broadcaster.stop()
    await ffmpeg.wait()
    return measured


async def _measure_camera(folder: Path, seconds: float) -> Measured:
    """Record the browser's camera and play it in the same page; both marks are read in one go."""
    film = folder / "camera.y4m"
    await asyncio.to_thread(write_camera, film, LAB, seconds=CAMERA_SECONDS)
    async with (
        _engine(folder / "camera") as (pid, _, url),
        _page(url, f"--use-file-for-fake-video-capture={film}") as page,
    ):
        await page.evaluate(RECORD, f"{url.replace('http', 'ws')}/studio/SHOW/ingest")
        measured = await _watch(page, await _playlist(url), pid, seconds, play=PLAY)
    film.unlink()
    looped = [delay % CAMERA_SECONDS for delay in measured.delays]  # the film begins anew
    return Measured(looped, measured.core_percent)


async def _watch(page: Page, playlist: str, pid: int, seconds: float, *, play: str) -> Measured:
    await page.evaluate(play, playlist)
    await page.wait_for_function("readMarker(video, canvas) !== null", timeout=MAX_SECONDS * 1_000)
    await asyncio.sleep(SETTLE_SECONDS)
    before = _cpu_seconds(pid)
    delays = await page.evaluate(SAMPLE, seconds)
    spent = _cpu_seconds(pid) - before
    return Measured([delay / 1_000 for delay in delays], 100 * spent / seconds)


@asynccontextmanager
async def _engine(folder: Path) -> AsyncIterator[tuple[int, int, str]]:
    """Run the engine in a process; give its id, its RTMP port and its address."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.video_server", str(folder)), stdout=asyncio.subprocess.PIPE
    )
    if running.stdout is None:
        raise RuntimeError("no pipe")
    rtmp, http = (int(port) for port in (await running.stdout.readline()).split())
    try:
        yield running.pid, rtmp, f"http://127.0.0.1:{http}"
    finally:
        running.terminate()
        await running.wait()


@asynccontextmanager
async def _files(folder: Path) -> AsyncIterator[str]:
    """Serve a folder."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@asynccontextmanager
async def _page(url: str, *flags: str) -> AsyncIterator[Page]:
    arguments = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", *flags]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        page = await browser.new_page()
        await page.add_init_script(READ_MARKER_SCRIPT)
        await page.goto(url)
        yield page
        await browser.close()


async def _playlist(url: str) -> str:
    """Wait until the engine has something to play."""
    async with httpx.AsyncClient() as client, asyncio.timeout(MAX_SECONDS):
        while not (found := (await client.get(f"{url}/live")).json()["playlist"]):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return str(found)


async def _until_there(path: Path) -> None:
    async with asyncio.timeout(MAX_SECONDS):
        while not await asyncio.to_thread(path.exists):  # noqa: ASYNC110  # another process writes it
            await asyncio.sleep(0.1)


def _free_port() -> int:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    server.server_close()
    return server.server_port


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
