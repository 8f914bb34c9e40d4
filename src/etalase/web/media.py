"""Video over HTTP: playlists and parts, replays, WHIP, and the socket that a browser's recorder sends to.

Names in addresses are looked up in the engine's memory or in the database; none is ever joined to a path.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, WebSocket, delete, get, patch, post, websocket
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException, WebSocketDisconnect
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_201_CREATED,
    HTTP_400_BAD_REQUEST,
    HTTP_404_NOT_FOUND,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    HTTP_429_TOO_MANY_REQUESTS,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from etalase import accounts
from etalase.accounts import SignedIn
from etalase.kernel.errors import Refusal
from etalase.platform.db import Away, Database
from etalase.platform.ratelimit import TooManyTries
from etalase.social import media, rooms
from etalase.web._compression import accepts_gzip
from etalase.web._ranges import file_response
from etalase.web._security import is_own_page
from etalase.web._waits import COME_BACK_SECONDS, waiting

IngestGate = Callable[[ASGIConnection[Any, Any, Any, Any], str], Awaitable[UUID | None]]
"""Tells which show the person behind a connection may broadcast as `code`; None if not this one."""

FOREVER = "public, max-age=86400, immutable"
MAX_OFFER_BYTES = 64 << 10
WRONG_KEY_SECONDS = 1.0
SILENCE_SECONDS = 20.0
ACK_SECONDS = 1.0

SKIPS = {"YES", "v2"}
"""What asks for a delta update; there are no date ranges, so both are the same (section 6.2.5.1)."""

OPEN = {"exclude_from_auth": True, "exclude_from_csrf": True}
CLOSE_CODES = {
    media.GONE: 1000,
    media.SHUTTING_DOWN: 1012,
    media.UNREADABLE: 4400,
    "not_yours": 4403,
    "silent": 4408,
    media.REPLACED: 4409,
    media.SHOW_OVER: 4410,
    media.ShowNotOnAir.code: 4410,
    media.ChunkTooLarge.code: 4413,
    media.UnknownContainer.code: 4415,
    media.VideoTooFast.code: 4429,
    media.OVERLOADED: 4503,
    media.TooManyStreams.code: 4503,
    media.NO_SPACE: 4507,
}
"""Close codes of the ingest socket by reason. The reason itself goes along as text."""


def ingest_gate(db: Database) -> IngestGate:
    """Return the gate that lets the hosts of a show's shop broadcast it."""

    async def authorise(connection: ASGIConnection[Any, Any, Any, Any], code: str) -> UUID | None:
        user = connection.scope.get("user")
        if not isinstance(user, SignedIn):
            return None
        try:
            async with db.begin() as tx:
                if not await accounts.is_still_in(tx, user):
                    return None
                return (await rooms.get_hosted_show(tx, user.account_id, code)).id
        except rooms.NoSuchShow:
            return None

    return authorise


# --- for viewers ---------------------------------------------------------------------------------


@get("/media/{session:str}/index.m3u8", opt=OPEN, include_in_schema=False)
async def playlist(
    request: Request[Any, Any, Any], session: FromPath[str], engine: NamedDependency[media.HouseEngine]
) -> Response[bytes]:
    """Return the playlist, at once or when it has the part that is asked for (RFC 8216bis, 6.2.5.2)."""
    stream = engine.find_stream(session)
    if stream is None:
        return _absent()
    segment, part = request.query_params.get("_HLS_msn"), request.query_params.get("_HLS_part")
    reached = False
    if segment is not None or part is not None:
        wanted = media.read_playlist_request(segment, part)
        if wanted is None or stream.is_far_ahead(wanted):
            return _nothing(HTTP_400_BAD_REQUEST)
        try:
            with waiting(request, engine.settings.max_waits_per_address):
                reached = await stream.wait_for(wanted)
        except TooManyTries:
            return _too_many()
        if not reached and not stream.idle:
            return _nothing(HTTP_503_SERVICE_UNAVAILABLE)
    found = stream.pieces.find_playlist(skips=request.query_params.get("_HLS_skip") in SKIPS)
    if found is None:
        return _absent()
    kept = f"public, max-age={stream.blocking_cache_seconds}" if reached else "no-cache"
    return _text(found, kept, request.headers.get("accept-encoding", ""))


