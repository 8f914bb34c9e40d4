"""Builders around the media engine: a station on a real port, broadcasters, and what a viewer fetches."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import httpx
import imageio_ffmpeg
import uvicorn
from litestar import Litestar
from litestar.di import Provide

from etalase.api._problems import problem_response
from etalase.kernel.clock import SystemClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.social.media import (
    DatabaseArchive,
    DatabaseKeyring,
    DiskRecordingStore,
    HouseEngine,
    MediaSettings,
    StreamKeys,
)
from etalase.web import media as web
from etalase.web._failures import exception_handlers
from etalase.web._pages import PagesPlugin
from tests.make.broadcasts import loudness
from tests.make.playlists import PlaylistValidator
from tests.make.serving import listen
from tests.make.waiting import LOOK_SECONDS, PATIENCE_SECONDS, pace, until

SECRET = b"a secret for the stream keys of tests"


@dataclass
class Studio:
    """The port `Broadcasts`, as a book of what was heard: rooms implement it in the program."""

    shows: dict[str, UUID] = field(default_factory=dict)
    closed: set[UUID] = field(default_factory=set)
    while_admitting: Callable[[], Awaitable[None]] | None = None
    heard: list[tuple[str, UUID, str]] = field(default_factory=list)

    async def find_show(self, code: str) -> UUID | None:
        """Return the show with this code."""
        return self.shows.get(code)

    async def admits(self, show_id: UUID) -> bool:
        """Tell whether the show takes video; a test may have something happen just then."""
        if self.while_admitting is not None:
            await self.while_admitting()
        return show_id not in self.closed

    async def on_publish(self, show_id: UUID, _session: str, playlist_url: str) -> None:
        """Note it."""
        self.heard.append(("publish", show_id, playlist_url))

    async def on_idle(self, show_id: UUID, session: str) -> None:
        """Note it."""
        self.heard.append(("idle", show_id, session))

    async def on_end(self, show_id: UUID, session: str) -> None:
        """Note it."""
        self.heard.append(("end", show_id, session))

    def count(self, what: str) -> int:
        """Return how often this was heard."""
        return sum(heard == what for heard, _, _ in self.heard)


@dataclass
class Station:
    """A running engine with its web routes."""

    engine: HouseEngine
    studio: Studio
    db: Database
    keys: StreamKeys
    recordings: DiskRecordingStore
    folder: Path
    url: str
    http: httpx.AsyncClient

    async def open_show(self, code: str = "SHOW") -> tuple[UUID, str]:
        """Make a show that takes video; return its id and stream key."""
        show_id = new_id()
        self.studio.shows[code] = show_id
        async with self.db.begin() as tx:
            return show_id, await self.keys.get_key(tx, show_id)

    def rtmp(self, key: str) -> str:
        """Return the address that a broadcaster types in."""
        return f"{self.engine.list_addresses('SHOW').rtmp_url}/{key}"

    async def playlist_url(self, show_id: UUID, *, seconds: float = PATIENCE_SECONDS) -> str:
        """Wait until viewers can watch the show."""

        def found() -> str | None:
            live = self.engine.find_live(show_id)
            return live.playlist_url if live else None

        await until(lambda: found() is not None, seconds=seconds)
        return f"{self.url}{found()}"


@asynccontextmanager
async def running_station(
    db: Database, folder: Path, *, pages: tuple[Any, ...] = (), **settings: Any
) -> AsyncIterator[Station]:
    """Run an engine and its routes, and `pages` beside them, on free ports."""
    shaped = MediaSettings(rtmp_port=0, ice_addresses="127.0.0.1", **settings)
    studio, keys = Studio(), StreamKeys(SECRET)
    clock = SystemClock()
    engine = HouseEngine(
        shaped,
        folder=folder,
        broadcasts=studio,
        keyring=DatabaseKeyring(db, keys),
        archive=DatabaseArchive(db, folder),
        clock=clock,
    )
    listener, url = listen()
    server = uvicorn.Server(
        uvicorn.Config(build_app(engine, db, *pages), log_config=None, ws="websockets-sansio", lifespan="off")
    )
    await engine.start()
    serving = asyncio.create_task(server.serve([listener]))
    await until(lambda: server.started)
    watching = asyncio.create_task(hold_to_the_rules(engine))
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http:
        yield Station(engine, studio, db, keys, DiskRecordingStore(folder, clock), folder, url, http)
    server.should_exit = True
    await engine.stop()
    await serving
    listener.close()
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def hold_to_the_rules(engine: HouseEngine) -> None:
    """Check every edition of every playlist of the engine, as long as it runs."""
    validators: dict[str, PlaylistValidator] = {}
    last: dict[str, bytes] = {}
    while True:
        for session, stream in list(engine._by_session.items()):
            whole, update = stream.pieces.find_playlist(), stream.pieces.find_playlist(skips=True)
            if whole is None or update is None or last.get(session) == whole.content:
                continue
            last[session] = whole.content
            validator = validators.setdefault(session, PlaylistValidator())
            validator.take(whole.content.decode(), update.content.decode())
        await pace(LOOK_SECONDS)


def build_app(engine: HouseEngine, db: Database, *more: Any) -> Litestar:
    """Return an app with the media routes; whoever shows the header `x-host` may broadcast."""

    async def gate(connection: Any, code: str) -> UUID | None:
        is_host = connection.headers.get("x-host") or connection.query_params.get("host")
        return await engine.broadcasts.find_show(code) if is_host else None

    given = {"engine": engine, "db": db, "authorise_ingest": gate}
    return Litestar(
        [*web.ROUTES, *more],
        dependencies={name: _provide(thing) for name, thing in given.items()},
        logging_config=None,
        openapi_config=None,
        exception_handlers=exception_handlers(problem_response),
        plugins=[PagesPlugin(secret="a secret of the tests", public_url="http://video.example")],
    )


def _provide(thing: Any) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False)


@dataclass
class Ffmpeg:
    """An ffmpeg that broadcasts, as OBS does."""

    running: asyncio.subprocess.Process

    async def end(self) -> int:
        """Have it finish in good order."""
        if self.running.returncode is None:
            self.running.terminate()
        return await self.running.wait()

    async def kill(self) -> None:
        """Cut it off, as a lost network does."""
        if self.running.returncode is None:
            self.running.kill()
        await self.running.wait()


async def start_ffmpeg(*arguments: str) -> Ffmpeg:
    """Start imageio's ffmpeg."""
    return Ffmpeg(
        await asyncio.create_subprocess_exec(
            imageio_ffmpeg.get_ffmpeg_exe(),
            *("-hide_banner", "-loglevel", "error", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    )


def picture(*, size: str = "320x180", rate: int = 20, seconds: float | None = None) -> tuple[str, ...]:
    """Return ffmpeg's arguments for a test picture and tone in real time."""
    length = ("-t", str(seconds)) if seconds else ()
    return (
        *("-re", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}"),
        *("-re", "-f", "lavfi", "-i", "sine=frequency=330:sample_rate=44100"),
        *length,
    )


H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "20", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "96k")


async def broadcast_rtmp(station: Station, key: str, **shape: Any) -> Ffmpeg:
    """Broadcast a test picture by RTMP."""
    return await start_ffmpeg(*picture(**shape), *H264, *AAC, "-f", "flv", station.rtmp(key))


@dataclass(frozen=True)
class Measured:
    """What a decoder found in a video."""

    size: tuple[int, int]
    frames: int
    video_seconds: float
    audio_codec: str | None
    audio_seconds: float
    loudest: float


def measure(video: bytes | Path) -> Measured:
    """Decode a video to its end."""
    with av.open(io.BytesIO(video) if isinstance(video, bytes) else str(video), "r") as container:
        picture = container.streams.video[0]
        sound = container.streams.audio[:1]
        shown: list[float] = []
        heard: list[float] = []
        loudest = 0.0
        for frame in container.decode(picture, *sound):
            if isinstance(frame, av.VideoFrame | av.AudioFrame):
                (shown if isinstance(frame, av.VideoFrame) else heard).append(float(frame.time or 0))
            if isinstance(frame, av.AudioFrame):
                loudest = max(loudest, loudness(frame))
        return Measured(
            (picture.width, picture.height),
            len(shown),
            max(shown) - min(shown),
            sound[0].codec_context.name if len(sound) else None,
            max(heard) - min(heard) if heard else 0.0,
            loudest,
        )


async def fetch_video(http: httpx.AsyncClient, playlist_url: str) -> bytes:
    """Fetch the init segment and the listed segments of a playlist of one era as one file."""
    lines = (await http.get(playlist_url)).text.splitlines()
    base = playlist_url.rpartition("/")[0]
    init = next(line.split('"')[1] for line in lines if line.startswith("#EXT-X-MAP"))
    names = [init, *(line for line in lines if line.startswith("segment-"))]
    return b"".join([(await http.get(f"{base}/{name}")).content for name in names])
