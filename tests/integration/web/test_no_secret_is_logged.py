"""Whatever fails, nothing that somebody sent stands in the log; and to leave is no failure."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
import msgspec
import pytest
from litestar import Litestar, Request, WebSocket, get, post, websocket
from litestar.params import FromPath
from litestar.response import Stream
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from etalase.api._problems import problem_response
from etalase.bootstrap import System
from etalase.bootstrap._server import Endpoint, make_server
from etalase.kernel.events import Event
from etalase.platform import jobs, outbox
from etalase.platform.db import Database, Tx
from etalase.platform.jobs import Job, Worker
from etalase.platform.logs import report_loop_error
from etalase.platform.observing import Observed
from etalase.platform.outbox import Reaction, Relay, each
from etalase.platform.realtime import Admission, Rejection, SocketServer, UpgradeRequest
from etalase.social.rooms import Participant, RoomService, Say
from etalase.web._failures import exception_handlers
from etalase.web._request import HouseRequest
from etalase.web.rooms_socket import carry_out
from tests.make import rooms as make_rooms
from tests.make.databases import Databases
from tests.make.log_files import logging_to
from tests.make.program import csrf, program, visitor
from tests.make.serving import listen, serving
from tests.make.shopfronts import OpenWindow
from tests.make.waiting import PATIENCE_SECONDS, pace, until
from tests.make.world import world

SECRET = "hunter2-of-the-test"
HEADERS = {"authorization": f"Bearer {SECRET}", "cookie": f"session={SECRET}", "x-secret": SECRET}
HOWS = (
    "value",
    "key",
    "runtime",
    "group",
    "chain",
    "address",
    "file",
    "json",
    "bug",
    "unstorable",
    "twice",
    "stream",
)


@get("/fail/{how:str}")
async def fail_to_get(request: Request[Any, Any, Any], how: FromPath[str]) -> Any:
    """Fail with secrets in the variables and in the words."""
    return await fail(request, how, request.query_params.get("token", ""))


@post("/fail/{how:str}")
async def fail_to_post(request: Request[Any, Any, Any], how: FromPath[str]) -> Any:
    """Fail with a body."""
    return await fail(request, how, str((await request.json())["password"]))


@websocket("/fail-socket")
async def fail_in_socket(socket: WebSocket[Any, Any, Any]) -> None:
    """Fail with a frame."""
    await socket.accept()
    raise ValueError(await socket.receive_text())


async def fail(request: Request[Any, Any, Any], how: str, secret: str) -> Any:  # noqa: C901 - a list
    """Fail in the wanted way."""
    db: Database = request.app.state["db"]
    cookies, headers = request.cookies, dict(request.headers)
    match how:
        case "value":
            int(secret)
        case "key":
            cookies[secret + headers["x-secret"]]
        case "runtime":
            raise RuntimeError(f"password={secret}")
        case "group":
            raise ExceptionGroup(secret, [ValueError(secret), KeyError(secret)])
        case "chain":
            try:
                int(secret)
            except ValueError as error:
                raise LookupError(secret) from error
        case "address":
            raise httpx.ConnectError(f"https://example.com/?token={secret}")
        case "file":
            await asyncio.to_thread(Path(f"/nowhere/{secret}").read_text)
        case "json":
            msgspec.convert({"kind": secret}, Kind)
        case "stream":
            return Stream(broken(secret))
    return await fail_in_database(db, how, secret)


async def fail_in_database(db: Database, how: str, secret: str) -> None:
    """Let the database refuse something."""
    statement = {
        "bug": "SELECT nothing FROM nowhere WHERE x = :secret",
        "unstorable": "SELECT CAST(:secret AS integer) + 1",
        "twice": "INSERT INTO outbox_cursors VALUES (:secret, 1, 1), (:secret, 1, 1)",
    }[how]
    async with db.begin() as tx:
        await tx.execute(text(statement), {"secret": secret})


async def broken(secret: str) -> AsyncIterator[bytes]:
    """Begin to answer and fail."""
    yield b"begun"
    raise ValueError(secret)


class Kind(msgspec.Struct):
    """Something of one kind."""

    kind: Literal["good"]


@dataclass(frozen=True)
class LampLit(Event):
    name = "lamps.lamp_lit"
    secret: str


class Errand(msgspec.Struct):
    secret: str


class BrokenDoor:
    """Fails to let anybody in."""

    def owns(self, path: str) -> bool:
        return path == "/door"

    async def admit(self, request: UpgradeRequest) -> Admission | Rejection:
        secrets = request.headers["authorization"], request.query
        raise RuntimeError(*secrets)


async def break_the_outbox(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def react(_: Tx, event: LampLit) -> None:
        raise ValueError(event.secret)

    monkeypatch.setattr(outbox._relay, "ATTEMPTS", 1)
    async with db.begin() as tx:
        await outbox.publish(tx, LampLit(SECRET))
    await Relay(db, [Reaction(LampLit, "test.break", each(react))]).drain()


async def break_a_job(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let jobs fail, also with words that can't be stored."""
    done = asyncio.Event()

    async def work(_: Database, errand: Errand) -> None:
        if errand.secret == "last":
            done.set()
            return
        raise ValueError(f"{errand.secret}\x00\ud800")

    monkeypatch.setattr(jobs, "ATTEMPTS", 0)
    async with db.begin() as tx:
        await jobs.enqueue(tx, "test.break", Errand(SECRET))
    worker = Worker(db, [Job("test.break", Errand, work)])
    running = asyncio.create_task(worker.run())
    try:
        await until(lambda: failed_jobs(db))
        async with asyncio.timeout(PATIENCE_SECONDS):
            async with db.begin() as tx:
                await jobs.enqueue(tx, "test.break", Errand("last"))
            await done.wait()
    finally:
        worker.stop()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await running


