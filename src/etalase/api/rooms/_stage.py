"""What a host does during a show: pins, lines, moderation, and where the video comes in."""

from typing import Any
from uuid import UUID

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase.api.rooms._hosting import Hosting, hosting_router
from etalase.api.rooms._shapes import (
    DoorsRequest,
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
    ChooseClaimDoors,
    CloseClaims,
    DeleteLine,
    MuteViewer,
    OpenClaims,
    PinNext,
    PinOffer,
    Say,
    Show,
    UnblockViewer,
    UnmuteViewer,
    UnpinOffer,
    get_show,
    list_pins,
)


@get("/api/v1/shows/{code:str}/pins", opt={"public": True}, tags=["Room"], summary="List pins")
async def list_show_pins(db: NamedDependency[Database], code: FromPath[str]) -> PinList:
    """Tell when each offer was shown; anybody with the code may ask."""
    async with db.begin() as tx:
        pins = await list_pins(tx, await get_show(tx, code))
    return PinList([PinItem(pin.product_id, pin.from_seconds, pin.to_seconds) for pin in pins])


@put("/pin", status_code=HTTP_204_NO_CONTENT, summary="Pin an offer")
async def pin_offer(hosting: NamedDependency[Hosting], data: JSONBody[PinRequest]) -> None:
    """Show an offer of the tray to everybody; it takes the place of the one shown before."""
    if data.claims_by is not None:
        await hosting.perform(ChooseClaimDoors(product_id=data.product_id, by=data.claims_by))
    await hosting.perform(PinOffer(product_id=data.product_id))


@delete("/pin", summary="Unpin the offer")
async def unpin_offer(hosting: NamedDependency[Hosting]) -> None:
    """Show no offer."""
    await hosting.perform(UnpinOffer())


@post("/pin/next", status_code=HTTP_204_NO_CONTENT, summary="Pin the next offer")
async def pin_next(hosting: NamedDependency[Hosting]) -> None:
    """Show the offer of the tray that comes after the one on show; the first where none is."""
    await hosting.perform(PinNext())


@put("/closed/{product_id:uuid}", status_code=HTTP_204_NO_CONTENT, summary="Close claims")
async def close_claims(hosting: NamedDependency[Hosting], product_id: FromPath[UUID]) -> None:
    """Take no more claims in this show for an offer; what was won before stays won."""
    await hosting.perform(CloseClaims(product_id=product_id))


@delete("/closed/{product_id:uuid}", summary="Open claims again")
async def open_claims(hosting: NamedDependency[Hosting], product_id: FromPath[UUID]) -> None:
    """Take claims for the offer again."""
    await hosting.perform(OpenClaims(product_id=product_id))


@put("/doors/{product_id:uuid}", status_code=HTTP_204_NO_CONTENT, summary="Choose how an offer is claimed")
async def choose_claim_doors(
    hosting: NamedDependency[Hosting], product_id: FromPath[UUID], data: JSONBody[DoorsRequest]
) -> None:
    """Take claims for an offer by button, by comment or by both; what was won before stays won."""
    await hosting.perform(ChooseClaimDoors(product_id=product_id, by=data.by))


@post("/lines", status_code=HTTP_201_CREATED, summary="Say a line")
async def say_line(hosting: NamedDependency[Hosting], data: JSONBody[LineRequest]) -> SaidLine:
    """Say a line in the room as its host."""
    facts = await hosting.perform(Say(text=data.text))
    return SaidLine(facts["line"])


@delete("/lines/{line:str}", summary="Delete a line")
async def delete_line(hosting: NamedDependency[Hosting], line: FromPath[str]) -> None:
    """Take a line away, from all screens."""
    await hosting.perform(DeleteLine(line=line))


@put("/mutes/{viewer:str}", status_code=HTTP_204_NO_CONTENT, summary="Mute a viewer")
async def mute_viewer(
    hosting: NamedDependency[Hosting], viewer: FromPath[str], data: JSONBody[MuteRequest]
) -> None:
    """Let a viewer not write for some time; `viewer` is the pseudonym in their lines."""
    await hosting.perform(MuteViewer(viewer=viewer, seconds=data.seconds))


@delete("/mutes/{viewer:str}", summary="Unmute a viewer")
async def unmute_viewer(hosting: NamedDependency[Hosting], viewer: FromPath[str]) -> None:
    """Let a muted viewer write again."""
    await hosting.perform(UnmuteViewer(viewer=viewer))


@put("/blocks/{viewer:str}", status_code=HTTP_204_NO_CONTENT, summary="Block a viewer")
async def block_viewer(hosting: NamedDependency[Hosting], viewer: FromPath[str]) -> None:
    """Let a viewer write nothing in the shop's rooms any more, and take their lines away."""
    await hosting.perform(BlockViewer(viewer=viewer))


@delete("/blocks/{viewer:str}", summary="Unblock a viewer")
async def unblock_viewer(hosting: NamedDependency[Hosting], viewer: FromPath[str]) -> None:
    """Let a blocked viewer write again."""
    await hosting.perform(UnblockViewer(viewer=viewer))


@get("/stream", summary="Where to send the video")
async def show_stream(
    hosting: NamedDependency[Hosting],
    engine: NamedDependency[MediaEngine],
    stream_keys: NamedDependency[StreamKeys],
) -> StreamAddress:
    """Tell the stream key and the addresses for OBS or ffmpeg."""
    async with hosting.open() as (tx, show):
        return _stream(engine, show, await stream_keys.get_key(tx, show.id))


@post("/stream/key", status_code=HTTP_201_CREATED, summary="Replace the stream key")
async def replace_stream_key(
    hosting: NamedDependency[Hosting],
    engine: NamedDependency[MediaEngine],
    stream_keys: NamedDependency[StreamKeys],
) -> StreamAddress:
    """Make another key; the old one opens nothing any more, and whoever broadcasts with it is sent away."""
    async with hosting.open() as (tx, show):
        key = await stream_keys.replace_key(tx, show.id)
    engine.replace_key(show.id)
    return _stream(engine, show, key)


def _stream(engine: MediaEngine, show: Show, key: str) -> StreamAddress:
    addresses = engine.list_addresses(show.code)
    return StreamAddress(key, addresses.rtmp_url, addresses.whip_path)


HOSTS = [
    pin_offer,
    unpin_offer,
    pin_next,
    close_claims,
    open_claims,
    choose_claim_doors,
    say_line,
    delete_line,
    mute_viewer,
    unmute_viewer,
    block_viewer,
    unblock_viewer,
    show_stream,
    replace_stream_key,
]
ROUTES: list[Any] = [list_show_pins, hosting_router("Room", HOSTS)]
