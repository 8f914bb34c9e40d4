"""The front page: of the social plane its shows, of a commerce plane that stands alone its shops."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import shops
from etalase.kernel.clock import Clock
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import gettext as _
from etalase.platform.read_cache import ReadCache
from etalase.policy import Action, Law
from etalase.social.media import MediaEngine, find_recordings
from etalase.social.rooms import RoomService, Show, get_show, list_coming, list_live, list_past
from etalase.web._closed import closed_by
from etalase.web._pages import HtmlPage
from etalase.web._preview import preview_site
from etalase.web._public_pages import PublicPage, PublicView
from etalase.web.rooms._stills import still_of

SHOWN = 12
SHOPS_SHOWN = 60


class HomeProgram(Protocol):
    """The setting that the front page needs: where the shops are, when another process serves them."""

    commerce_url: str


class HomeSettings(Protocol):
    """What holds that setting."""

    @property
    def program(self) -> HomeProgram:
        """The settings of the whole program."""
        ...


@dataclass(frozen=True, slots=True)
class ShowTile:
    """A show as a card of the front page."""

    href: str
    title: str
    shop: str
    at: datetime
    cover: str | None = None
    viewers: int | None = None


@dataclass(frozen=True, slots=True)
class ShopTile:
    """A shop as a tile of the front page."""

    href: str
    name: str
    place: str = ""
    logo: str | None = None


def _site_of(settings: HomeSettings) -> str:
    return settings.program.commerce_url.rstrip("/")


@dataclass(eq=False, kw_only=True)
class HomeView(PublicView):
    """What the front page shows."""

    live: Sequence[ShowTile]
    coming: Sequence[ShowTile]
    past: Sequence[ShowTile]
    shops: Sequence[ShopTile]


async def _read_home(site: str, rooms: RoomService, engine: MediaEngine, tx: Tx) -> HomeView:
    live = await list_live(tx, SHOWN)
    coming = await list_coming(tx, SHOWN)
    past = await list_past(tx, SHOWN)
    recordings = await find_recordings(tx, [show.id for show in past])
    return HomeView(
        live=[
            _tile(show, still_of(show, engine.find_live(show.id)), rooms.count_viewers(show.code) or None)
            for show in live
        ],
        coming=[_tile(show, still_of(show)) for show in coming],
        past=[_tile(show, still_of(show, recording=recordings.get(show.id))) for show in past],
        shops=_shops_of([*live, *coming, *past], site),
    )


@get("/", include_in_schema=False)
async def show_home(
    reads: NamedDependency[ReadCache],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Any],
    rooms: NamedDependency[RoomService],
    engine: NamedDependency[MediaEngine],
    law: NamedDependency[Law],
) -> HtmlPage:
    """Show who is live, who comes next, what can be watched again, and the shops behind them."""
    site = _site_of(settings)
    link_closed = closed_by(law, clock.now(), Action.LINK_TO_SHOP)
    # Whether links are closed is asked each time, and of each answer there is a page.
    view = await reads.get(("home", bool(link_closed)), partial(_read_home, site, rooms, engine))
    preview = preview_site(
        "Etalase", _("Sellers show their things live. Watch, ask, and buy from the shop itself.")
    )
    shown = {
        "live": view.live,
        "coming": view.coming,
        "past": view.past,
        "shops": [] if link_closed else view.shops,
        "link_closed": link_closed,
        "preview": preview,
    }
    return PublicPage("home/home.html", view, shown)


@get("/live/{code:str}/reminder.ics", include_in_schema=False)
async def remind(
    db: NamedDependency[Database], public_url: NamedDependency[str], code: FromPath[str]
) -> Response[str]:
    """Give a calendar entry for a planned show, so that a reminder needs no account and no address."""
    async with db.begin() as tx:
        show = await get_show(tx, code)
        now = tx.clock.now()
    return Response(
        reminder(_tile(show), f"{public_url}/live/{show.code}", now),
        media_type="text/calendar",
        headers={"content-disposition": 'attachment; filename="etalase.ics"'},
    )


@dataclass(eq=False, kw_only=True)
class MarketView(PublicView):
    """What the front page of a commerce plane that stands alone shows."""

    shops: Sequence[ShopTile]


async def _read_market(tx: Tx) -> MarketView:
    found = await shops.list_shops(tx, limit=SHOPS_SHOWN)
    return MarketView(
        shops=[ShopTile(f"/shop/{shop.slug}", shop.name, shop.origin.city, _logo_of(shop)) for shop in found]
    )


@get("/", include_in_schema=False)
async def show_market(reads: NamedDependency[ReadCache]) -> HtmlPage:
    """Show the shops: the front page of a commerce plane that stands alone."""
    view = await reads.get("market", _read_market)
    preview = preview_site("Etalase", _("Look around, put things aside, pay the way you like."))
    return PublicPage("home/market.html", view, {"shops": view.shops, "preview": preview})


def _logo_of(shop: shops.ShopView) -> str | None:
    return f"/files/{shop.logo_key}/240.webp" if shop.logo_key else None


def _tile(show: Show, cover: str | None = None, viewers: int | None = None) -> ShowTile:
    return ShowTile(
        href=f"/live/{show.code}",
        title=show.title,
        shop=show.shop.name,
        at=show.listed_at,
        cover=cover,
        viewers=viewers,
    )


def _shops_of(shows: Iterable[Show], site: str) -> list[ShopTile]:
    by_slug = {show.shop.slug: show.shop for show in shows}
    return [ShopTile(f"{site}/shop/{shop.slug}", shop.name) for shop in by_slug.values()]


def reminder(tile: ShowTile, address: str, now: datetime, length: timedelta = timedelta(hours=2)) -> str:
    """Return a calendar entry for the show with an alarm ten minutes before (RFC 5545).

    Its SEQUENCE grows with the time of asking, so that a show that was moved replaces its earlier entry.
    """
    moments = [f"{moment:%Y%m%dT%H%M%SZ}" for moment in (now, tile.at, tile.at + length)]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Etalase//Shows//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{address.rsplit('/', 1)[-1]}@etalase",
        f"DTSTAMP:{moments[0]}",
        f"SEQUENCE:{now.timestamp() // 60:.0f}",
        f"DTSTART:{moments[1]}",
        f"DTEND:{moments[2]}",
        f"SUMMARY:{_calendar_text(f'{tile.title} · {tile.shop}')}",
        f"URL:{address}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_calendar_text(tile.title)}",
        "TRIGGER:-PT10M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _calendar_text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str, octets: int = 60) -> str:
    """Break a long line as RFC 5545, section 3.1, has it: no line above 75 octets, no character cut."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > octets:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])


ROUTES: list[Any] = [show_home, remind]
MARKET_ROUTES: list[Any] = [show_market]
