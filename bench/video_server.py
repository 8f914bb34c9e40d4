"""The media engine alone in a process, for measuring: one show, open to everybody, and a page to play it.

`python -m bench.video_server FOLDER` prints its RTMP port and its HTTP port.
"""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
import uvloop
from litestar import Litestar, Response, get
from litestar.di import Provide
from litestar.static_files import create_static_files_router

from etalase.kernel.ids import new_id
from etalase.social.media import HouseEngine, MediaSettings
from etalase.web import media

FRONTEND = Path(__file__).parents[1] / "frontend"
HLS = FRONTEND / "node_modules" / "hls.js" / "dist" / "hls.min.js"
PAGE = """<!doctype html><title>bench</title><script src="/hls.js"></script>
<video id="video" height="300" muted autoplay playsinline></video>
<video id="camera" height="300" muted autoplay playsinline></video>
<canvas id="canvas" hidden></canvas><canvas id="mirror" hidden></canvas>"""


class OneShow:
    """Every port of the engine, for one show."""

    def __init__(self) -> None:
        self.show_id = new_id()

    async def find_show(self, _key: str) -> UUID:
        """Return the show, for a key as for a code."""
        return self.show_id

    async def admits(self, _show_id: UUID) -> bool:
        """Take video."""
        return True

    async def on_publish(self, _show_id: UUID, _session: str, _playlist_url: str) -> None:
        """Tell nobody."""

    async def on_idle(self, _show_id: UUID, _session: str) -> None:
        """Tell nobody."""

    async def on_end(self, _show_id: UUID, _session: str) -> None:
        """Tell nobody."""

    async def finish(self, _show_id: UUID) -> None:
        """Leave the takes where they are."""

    async def finish_leftovers(self) -> None:
        """Leave the takes where they are."""


@get("/", sync_to_thread=False)
def page() -> Response[str]:
    """Return the page that plays."""
    return Response(PAGE, media_type="text/html")


def build_player(folder: Path) -> Path:
    """Build the room's own player, which the pages of this bench import; return its folder."""
    rolldown = FRONTEND / "node_modules" / ".bin" / "rolldown"
    source = FRONTEND / "src" / "room" / "player.ts"
    subprocess.run(
        [rolldown, source, "--dir", folder, "--format", "esm", "--minify"], check=True, capture_output=True
    )
    return folder


async def serve(folder: Path) -> None:
    """Run until killed."""
    only = OneShow()
    engine = HouseEngine(
        MediaSettings(rtmp_port=0, reconnect_seconds=1),
        folder=folder,
        broadcasts=only,
        keyring=only,
        archive=only,
    )

    async def gate(_connection: Any, _code: str) -> UUID:
        return only.show_id

    @get("/live", sync_to_thread=False)
    def live() -> dict[str, str | None]:
        view = engine.find_live(only.show_id)
        return {"playlist": view.playlist_url if view else None}

    app = Litestar(
        [
            *(media.playlist, media.piece, media.ingest, page, live),
            create_static_files_router("/player", [build_player(folder / "player")]),
        ],
        dependencies={
            "engine": Provide(lambda: engine, sync_to_thread=False),
            "authorise_ingest": Provide(lambda: gate, sync_to_thread=False),
        },
        logging_config=None,
        openapi_config=None,
    )
    await engine.start()
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, ws="websockets-sansio", lifespan="off", access_log=False)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    print(engine.rtmp.port if engine.rtmp else 0, port, flush=True)
    await serving
    await engine.stop()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1])))
