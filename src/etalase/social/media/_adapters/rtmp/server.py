"""Listens for RTMP. The stream key is the publishing name: `rtmp://host:1935/live/<key>`.

A wrong key gets `NetStream.Publish.BadName`, after a wait that makes guessing slow, and the connection is
closed. What strangers may cost is bounded by `waiting_room`, `session` and `connection`'s time-outs.
"""

import asyncio

from etalase.social.media._adapters.rtmp.connection import RtmpConnection, RtmpGate
from etalase.social.media._adapters.rtmp.knocks import Knocks
from etalase.social.media._adapters.rtmp.waiting_room import WaitingRoom
from etalase.social.media._adapters.stream import SHUTTING_DOWN

BACKLOG = 512


class RtmpServer:
    """The listener and its connections."""

    def __init__(self, gate: RtmpGate) -> None:
        self._gate = gate
        self._server: asyncio.Server | None = None
        self._connections: set[RtmpConnection] = set()
        self._knocks = Knocks()
        self.waiting = WaitingRoom()

    @property
    def url(self) -> str:
        """The address that hosts type into OBS, without the key; the port is the one really bound."""
        host, port = self._gate.settings.rtmp_host, self.port
        return f"rtmp://{host}:{port}/live"

    @property
    def port(self) -> int:
        """The port that is listened on; the setting's while it is closed."""
        sockets = self._server.sockets if self._server else ()
        return int(sockets[0].getsockname()[1]) if sockets else self._gate.settings.rtmp_port

    async def start(self) -> None:
        """Listen."""
        settings = self._gate.settings
        self._server = await asyncio.get_running_loop().create_server(
            self._connect, settings.rtmp_host, settings.rtmp_port, backlog=BACKLOG
        )

    async def stop(self) -> None:
        """Close the listener and every connection."""
        if self._server is not None:
            self._server.close()
        leaving = list(self._connections)
        for connection in leaving:
            connection.leave(SHUTTING_DOWN)
        await asyncio.gather(*(connection.settle() for connection in leaving))
        self._knocks.stop()

    def _connect(self) -> RtmpConnection:
        return RtmpConnection(self._gate, self.waiting, self._knocks, self._connections)