@get("/media/{session:str}/{name:str}", opt=OPEN, include_in_schema=False)
async def piece(
    request: Request[Any, Any, Any],
    session: FromPath[str],
    name: FromPath[str],
    engine: NamedDependency[media.HouseEngine],
) -> Response[bytes]:
    """Return a part, a segment, an init segment or the poster; the part that comes next is waited for."""
    stream = engine.find_stream(session)
    if stream is None:
        return _absent()
    try:
        with waiting(request, engine.settings.max_waits_per_address):
            await stream.wait_for_part(name)
    except TooManyTries:
        return _too_many()
    found = stream.pieces.find_blob(name)
    if found is None:
        return _absent()
    return _blob(found, "public, max-age=5" if found.content_type == "image/jpeg" else FOREVER)


@get(["/replay/{name:str}"], opt=OPEN, include_in_schema=False)
async def replay(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    db: NamedDependency[Database],
    engine: NamedDependency[media.HouseEngine],
) -> Response[Any]:
    """Return a show's recording (`<code>.mp4`) or its still (`<code>.jpg`), or a range of it."""
    code, _, kind = name.rpartition(".")
    show_id = await engine.broadcasts.find_show(code) if kind in {"mp4", "jpg"} else None
    if show_id is None:
        return _absent()
    async with db.begin() as tx:
        recording = await media.find_recording(tx, show_id)
    key = None if recording is None else recording.replay_key if kind == "mp4" else recording.poster_key
    if recording is None or key is None or not (engine.folder / key).is_file():
        return _absent()
    return file_response(
        engine.folder / key,
        content_type="video/mp4" if kind == "mp4" else "image/jpeg",
        etag=f'"{show_id.hex}-{recording.revision}"',
        headers={"cache-control": "public, max-age=60"},
        asked=request.headers,
    )


# --- for broadcasters ----------------------------------------------------------------------------


@post("/whip/{code:str}", opt=OPEN, include_in_schema=False, request_max_body_size=MAX_OFFER_BYTES)
async def publish_by_whip(
    request: Request[Any, Any, Any], code: FromPath[str], engine: NamedDependency[media.HouseEngine]
) -> Response[str]:
    """Answer a WHIP offer (RFC 9725, section 4.2). The bearer token is the show's stream key."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/sdp":
        raise HTTPException(status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)
    offer = (await request.body()).decode("utf-8", "replace")
    show_id, key = await _show_of_bearer(request, code, engine)
    answer = await engine.whip.accept(show_id, offer, key)
    return Response(
        answer.sdp,
        status_code=HTTP_201_CREATED,
        media_type="application/sdp",
        headers={"location": f"/whip/{code}/{answer.resource}"},
    )


@delete("/whip/{code:str}/{resource:str}", opt=OPEN, include_in_schema=False, status_code=HTTP_200_OK)
async def end_whip(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    resource: FromPath[str],
    engine: NamedDependency[media.HouseEngine],
) -> Response[str]:
    """End a WHIP broadcast."""
    show_id, _ = await _show_of_bearer(request, code, engine)
    if not await engine.whip.hang_up(show_id, resource):
        raise NotFoundException
    return Response("", status_code=HTTP_200_OK)


@patch("/whip/{code:str}/{resource:str}", opt=OPEN, include_in_schema=False)
async def refuse_trickle(code: FromPath[str], resource: FromPath[str]) -> Response[str]:  # noqa: ARG001  the path's
    """Say that candidates are not taken one by one, and ICE is not restarted (RFC 9725, section 4.3.1).

    Broadcasters go on with the candidates of their offer: ours are all in the answer.
    """
    return Response("", status_code=HTTP_405_METHOD_NOT_ALLOWED, headers={"allow": "DELETE"})


@websocket("/studio/{code:str}/ingest", opt=OPEN)
async def ingest(
    socket: WebSocket[Any, Any, Any],
    code: FromPath[str],
    engine: NamedDependency[media.HouseEngine],
    authorise_ingest: NamedDependency[Any],
) -> None:
    """Take MediaRecorder's chunks as binary messages until either side ends it; see CLOSE_CODES.

    Once a second the server says `{"t": "ack", "bytes": n}`: what it has taken, so that the studio can tell
    how far the network lags behind.
    """
    await socket.accept()
    gate: IngestGate = authorise_ingest
    show_id = await gate(socket, code) if is_own_page(socket) else None
    reason = "not_yours" if show_id is None else await _take_broadcast(socket, engine, show_id, gate)
    if reason is not None:
        await socket.close(CLOSE_CODES[reason], reason)


async def _take_broadcast(
    socket: WebSocket[Any, Any, Any], engine: media.HouseEngine, show_id: UUID, gate: IngestGate
) -> str | None:
    """Carry one broadcast; return why the server ends it, None when the browser has."""
    feed = media.ChunkFeed(engine.settings.max_megabits)
    publication: media.Publication | None = None
    try:
        first = b""
        while len(first) < media.ChunkFeed.MIN_BYTES:  # Chromium's first chunk may be a single byte
            chunk = await _receive(socket, None)
            if chunk is None:
                return "silent"
            first += chunk
        publication = await engine.publish(show_id, feed.start(first))
        feed.take(first)
        return await _pump(socket, feed, publication, gate)
    except WebSocketDisconnect:
        return None
    except Refusal as refusal:
        return refusal.code
    finally:
        if publication is not None:
            publication.close()


async def _pump(
    socket: WebSocket[Any, Any, Any],
    feed: media.ChunkFeed,
    publication: media.Publication,
    gate: IngestGate,
) -> str:
    """Take chunks until either side ends it, or the host's session or right to the show has ended."""
    loop = asyncio.get_running_loop()
    acknowledged = loop.time()
    while True:
        chunk = await _receive(socket, publication)
        if publication.over.is_set():
            return publication.reason
        if chunk is None:
            return "silent"
        publication.heard_at = time.monotonic()
        feed.take(chunk)
        if loop.time() - acknowledged >= ACK_SECONDS:
            acknowledged = loop.time()
            await socket.send_json({"t": "ack", "bytes": feed.received_bytes})
            if not await _is_still_let_in(socket, gate):
                return "not_yours"


