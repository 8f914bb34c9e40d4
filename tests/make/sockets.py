"""A server of one channel behind uvicorn, and a client that may break every rule of RFC 6455."""

import asyncio
import base64
import json
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import uvicorn

from etalase.platform.realtime import (
    Admission,
    Channel,
    Position,
    Rejection,
    Socket,
    SocketLimits,
    SocketServer,
    SocketSession,
    UpgradeRequest,
)

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class EchoSession:
    """Answers each message with itself."""

    def __init__(self, hall: "Hall", peer: Socket) -> None:
        self.hall = hall
        self.peer = peer
        hall.sessions.add(self)

    def receive(self, text: bytes) -> None:
        self.peer.reply(b'{"t":"reply","said":' + json.dumps(text.decode()).encode() + b"}")

    def close(self) -> None:
        self.hall.sessions.discard(self)


class Hall:
    """A door with one channel behind it."""

    def __init__(self, **options: Any) -> None:
        self.channel = Channel(epoch="e1", snapshot=self.snapshot, **options)
        self.sessions: set[SocketSession] = set()
        self.is_broken = False

    def snapshot(self, number: int) -> bytes:
        return json.dumps({"t": "snapshot", "seq": number}).encode()

    def publish(self, count: int = 1, text: str = "") -> None:
        for _ in range(count):
            self.channel.publish(lambda number: json.dumps({"n": number, "x": text}).encode())

    def owns(self, path: str) -> bool:
        return path.startswith("/hall/")

    async def admit(self, request: UpgradeRequest) -> Admission | Rejection:
        await asyncio.sleep(0)
        if self.is_broken:
            raise ConnectionRefusedError
        if request.path != "/hall/1":
            return Rejection(404, "No such hall.\n")
        position = Position(request.query.get("epoch"), int(request.query.get("after", "-1")))
        hello = b'{"t":"hello"}'
        return Admission(
            self.channel, position, lambda peer: EchoSession(self, peer), hello, (("x-hall", "1"),)
        )


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve what is not a channel's: a page, and an ordinary WebSocket that echoes bytes."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a page"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message.get("bytes") or message["text"].encode()})


@asynccontextmanager
async def serving(hall: Hall, **limits: Any) -> AsyncIterator[tuple[SocketServer, int]]:
    """Serve the hall on a free port; give the socket server and the port."""
    sockets = SocketServer(hall, limits=SocketLimits(**limits), origins=frozenset({"https://friend.example"}))
    async with listening(application, sockets) as port:
        yield sockets, port


@asynccontextmanager
async def listening(app: Any, sockets: SocketServer) -> AsyncIterator[int]:
    """Serve an app and the sockets behind uvicorn; give the port."""
    config = uvicorn.Config(
        app,
        ws=sockets,  # type: ignore[arg-type]  # uvicorn only calls it
        lifespan="off",
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    ticking = asyncio.create_task(server.main_loop())
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await ticking
        await server.shutdown(sockets=[listener])


def frame(opcode: int, body: bytes, *, fin: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """Encode one client's frame, rightly or wrongly."""
    first = (0x80 if fin else 0) | reserved | opcode
    mask_bit = 0x80 if masked else 0
    if len(body) < 126:
        head = bytes((first, mask_bit | len(body)))
    elif len(body) < 65536:
        head = bytes((first, mask_bit | 126)) + struct.pack("!H", len(body))
    else:
        head = bytes((first, mask_bit | 127)) + struct.pack("!Q", len(body))
    if not masked:
        return head + body
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[place % 4] for place, byte in enumerate(body))


class Peer:
    """A client on a raw connection. With a `receive_buffer` it reads no more than it is asked to."""

    connected: ClassVar[list["Peer"]] = []

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}

    @classmethod
    async def connect(
        cls, port: int, target: str, *, headers: dict[str, str] | None = None, receive_buffer: int = 0
    ) -> "Peer":
        """Ask for an upgrade and read the answer's head."""
        raw = socket.socket()
        raw.setblocking(False)  # noqa: FBT003  the socket module's own signature
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=raw, limit=1024 if receive_buffer else 2**20)
        peer = cls(reader, writer)
        cls.connected.append(peer)
        wanted = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        } | (headers or {})
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.items())]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        peer.status = int(head.split(" ")[1])
        for line in head.split("\r\n")[1:-2]:
            name, _, value = line.partition(": ")
            peer.headers[name.lower()] = value
        return peer

    def send(self, *frames: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(b"".join(frames))

    def say(self, text: str) -> None:
        """Send a text message as it should be."""
        self.send(frame(TEXT, text.encode()))

    async def read(self) -> tuple[int, bytes]:
        """Return (opcode, body) of the next frame."""
        first, second = await self.reader.readexactly(2)
        assert second < 0x80, "a server never masks"
        length = second
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(length)

    async def hear(self) -> dict[str, Any]:
        """Return the next text frame, decoded."""
        opcode, body = await self.read()
        while opcode in {PING, PONG}:
            opcode, body = await self.read()
        assert opcode == TEXT, (opcode, body)
        heard: dict[str, Any] = json.loads(body)
        return heard

    async def hear_numbers(self, until: int) -> list[int]:
        """Return the numbers of all events up to this one; snapshots count as 'everything so far'."""
        numbers: list[int] = []
        while not numbers or numbers[-1] < until:
            message = await self.hear()
            if message["t"] == "snapshot":
                numbers = list(range(1, message["seq"] + 1))
            elif message["t"] == "events":
                numbers += [event["n"] for event in message["events"]]
        return numbers

    async def close_code(self) -> int:
        """Read until the server closes, and return its close code; 0 if there was none."""
        code = 0
        try:
            while True:
                opcode, body = await self.read()
                if opcode == CLOSE:
                    code = int.from_bytes(body[:2], "big")
        except (asyncio.IncompleteReadError, ConnectionError):
            return code

    def hang_up(self) -> None:
        """Drop the connection without a word."""
        self.writer.transport.abort()
