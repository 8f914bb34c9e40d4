"""The front pages: shows by their state on the social plane, shops where the commerce plane stands alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import httpx
from litestar import Litestar, Router
from litestar.di import Provide

from etalase.commerce.shops import set_logo
from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from etalase.platform.read_cache import ReadCache
from etalase.social.media import LiveView, RecordingView
from etalase.social.media import _store as media_store
from etalase.social.rooms import RoomService, ShowState
from etalase.social.rooms import _store as rooms_store
from etalase.web import home
from etalase.web._pages import PagesPlugin, Plane
from tests.make import rooms, shops
from tests.make.laws import OPEN
from tests.make.shopfronts import OpenWindow, SilentEngine


@dataclass
class FilmingEngine(SilentEngine):
    """A media engine on which every show is on air, with a still of this address."""

    poster_url: str | None = "/media/s1/poster.jpg"

    def find_live(self, show_id: UUID) -> LiveView | None:
        """Return a stream that has been seen."""
        return LiveView(show_id, "s1", "/media/s1/index.m3u8", self.poster_url, broadcasting=True)


def client_of(
    db: Database,
    routes: Sequence[Any],
    commerce_url: str = "",
    plane: Plane = "both",
    engine: SilentEngine | None = None,
) -> httpx.AsyncClient:
    settings = SimpleNamespace(program=SimpleNamespace(commerce_url=commerce_url))
    reads = ReadCache(db)
    service = RoomService(db, db.clock, OpenWindow(), secret=b"a secret of the tests")
    given = {
        "db": Provide(lambda: db, sync_to_thread=False),
        "reads": Provide(lambda: reads, sync_to_thread=False),
        "clock": Provide(lambda: db.clock, sync_to_thread=False),
        "settings": Provide(lambda: settings, sync_to_thread=False),
        "law": Provide(lambda: OPEN, sync_to_thread=False),
        "rooms": Provide(lambda: service, sync_to_thread=False),
        "engine": Provide(lambda: engine or SilentEngine(), sync_to_thread=False),
        "public_url": Provide(lambda: "http://market.example", sync_to_thread=False),
    }
    router = Router("/", route_handlers=list(routes), dependencies=given)
    app = Litestar(
        [router],
        plugins=[
            PagesPlugin(secret="a secret of the tests", public_url="http://market.example", plane=plane)
        ],
        logging_config=None,
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", app)),
        base_url="http://market.example",
        headers={"accept-language": "en"},
    )


async def add_show(db: Database, state: ShowState, *, late_hours: int = 0, is_recorded: bool = True) -> str:
    show = rooms.show(state=state, clock=db.clock)
    show = replace(show, starts_at=show.starts_at - timedelta(hours=late_hours))
    async with db.begin() as tx:
        await rooms_store.insert_show(tx, show)
        if state is ShowState.ENDED:
            await media_store.mark_joining(tx, show.id)
        if state is ShowState.ENDED and is_recorded:
            made = RecordingView(show.id, "ready", 1, "replay.mp4", "poster.jpg", 1, 60.0, ())
            assert await media_store.save_replay(tx, made)
    return f"/live/{show.code}"


async def test_an_empty_street_invites_to_sell(social_db: Database) -> None:
    async with client_of(social_db, home.ROUTES) as client:
        text = (await client.get("/")).text
    assert "The street is quiet just now" in text
    assert 'href="/desk/new-shop"' in text


async def test_shows_stand_under_their_state(social_db: Database) -> None:
    live, coming, past = [
        await add_show(social_db, state) for state in (ShowState.LIVE, ShowState.PLANNED, ShowState.ENDED)
    ]
    async with client_of(social_db, home.ROUTES) as client:
        text = (await client.get("/")).text
    places = [text.index(part) for part in ("Live now", live, "Coming up", coming, "Watch again", past)]
    assert places == sorted(places)
    assert "The street is quiet" not in text


async def test_a_show_without_a_cover_is_shown_by_what_is_on_air_or_was(social_db: Database) -> None:
    await add_show(social_db, ShowState.LIVE)
    past = await add_show(social_db, ShowState.ENDED)
    async with client_of(social_db, home.ROUTES, engine=FilmingEngine()) as client:
        text = (await client.get("/")).text
    replay = past.replace("/live/", "/replay/")
    for picture in ("/media/s1/poster.jpg", f"{replay}.jpg"):
        assert f'src="{picture}"' in text, picture
    async with client_of(social_db, home.ROUTES, engine=FilmingEngine(None)) as client:
        assert "poster.jpg" not in (await client.get("/")).text


async def test_forgotten_plans_and_shows_without_a_recording_hide_nothing(social_db: Database) -> None:
    stale = [await add_show(social_db, ShowState.PLANNED, late_hours=7) for _ in range(home.SHOWN)]
    stale += [await add_show(social_db, ShowState.ENDED, is_recorded=False) for _ in range(home.SHOWN)]
    fresh = [
        await add_show(social_db, ShowState.PLANNED, late_hours=5),
        await add_show(social_db, ShowState.ENDED, late_hours=100),
    ]
    async with client_of(social_db, home.ROUTES) as client:
        text = (await client.get("/")).text
    assert [path for path in (*stale, *fresh) if f'"{path}"' in text] == fresh


async def test_shops_of_the_shows_are_reached_on_their_own_site(social_db: Database) -> None:
    await add_show(social_db, ShowState.LIVE)
    async with client_of(social_db, home.ROUTES, "https://shops.example/") as client:
        text = (await client.get("/")).text
    assert 'href="https://shops.example/shop/toko-bunga"' in text


async def test_a_planned_show_gives_a_reminder_that_leads_back(social_db: Database) -> None:
    path = await add_show(social_db, ShowState.PLANNED)
    async with client_of(social_db, home.ROUTES) as client:
        answer = await client.get(f"{path}/reminder.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert f"URL:http://market.example{path}\r\n" in answer.text


async def test_a_reminder_of_later_counts_as_the_newer_one(social_db: Database, clock: FixedClock) -> None:
    path = await add_show(social_db, ShowState.PLANNED)
    numbers = []
    async with client_of(social_db, home.ROUTES) as client:
        for _ in range(2):
            entry = (await client.get(f"{path}/reminder.ics")).text
            numbers.append(int(entry.partition("\r\nSEQUENCE:")[2].partition("\r\n")[0]))
            clock.advance(seconds=60)
    assert 0 <= numbers[0] < numbers[1] < 2**31


async def test_a_market_without_shops_invites_the_first(commerce_db: Database) -> None:
    async with client_of(commerce_db, home.MARKET_ROUTES) as client:
        assert "Be the first stall" in (await client.get("/")).text


async def test_a_market_lists_its_shops(commerce_db: Database) -> None:
    async with commerce_db.begin() as tx:
        shop = await shops.shop(tx, "Kancil & Kids")
        await set_logo(tx, shop.id, "shops/kancil")
    async with client_of(commerce_db, home.MARKET_ROUTES) as client:
        text = (await client.get("/")).text
    assert 'src="/files/shops/kancil/240.webp"' in text
    assert f'href="/shop/{shop.slug}"' in text
    assert "Kancil &amp; Kids" in text


async def test_apart_each_site_says_which_it_is_and_promises_what_can_be_had_there(
    social_db: Database, commerce_db: Database
) -> None:
    async with client_of(social_db, home.ROUTES, "https://shops.example/", "social") as client:
        shows = (await client.get("/")).text
    async with client_of(commerce_db, home.MARKET_ROUTES, plane="commerce") as client:
        market = (await client.get("/")).text
    async with client_of(social_db, home.ROUTES) as client:
        both = (await client.get("/")).text
    assert ["logo__plane" in text for text in (shows, market, both)] == [True, True, False]
    head = [text.partition("<header")[2].partition(">")[0] for text in (shows, market)]
    assert ['data-theme="dark"' in one for one in head] == [True, False]
    assert ["own window, and come back" in text for text in (shows, market, both)] == [True, False, False]
    assert "/cart" not in shows.partition("<main")[0]