async def failed_jobs(db: Database) -> int:
    async with db.begin() as tx:
        return len(await jobs.list_dead_jobs(tx))


async def break_a_room(db: Database, clock: Any) -> None:
    """Let a room's log be away for good."""
    service = RoomService(db, clock, OpenWindow(make_rooms.offer()), secret=b"secret")
    await service.start()
    room = await make_rooms.live_room(service, db)
    async with db.begin() as tx:
        await tx.execute(text("ALTER TABLE room_events RENAME TO elsewhere"))
    try:
        said = msgspec.json.encode({"do": "say", "text": SECRET, "name": SECRET[:20]})
        reply, status = await carry_out(service, room, Participant("ani", "Ani"), said)
        assert (status, reply.problem and reply.problem.code) == (500, "failed")
        with pytest.raises(Exception, match="room_events"):
            await service.perform(room, Participant("budi", "Budi"), Say(text=SECRET))
    finally:
        await service.stop()


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_no_secret_is_told_whatever_fails(
    tmp_path: Path,
    commerce_db: Database,
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    log_format: Literal["text", "json"],
) -> None:
    app = Litestar(
        [fail_to_get, fail_to_post, fail_in_socket],
        request_class=HouseRequest,
        exception_handlers=exception_handlers(problem_response),
        openapi_config=None,
        logging_config=None,
    )
    app.state["db"] = commerce_db
    asyncio.get_running_loop().set_exception_handler(report_loop_error)
    with logging_to(tmp_path / "log", log_format) as message:
        await provoke(app)
        await break_the_outbox(commerce_db, monkeypatch)
        await break_a_job(commerce_db, monkeypatch)
        await break_a_room(await databases.make("social"), databases.clock)
        written = message.end()
    asyncio.get_running_loop().set_exception_handler(None)
    assert SECRET not in written
    for wanted in (
        "request_failed",
        "reaction_failed",
        "Exception while processing entrypoint",
        "socket_not_opened",
        "Exception in ASGI application",
        "in fail_in_database",
        "room_log_refused_entry",
    ):
        assert wanted in written, wanted
    assert "hunter2" not in written


