"""The whole program behind its own server: pages, rooms and other sockets on one port, and their end."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from etalase import accounts
from etalase.kernel.ids import new_id
from etalase.social.rooms import RoomService, ShowPlan
from tests.make.accounts import sign_up
from tests.make.rooms import admit_host
from tests.make.sockets import Peer, listening
from tests.make.systems import MakesDatabases, running_system
from tests.make.waiting import PATIENCE_SECONDS


async def go_live(system: Any) -> tuple[RoomService, str, str]:
    """Plan and begin a show; return the rooms, its code, and the host's token."""
    db, rooms, shop_id = system.databases["social"], system.wirings["social"].given["rooms"], new_id()
    host = await sign_up(db)
    async with db.begin() as tx:
        await admit_host(tx, host, shop_id)
        token = await accounts.issue_token(tx, host, "Studio script")
    show = await rooms.shows.plan_show(host, shop_id, ShowPlan("Baju anak", db.clock.now()))
    await rooms.shows.go_live(host, show.code)
    return rooms, show.code, token.secret


async def test_a_room_is_served_by_the_composed_program(databases: MakesDatabases, tmp_path: Path) -> None:
    async with running_system(databases, tmp_path) as system:
        rooms, code, token = await go_live(system)
        endpoint = system.endpoints[0]
        async with listening(endpoint.app, endpoint.websocket_protocol) as port:
            viewer = await Peer.connect(port, f"/live/{code}/socket")
            bearer = {"authorization": f"Bearer {token}"}
            host = await Peer.connect(port, f"/live/{code}/socket", headers=bearer)
            assert (await host.hear())["you"]["moderator"] is True
            host.say(json.dumps({"id": 1, "do": "say", "text": "selamat datang"}))
            message: list[str] = []
            while "selamat datang" not in message:
                message += [one.get("text", "") for one in (await viewer.hear()).get("events", [])]
            ingest = await Peer.connect(port, f"/studio/{code}/ingest")
            assert ingest.status in {101, 403}
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS
            ) as client:
                stream = await client.send(client.build_request("GET", f"/live/{code}/events"), stream=True)
                for call in endpoint.stopping:
                    call()
                async with asyncio.timeout(PATIENCE_SECONDS):
                    heard = b"".join([part async for part in stream.aiter_raw()])
                assert b"selamat datang" in heard
            assert await viewer.close_code() == 1012
            assert not any(len(room.feed) for room in rooms.registry.list_rooms())
    for peer in Peer.connected:
        peer.hang_up()
    Peer.connected.clear()
