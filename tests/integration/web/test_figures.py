"""What Prometheus is told at /metrics of rooms, video and holds."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from etalase.commerce.inventory import HoldQueue, SoldOut
from etalase.platform.db import Database
from etalase.social.rooms import RoomService
from tests.integration.web.test_composed_rooms import go_live
from tests.make import inventory as make_inventory
from tests.make.figures import Figures, read_figures
from tests.make.media import AAC, H264, picture, start_ffmpeg
from tests.make.sockets import Peer, listening
from tests.make.systems import MakesDatabases, running_system
from tests.make.waiting import PATIENCE_SECONDS, until

Look = Callable[[], Awaitable[Figures]]


async def wait_for(look: Look, name: str, figure: float) -> None:
    """Look until it is so."""

    async def is_so() -> bool:
        return (await look())[name] == figure

    await until(is_so)


async def test_rooms_video_and_holds_are_counted(databases: MakesDatabases, tmp_path: Path) -> None:
    async with running_system(databases, tmp_path) as system:
        endpoint, social = system.endpoints[0], system.wirings["social"].given
        async with (
            listening(endpoint.app, endpoint.websocket_protocol) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as http,
        ):

            async def look() -> Figures:
                return await read_figures(http)

            before = await look()
            assert before["etalase_shows_live"] == before["etalase_room_viewers"] == 0
            rooms, code, _ = await go_live(system)
            assert (await look())["etalase_shows_live"] == 1
            viewer = await Peer.connect(port, f"/live/{code}/socket")
            await wait_for(look, "etalase_room_viewers", 1)
            assert (await look())["etalase_room_frames_total"] > before["etalase_room_frames_total"]
            await see_ingest(social, rooms, code, look)
            await see_holds(
                system.wirings["commerce"].given["hold_queue"], system.databases["commerce"], look
            )
            viewer.hang_up()
            await wait_for(look, "etalase_room_viewers", 0)
    Peer.connected.clear()


async def see_ingest(social: dict[str, Any], rooms: RoomService, code: str, look: Look) -> None:
    """Broadcast, and see it counted while it lasts."""
    room = await rooms.open_room(code)
    async with social["db"].begin() as tx:
        key = await social["stream_keys"].get_key(tx, room.show.id)
    address = f"{social['engine'].list_addresses(code).rtmp_url}/{key}"
    ffmpeg = await start_ffmpeg(*picture(), *H264, *AAC, "-f", "flv", address)
    await wait_for(look, "etalase_media_ingest_sessions", 1)
    await ffmpeg.end()
    await wait_for(look, "etalase_media_ingest_sessions", 0)


async def see_holds(desk: HoldQueue, db: Database, look: Look) -> None:
    """Hold the last unit, be refused the next, and see both counted."""
    before = await look()
    variant_id = await make_inventory.stocked_variant(db, 1)
    await desk.hold(make_inventory.hold_request(variant_id))
    with pytest.raises(SoldOut):
        await desk.hold(make_inventory.hold_request(variant_id))
    after = await look()
    for result in ("held", SoldOut.code):
        name = f"etalase_holds_total {result}"
        assert after[name] == before.get(name, 0) + 1
