"""The room: planned, live or over, as anyone with the link sees it."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from etalase import bridge
from etalase.bridge import Referral
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from etalase.policy import Law
from etalase.social import media
from etalase.social.media import MediaEngine, RecordingView
from etalase.social.rooms import (
    OfferNotInTray,
    RoomService,
    Show,
    ShowState,
    get_show,
    list_pins,
)
from etalase.web._frames import ReplayState
from etalase.web._pages import page
from etalase.web._preview import preview_show
from etalase.web.rooms._access import RoomRules
from etalase.web.rooms._stills import still_of
from etalase.web.rooms._views import (
    MomentView,
    moment_views,
    offer_views,
    pinned_view,
    replay_outlook,
    room_page,
    script_json,
)


@get("/live/{code:str}", include_in_schema=False)
async def show_room(
    code: FromPath[str],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
    engine: NamedDependency[MediaEngine],
    room_rules: NamedDependency[RoomRules],
    max_units: NamedDependency[int],
) -> Response[Any]:
    """Show the room; useful before any script runs, and without."""
    room = await rooms.open_room(code.upper())
    state, number = room.state, room.feed.number
    moments, outlook, recording = await _replay(db, room.show)
    live = engine.find_live(room.show.id)
    now = db.clock.now()
    buying, link_closed = room_rules.show_buying(now), room_rules.say_link_closed(now)
    template = "rooms/replay.html" if moments is not None else "rooms/room.html"
    return page(
        template,
        show=room.show,
        state=state,
        offers=offer_views(code, state.tray, now),
        pinned=pinned_view(state, now),
        moments=moments,
        outlook=outlook,
        buying=buying,
        link_closed=link_closed,
        block=script_json(
            room_page(
                state,
                number,
                buying=buying,
                link_closed=link_closed,
                max_units=max_units,
                moments=moments,
                referral=room_rules.sign_referral(room.show, now) if buying else "",
            )
        ),
        cover_url=still_of(room.show, live, recording, width=960),
        preview=preview_show(
            room.show,
            image=still_of(room.show, live, recording, width=960, suffix="jpg"),
            seconds=recording.duration_seconds if recording and recording.playable else None,
        ),
    )


async def _replay(db: Database, show: Show) -> tuple[list[MomentView] | None, str, RecordingView | None]:
    """Return the replay's moments, None where there is none to watch, whether one may come, and itself."""
    if show.state is not ShowState.ENDED:
        return None, "coming", None
    async with db.begin() as tx:
        recording = await media.find_recording(tx, show.id)
        outlook = replay_outlook(show, recording, db.clock.now())
        if recording is None or not recording.playable:
            return None, outlook, recording
        return moment_views(show, recording, await list_pins(tx, show)), outlook, recording


@get("/live/{code:str}/replay", include_in_schema=False)
async def show_replay_state(code: FromPath[str], db: NamedDependency[Database]) -> Response[ReplayState]:
    """Tell whether the replay can be watched: `ready`, `coming` or `none`; viewers who saw the end ask."""
    async with db.begin() as tx:
        show = await get_show(tx, code.upper())
        recording = await media.find_recording(tx, show.id)
    outlook = replay_outlook(show, recording, db.clock.now())
    return Response(ReplayState(outlook), headers={"cache-control": "no-store"})


@get("/live/{code:str}/offers/{product_id:uuid}", include_in_schema=False)
async def go_to_offer(
    code: FromPath[str],
    product_id: FromPath[UUID],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
    bridge_key: NamedDependency[str],
    law: NamedDependency[Law],
) -> Redirect:
    """Lead to the offer's page in the shop, and tell the shop from which show the buyer came."""
    room = await rooms.open_room(code.upper())
    card = next((card for card in room.state.tray if card.product_id == product_id), None)
    if card is None:
        raise OfferNotInTray
    referral = Referral(room.show.shop.id, room.show.code, Venue.SHOP, product_id)
    token = bridge.issue_referral(law, bridge_key, referral, db.clock.now())
    return Redirect(f"{card.url}?ref={token}", status_code=303)


ROUTES: list[Any] = [show_room, show_replay_state, go_to_offer]
