"""Our side of the room fan-out: one real room behind uvicorn, in a process of its own.

`python -m bench.fanout_server ours|uvicorn` prints its port. Both obey what a viewer says: "go" sends one
event to everybody; "chat RATE SECONDS" lets the room say so many lines a second. `uvicorn` is the reference
where no C compiler is found: the same messages by uvicorn's own WebSockets, a send for each viewer.
"""

import asyncio
import socket
import sys
from typing import Any
from uuid import UUID

import uvicorn
import uvloop

from etalase.kernel.clock import SystemClock
from etalase.kernel.ids import new_id
from etalase.platform.realtime import (
    Admission,
    Position,
    Socket,
    SocketLimits,
    SocketServer,
    SocketSession,
    UpgradeRequest,
)
from etalase.social.rooms import (
    ChatSaid,
    Moderation,
    OfferCard,
    OfferVariant,
    RoomSettings,
    ShopRef,
    Show,
    ShowState,
)
from etalase.social.rooms._commands.room import Room

PRODUCT, VARIANT = UUID(int=1), UUID(int=2)
LINE = "Kak, yang warna biru ukuran empat masih ada?"


def make_room() -> Room:
    """Open a live room with one offer."""
    clock = SystemClock()
    variant = OfferVariant(VARIANT, "4 tahun", 89_000, 1_000_000)
    card = OfferCard(PRODUCT, "toko-bunga", "Gaun katun", "A1", None, "/shop/toko-bunga", (variant,))
    show = Show(
        id=new_id(),
        code="BENCH234",
        shop=ShopRef(new_id(), "toko-bunga", "Toko Bunga"),
        title="Baju anak",
        cover_key=None,
        state=ShowState.LIVE,
        starts_at=clock.now(),
        started_at=clock.now(),
        tray=(card,),
    )
    return Room(show, Moderation(), clock, RoomSettings())


class Hall:
    """A door to the room that lets everybody in and asks no database."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.left = 1_000_000
        self.talking: set[asyncio.Task[None]] = set()

    def owns(self, path: str) -> bool:
        """Own everything."""
        return bool(path)

    async def admit(self, request: UpgradeRequest) -> Admission:
        """Let everybody in."""
        return Admission(self.room.feed, Position(request.query.get("epoch")), self._open, b'{"t":"hello"}')

    def _open(self, _: Socket) -> SocketSession:
        return self

    def receive(self, text: bytes) -> None:
        """Do what a viewer says."""
        word, *figures = text.split()
        if word == b"go":
            self.left -= 1
            self.room.change_stock(PRODUCT, VARIANT, self.left)
        else:
            task = asyncio.get_running_loop().create_task(self._chat(*(int(figure) for figure in figures)))
            self.talking.add(task)
            task.add_done_callback(self.talking.discard)

    def close(self) -> None:
        """Nothing to let go of."""

    async def _chat(self, rate: int, seconds: int) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        for number in range(rate * seconds):
            await asyncio.sleep(start + number / rate - loop.time())
            self.room.happen(ChatSaid(str(new_id()), "viewer", "Ani", LINE, host=False))


class EverybodyAwaited:
    """The reference without a compiler: an ASGI app that awaits one send for each viewer."""

    def __init__(self, payload: str) -> None:
        self.payload = payload
        self.viewers: list[Any] = []

    async def __call__(self, _: Any, receive: Any, send: Any) -> None:
        """Serve one viewer."""
        await receive()
        await send({"type": "websocket.accept"})
        self.viewers.append(send)
        while (await receive())["type"] == "websocket.receive":
            for viewer in self.viewers:
                await viewer({"type": "websocket.send", "text": self.payload})


async def nothing(_scope: Any, _receive: Any, _send: Any) -> None:
    """Serve no page."""


async def main() -> None:
    """Serve until killed."""
    if sys.argv[1] == "ours":
        app: Any = nothing
        protocol: Any = SocketServer(Hall(make_room()), limits=SocketLimits(ping_seconds=3600))
    else:
        app, protocol = EverybodyAwaited("x" * int(sys.argv[2])), "websockets-sansio"
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(
        app, ws=protocol, ws_per_message_deflate=False, lifespan="off", log_config=None, access_log=False
    )
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    uvloop.run(main())
