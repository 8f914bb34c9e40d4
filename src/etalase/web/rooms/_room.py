"""The room: planned, live or over, as anyone with the link sees it."""

from datetime import UTC, timedelta
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
    NoSuchShow,
    OfferNotInTray,
    RoomService,
    Show,
    ShowState,
    get_show,
    list_pins,
)
from etalase.web._pages import page
from etalase.web.rooms._access import in_room_purchase
from etalase.web.rooms._covers import cover_url
from etalase.web.rooms._views import MomentView, moment_views, offer_views, pinned_view, room_block

USUAL_LENGTH = timedelta(hours=1)


@get("/live/{code:str}")
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
    moments = await _moments(db, room.show)
    verdict = in_room_purchase(policy, db.clock.now())
    template = "rooms/replay.html" if moments is not None else "rooms/room.html"
    return page(
        template,
        show=room.show,
        state=state,
        offers=offer_views(code, state.tray),
        pinned=pinned_view(state),
        moments=moments,
        buying=verdict.allowed,
        verdict=verdict,
        block=room_block(state, number, buying=verdict.allowed, moments=moments),
        cover_url=cover_url(room.show, 960),
        preview_url=cover_url(room.show, 960, "jpg"),
        link=str(request.url.with_replacements(query="")),
        origin=str(request.base_url).rstrip("/"),
    )


async def _moments(db: Database, show: Show) -> list[MomentView] | None:
    """Return the replay's moments, or None where there is no replay to watch yet."""
    if show.state is not ShowState.ENDED:
        return None
    async with db.begin() as tx:
        recording = await media.find_recording(tx, show.id)
        if recording is None or not recording.playable:
            return None
        return moment_views(show, recording, await list_pins(tx, show))


@get("/live/{code:str}/offers/{product_id:uuid}")
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


@get("/live/{code:str}/calendar.ics", media_type="text/calendar")
async def remind(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
) -> Response[str]:
    """Return the planned show as an entry for the viewer's calendar (RFC 5545)."""
    async with db.begin() as tx:
        show = await get_show(tx, code.upper())
    if show.state is not ShowState.PLANNED:
        raise NoSuchShow
    base = str(request.base_url).rstrip("/")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Etalase//Shows//EN",
        "BEGIN:VEVENT",
        f"UID:{show.id}@{request.url.hostname}",
        f"DTSTAMP:{db.clock.now():%Y%m%dT%H%M%SZ}",
        f"DTSTART:{show.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTEND:{(show.starts_at + USUAL_LENGTH).astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{_escape(f'{show.title} · {show.shop.name}')}",
        f"URL:{base}/live/{show.code}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    headers = {"content-disposition": f'attachment; filename="etalase-{show.code}.ics"'}
    return Response("\r\n".join(_fold(line) for line in lines), headers=headers, media_type="text/calendar")


def _escape(text: str) -> str:
    """Escape text for a calendar's value (RFC 5545, section 3.3.11)."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _fold(line: str) -> str:
    """Break a line after at most 75 bytes (RFC 5545, section 3.1); here after 60 characters or fewer."""
    most = 75 if line.isascii() else 18
    return "\r\n ".join(line[start : start + most] for start in range(0, len(line), most)) if line else line


ROUTES: list[Any] = [show_room, go_to_offer, remind]