async def provoke(app: Any) -> None:
    """Ask for each failure at a real server, with secrets wherever they may stand."""
    listener, url = listen()
    endpoint = Endpoint("test", Observed(app, "test"), "127.0.0.1", 0, SocketServer(BrokenDoor()))
    server = make_server(endpoint)
    task = asyncio.create_task(server.serve([listener]))
    await server.listens.wait()
    try:
        patience = httpx.Timeout(PATIENCE_SECONDS)
        async with httpx.AsyncClient(
            base_url=url, headers=HEADERS, trust_env=False, timeout=patience
        ) as client:
            for how in HOWS:
                try:
                    await client.get(f"/fail/{how}", params={"token": SECRET})
                    await client.post(f"/fail/{how}", params={"q": SECRET}, json={"password": SECRET})
                except httpx.RemoteProtocolError:
                    assert how == "stream"
        for path in ("/fail-socket", "/door"):
            try:
                async with connect(
                    f"{url.replace('http', 'ws')}{path}?token={SECRET}",
                    additional_headers=HEADERS,
                    proxy=None,
                ) as peer:
                    await peer.send(SECRET)
                    await peer.recv()
            except WebSocketException:
                pass
        await send_raw(url, f"GET /\x00{SECRET} HTTP/1.1\r\nnonsense {SECRET}\r\n\r\n".encode())
    finally:
        server.should_exit = True
        await task


async def send_raw(url: str, content: bytes, *, then_wait: float = 0.0) -> None:
    """Send bytes and hang up."""
    host, _, port = url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(content)
    await writer.drain()
    await pace(then_wait)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


@pytest.fixture
async def system(databases: Databases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as system:
        yield system


async def test_whoever_leaves_in_mid_request_is_no_failure(system: System, tmp_path: Path) -> None:
    market = await world(system)
    async with visitor(system) as client:
        token = (await csrf(client))["x-csrftoken"]
    session, secret = await market.session("commerce", "owner"), await market.token("commerce", "owner")
    common = f"host: shop.example\r\nx-csrftoken: {token}\r\nauthorization: Bearer {secret}\r\n"
    common += f"cookie: csrftoken={token}; etalase_session_commerce={session}\r\n"
    listener, url = listen()
    [endpoint] = system.endpoints
    with logging_to(tmp_path / "told") as message:
        async with serving(endpoint.app, listener):
            await asyncio.gather(*(leave(url, common, market.shop.slug, market.show_code) for _ in range(20)))
            await pace(0.5)
        written = message.end()
    assert "error" not in written, written[:3_000]
    assert "warning" not in written, written[:3_000]


async def leave(url: str, common: str, slug: str, code: str) -> None:
    """Begin each kind of request and hang up in the middle."""
    form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 500\r\n"
    parts = "content-type: multipart/form-data; boundary=x\r\ncontent-length: 500000\r\n"
    body = "content-type: application/json\r\ncontent-length: 500\r\n"
    chunks = "content-type: application/json\r\ntransfer-encoding: chunked\r\n"
    for start, head, content in (
        ("POST /checkout", form, "email=a"),
        ("POST /sign-in", form, "email=a"),
        (f"POST /desk/{slug}/settings", form, "name=a"),
        (
            f"POST /desk/{slug}/import",
            parts,
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\na,b',
        ),
        ("POST /cart/holds", body, '{"variant_id":'),
        ("POST /api/v1/orders", body, '{"email":'),
        ("POST /api/v1/shops", chunks, '4\r\n{"na\r\n'),
        ("POST /webhooks/midtrans", body, "{"),
        (f"POST /live/{code}/commands", body, "{"),
        (f"GET /live/{code}/events", "", ""),
        (f"GET /live/{code}/poll?wait=20&after=0&epoch=x", "", ""),
        (f"GET /live/{code}", "", ""),
        ("GET /", "", ""),
    ):
        await send_raw(url, f"{start} HTTP/1.1\r\n{common}{head}\r\n{content}".encode(), then_wait=0.05)
