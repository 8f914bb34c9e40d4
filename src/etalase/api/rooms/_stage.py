"""What a host does during a show: pins, lines, moderation, and where the video comes in."""

from typing import Any

from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase.api._auth import caller, signed_in
from etalase.api.rooms._shapes import (
    LineRequest,
    MuteRequest,
    PinItem,
    PinList,
    PinRequest,
    SaidLine,
    StreamAddress,
)
from etalase.platform.db import Database
from etalase.social.media import MediaEngine, StreamKeys
from etalase.social.rooms import (
    BlockViewer,
    Command,
    DeleteLine,
    MuteViewer,
    PinOffer,
    RoomService,
    Say,
    Show,
    UnblockViewer,
    UnmuteViewer,
    UnpinOffer,
    get_hosted_show,
    get_show,
    list_pins,
)

TAGS = ["Room"]


@put("/api/v1/shows/{code:str}/pin", guards=[signed_in], status_code=HTTP_204_NO_CONTENT, tags=TAGS)
async def pin_offer(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    data: JSONBody[PinRequest],
) -> None:
    """Show an offer of the tray to everybody; it takes the place of the one shown before."""
    await _perform(request, rooms, code, PinOffer(product_id=data.product_id))


@delete("/api/v1/shows/{code:str}/pin", guards=[signed_in], tags=TAGS, summary="Unpin the offer")
async def unpin_offer(
    request: Request[Any, Any, Any], rooms: NamedDependency[RoomService], code: FromPath[str]
) -> None:
    """Show no offer."""
    await _perform(request, rooms, code, UnpinOffer())


@get("/api/v1/shows/{code:str}/pins", opt={"public": True}, tags=TAGS, summary="List pins")
async def list_show_pins(db: NamedDependency[Database], code: FromPath[str]) -> PinList:
    """Tell when each offer was shown; anybody with the code may ask."""
    async with db.begin() as tx:
        pins = await list_pins(tx, await get_show(tx, code))
    return PinList([PinItem(pin.product_id, pin.from_seconds, pin.to_seconds) for pin in pins])


@post(
    "/api/v1/shows/{code:str}/lines",
    guards=[signed_in],
    status_code=HTTP_201_CREATED,
    tags=TAGS,
    summary="Say a line",
)
async def say_line(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    data: JSONBody[LineRequest],
) -> SaidLine:
    """Say a line in the room as its host."""
    facts = await _perform(request, rooms, code, Say(text=data.text))
    return SaidLine(facts["line"])


@delete("/api/v1/shows/{code:str}/lines/{line:str}", guards=[signed_in], tags=TAGS, summary="Delete a line")
async def delete_line(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    line: FromPath[str],
) -> None:
    """Take a line away, from all screens."""
    await _perform(request, rooms, code, DeleteLine(line=line))


@put(
    "/api/v1/shows/{code:str}/mutes/{viewer:str}",
    guards=[signed_in],
    status_code=HTTP_204_NO_CONTENT,
    tags=TAGS,
    summary="Mute a viewer",
)
async def mute_viewer(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    viewer: FromPath[str],
    data: JSONBody[MuteRequest],
) -> None:
    """Let a viewer not write for some time; `viewer` is the pseudonym in their lines."""
    await _perform(request, rooms, code, MuteViewer(viewer=viewer, seconds=data.seconds))


@delete("/api/v1/shows/{code:str}/mutes/{viewer:str}", guards=[signed_in], tags=TAGS)
async def unmute_viewer(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    viewer: FromPath[str],
) -> None:
    """Let a muted viewer write again."""
    await _perform(request, rooms, code, UnmuteViewer(viewer=viewer))


@put(
    "/api/v1/shows/{code:str}/blocks/{viewer:str}",
    guards=[signed_in],
    status_code=HTTP_204_NO_CONTENT,
    tags=TAGS,
    summary="Block a viewer",
)
async def block_viewer(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    viewer: FromPath[str],
) -> None:
    """Let a viewer write nothing in the shop's rooms any more, and take their lines away."""
    await _perform(request, rooms, code, BlockViewer(viewer=viewer))


@delete("/api/v1/shows/{code:str}/blocks/{viewer:str}", guards=[signed_in], tags=TAGS)
async def unblock_viewer(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    viewer: FromPath[str],
) -> None:
    """Let a blocked viewer write again."""
    await _perform(request, rooms, code, UnblockViewer(viewer=viewer))


@get("/api/v1/shows/{code:str}/stream", guards=[signed_in], tags=TAGS, summary="Where to send the video")
async def show_stream(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    engine: NamedDependency[MediaEngine],
    stream_keys: NamedDependency[StreamKeys],
    code: FromPath[str],
) -> StreamAddress:
    """Tell the stream key and the addresses for OBS or ffmpeg."""
    async with db.begin() as tx:
        show = await get_hosted_show(tx, caller(request).account_id, code)
        key = await stream_keys.get_key(tx, show.id)
    return _stream(engine, show, key)


@post(
    "/api/v1/shows/{code:str}/stream/key",
    guards=[signed_in],
    status_code=HTTP_201_CREATED,
    tags=TAGS,
    summary="Replace the stream key",
)
async def replace_stream_key(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    engine: NamedDependency[MediaEngine],
    stream_keys: NamedDependency[StreamKeys],
    code: FromPath[str],
) -> StreamAddress:
    """Make another key; the old one opens nothing any more."""
    async with db.begin() as tx:
        show = await get_hosted_show(tx, caller(request).account_id, code)
        key = await stream_keys.replace_key(tx, show.id)
    return _stream(engine, show, key)


async def _perform(
    request: Request[Any, Any, Any], rooms: RoomService, code: str, command: Command
) -> dict[str, str]:
    return await rooms.perform_as_host(caller(request).account_id, code, command)


def _stream(engine: MediaEngine, show: Show, key: str) -> StreamAddress:
    addresses = engine.list_addresses(show.code)
    return StreamAddress(key, addresses.rtmp_url, addresses.whip_path)


ROUTES: list[Any] = [
    pin_offer,
    unpin_offer,
    list_show_pins,
    say_line,
    delete_line,
    mute_viewer,
    unmute_viewer,
    block_viewer,
    unblock_viewer,
    show_stream,
    replace_stream_key,
]