async def _is_still_let_in(socket: WebSocket[Any, Any, Any], gate: IngestGate) -> bool:
    """Ask the gate again; a database that is away ends no broadcast."""
    try:
        return await gate(socket, str(socket.path_params["code"])) is not None
    except Away:
        return True


async def _receive(socket: WebSocket[Any, Any, Any], publication: media.Publication | None) -> bytes | None:
    """Wait for a chunk; None when none came for long, or the broadcast is over."""
    incoming = asyncio.ensure_future(socket.receive_data("binary"))
    waits: set[asyncio.Future[Any]] = {incoming}
    if publication is not None:
        waits.add(asyncio.ensure_future(publication.over.wait()))
    done, pending = await asyncio.wait(waits, timeout=SILENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return incoming.result() if incoming in done else None


async def _show_of_bearer(
    request: Request[Any, Any, Any], code: str, engine: media.HouseEngine
) -> tuple[UUID, str]:
    """Return the show and the stream key. Raises WrongStreamKey, after a wait that makes guessing slow."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    key = bearer.strip()
    show_id = await engine.find_show_by_key(key) if scheme.lower() == "bearer" else None
    if show_id is None or await engine.broadcasts.find_show(code) != show_id:
        await asyncio.sleep(WRONG_KEY_SECONDS)
        raise media.WrongStreamKey
    return show_id, key


def _blob(blob: media.Blob, cache_control: str) -> Response[bytes]:
    return Response(blob.content, media_type=blob.content_type, headers={"cache-control": cache_control})


def _text(blob: media.Blob, cache_control: str, accepted: str) -> Response[bytes]:
    """Return text that was compressed once for everybody."""
    headers = {"cache-control": cache_control, "vary": "accept-encoding"}
    if blob.gzipped is None or not accepts_gzip(accepted):
        return Response(blob.content, media_type=blob.content_type, headers=headers)
    headers["content-encoding"] = "gzip"
    return Response(blob.gzipped, media_type=blob.content_type, headers=headers)


def _too_many() -> Response[bytes]:
    headers = {"cache-control": "no-store", "retry-after": str(COME_BACK_SECONDS)}
    return Response(b"", status_code=HTTP_429_TOO_MANY_REQUESTS, headers=headers)


def _absent() -> Response[bytes]:
    return _nothing(HTTP_404_NOT_FOUND)


def _nothing(status: int) -> Response[bytes]:
    return Response(b"", status_code=status, headers={"cache-control": "no-store"})


ROUTES: list[Any] = [playlist, piece, replay, publish_by_whip, end_whip, refuse_trickle, ingest]
