"""The room: planned, live or over, as anyone with the link sees it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from etalase import bridge
from etalase.bridge import Referral
from etalase.platform.db import Database
from etalase.policy import Rulebook
from etalase.social import media
from etalase.social.rooms import (
    OfferNotInTray,
    RoomService,
    Show,
    ShowState,
    get_show,
    list_pins,
)
from etalase.web._pages import page
from etalase.web.rooms._access import in_room_purchase
from etalase.web.rooms._views import (
    MomentView,
    moment_views,
    offer_views,
    pinned_view,
    replay_outlook,
    room_block,
)


@get("/live/{code:str}", include_in_schema=False)
async def show_room(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
    policy: NamedDependency[Rulebook],
) -> Response[Any]:
    """Show the room; useful before any script runs, and without."""
    room = await rooms.open_room(code.upper())
    state, number = room.state, room.channel.number
    moments, outlook = await _replay(db, room.show)
    verdict = in_room_purchase(policy, db.clock.now())
    template = "rooms/replay.html" if moments is not None else "rooms/room.html"
    return page(
        template,
        show=room.show,
        state=state,
        offers=offer_views(code, state.tray),
        pinned=pinned_view(state),
        moments=moments,
        outlook=outlook,
        buying=verdict.allowed,
        verdict=verdict,
        block=room_block(state, number, buying=verdict.allowed, moments=moments),
        cover_url=room.show.cover_path(960),
        preview_url=room.show.cover_path(960, "jpg"),
        link=str(request.url.with_replacements(query="")),
        origin=str(request.base_url).rstrip("/"),
    )


async def _replay(db: Database, show: Show) -> tuple[list[MomentView] | None, str]:
    """Return the replay's moments, None where there is none to watch, and whether one may still come."""
    if show.state is not ShowState.ENDED:
        return None, "coming"
    async with db.begin() as tx:
        recording = await media.find_recording(tx, show.id)
        outlook = replay_outlook(show, recording, db.clock.now())
        if recording is None or not recording.playable:
            return None, outlook
        return moment_views(show, recording, await list_pins(tx, show)), outlook


@get("/live/{code:str}/replay", include_in_schema=False)
async def tell_replay(code: FromPath[str], db: NamedDependency[Database]) -> Response[dict[str, str]]:
    """Tell whether the replay can be watched: `ready`, `coming` or `none`; viewers who saw the end ask."""
    async with db.begin() as tx:
        show = await get_show(tx, code.upper())
        recording = await media.find_recording(tx, show.id)
    outlook = replay_outlook(show, recording, db.clock.now())
    return Response({"replay": outlook}, headers={"cache-control": "no-store"})


@get("/live/{code:str}/offers/{product_id:uuid}", include_in_schema=False)
async def go_to_offer(
    code: FromPath[str],
    product_id: FromPath[UUID],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
    bridge_key: NamedDependency[str],
) -> Redirect:
    """Lead to the offer's page in the shop, and tell the shop from which show the buyer came."""
    room = await rooms.open_room(code.upper())
    card = next((card for card in room.state.tray if card.product_id == product_id), None)
    if card is None:
        raise OfferNotInTray
    token = bridge.sign_referral(bridge_key, Referral(room.show.code, product_id), db.clock.now())
    return Redirect(f"{card.url}?ref={token}", status_code=303)


ROUTES: list[Any] = [show_room, tell_replay, go_to_offer]
