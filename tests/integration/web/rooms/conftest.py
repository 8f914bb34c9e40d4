"""The pages of shows on a real database, behind the same doors as in the whole program."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Router
from litestar.di import Provide

from etalase import accounts
from etalase.api._problems import problem_response
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.platform.files import LocalFileStore
from etalase.policy import Law
from etalase.social import media
from etalase.social.media import DatabaseArchive, DatabaseKeyring, HouseEngine, StreamKeys
from etalase.social.rooms import ClaimBoard, RoomBroadcasts, RoomService, SalesBoard, Show, ShowPlan
from etalase.web import rooms as room_pages
from etalase.web._auth import PlaneDoor, sign_in_middleware
from etalase.web._failures import exception_handlers
from etalase.web._pages import PagesPlugin
from etalase.web._security import OwnSocketsMiddleware, csrf, security_headers
from etalase.web.rooms import RoomRules
from tests.make import rooms as make
from tests.make.laws import OPEN
from tests.make.rooms import admit_host
from tests.make.shopfronts import NoTill, OpenWindow

SECRET = "a secret of these tests, long enough to be one"
MAX_UNITS = 3
SHOP_ID = new_id()
COMMERCE_URL = "https://shop.example"
STREAM_KEYS = StreamKeys(SECRET.encode())
Client = httpx.AsyncClient


@dataclass
class Stage:
    """A shop's window, its rooms, a host, and browsers."""

    db: Database
    clock: FixedClock
    window: OpenWindow
    rooms: RoomService
    law: Law
    engine: HouseEngine
    files: LocalFileStore
    host_session: accounts.NewSession

    def client(self) -> Client:
        """Return a browser that has been nowhere."""
        given: dict[str, Any] = {
            "db": self.db,
            "clock": self.clock,
            "rooms": self.rooms,
            "sales": SalesBoard(NoTill(), pause_seconds=0),
            "claim_board": ClaimBoard(NoTill(), pause_seconds=0),
            "shopfront": self.window,
            "law": self.law,
            "room_rules": RoomRules(self.law, SECRET, is_till_here=True),
            "files": self.files,
            "engine": self.engine,
            "stream_keys": STREAM_KEYS,
            "bridge_key": SECRET,
            "max_units": MAX_UNITS,
            "commerce_url": COMMERCE_URL,
        }
        pages = Router(
            "/",
            route_handlers=room_pages.ROUTES,
            middleware=[sign_in_middleware(self.db, PlaneDoor("social", https=False))],
            dependencies={name: _provide(thing) for name, thing in given.items()},
        )
        app = Litestar(
            [pages],
            middleware=[OwnSocketsMiddleware(), csrf(SECRET, https=False)],
            before_send=[security_headers(https=False)],
            exception_handlers=exception_handlers(problem_response),
            plugins=[PagesPlugin(secret=SECRET, public_url="http://live.example")],
            logging_config=None,
        )
        transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False)
        return Client(transport=transport, base_url="http://live.example", headers={"accept-language": "en"})

    def host(self) -> Client:
        """Return the browser of the shop's host, signed in."""
        client = self.client()
        client.cookies.set("etalase_session_social", self.host_session.token)
        return client

    async def plan(self, title: str = "Sore ceria") -> Show:
        """Plan a show with all that lies in the window, for in an hour."""
        plan = ShowPlan(title, self.clock.now() + timedelta(hours=1))
        show = await self.rooms.shows.plan_show(self.host_id, SHOP_ID, plan)
        return await self.rooms.shows.set_tray(
            self.host_id, show.code, tuple(card.product_id for card in self.window.offers)
        )

    async def go_live(self, title: str = "Sore ceria") -> Show:
        """Plan a show and begin it."""
        show = await self.plan(title)
        return await self.rooms.shows.go_live(self.host_id, show.code)

    async def other_host(self) -> Client:
        """Return the browser of a host whom another shop vouches for."""
        session = await admit(self.db, "Dewi", new_id())
        client = self.client()
        client.cookies.set("etalase_session_social", session.token)
        return client

    @property
    def host_id(self) -> UUID:
        """The host's account."""
        return self.host_session.account_id


async def admit(db: Database, name: str, shop_id: UUID) -> accounts.NewSession:
    """Let a shop vouch for a host of this name, and open a session for them."""
    async with db.begin() as tx:
        account_id = await accounts.ensure_external_account(tx, name.lower(), name)
        await admit_host(tx, account_id, shop_id, name)
        return await accounts.open_session(tx, account_id)


def _provide(thing: Any) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False)


@pytest.fixture
async def stage(social_db: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Stage]:
    """Open the rooms of a shop that has two offers and vouches for one host."""
    window = OpenWindow(make.offer("Gaun katun"), make.offer("Topi jerami", available=0))
    session = await admit(social_db, "Bunga", SHOP_ID)
    service = RoomService(social_db, clock, window, secret=SECRET.encode())
    await service.start()
    engine = HouseEngine(
        media.MediaSettings(rtmp_enabled=False),
        folder=tmp_path,
        broadcasts=RoomBroadcasts(social_db, service.shows),
        keyring=DatabaseKeyring(social_db, STREAM_KEYS),
        archive=DatabaseArchive(social_db, tmp_path),
        clock=clock,
    )
    files = LocalFileStore(tmp_path / "files")
    yield Stage(social_db, clock, window, service, OPEN, engine, files, session)
    await service.stop()
