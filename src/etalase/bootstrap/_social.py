"""The social plane, wired."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Router

from etalase import accounts
from etalase.api import bridge as bridge_api
from etalase.api import rooms as rooms_api
from etalase.bootstrap._bridge import Bridge
from etalase.bootstrap._doors import door_of, plane_middleware, public_url
from etalase.bootstrap._given import SocialGiven
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings, secret_of
from etalase.bootstrap._video import VideoWiring, wire_video
from etalase.bridge import SignalReceiver, forget_crossings, forget_passes, forget_sales
from etalase.platform import outbox
from etalase.platform.db import Database, Tx
from etalase.platform.files import LocalFileStore
from etalase.platform.keys import forget_keys
from etalase.platform.mail import Mailer, mail_job
from etalase.platform.outbox import Reaction, each
from etalase.platform.read_cache import ReadCache
from etalase.platform.realtime import SocketServer
from etalase.platform.sweeping import Sweep, keep_sweeping
from etalase.social.rooms import ClaimBoard, RoomService, SalesBoard, Shopfront
from etalase.web import accounts as account_pages
from etalase.web import bridge as bridge_pages
from etalase.web import discovery, home, rooms_socket
from etalase.web import media as media_routes
from etalase.web import rooms as room_pages
from etalase.web.media import ingest_gate
from etalase.web.rooms import RoomRules
from etalase.web.rooms_socket import RoomDoor

ROUTES: list[Any] = [
    *bridge_api.SOCIAL,
    Router("/studio", route_handlers=account_pages.ACCOUNT_ROUTES),
    *bridge_pages.SOCIAL,
    *discovery.SOCIAL,
    *home.ROUTES,
    *media_routes.ROUTES,
    *room_pages.ROUTES,
    *rooms_socket.ROUTES,
    *rooms_api.ROUTES,
]
SWEEPS: list[Sweep] = [
    accounts.forget_expired,
    forget_passes,
    forget_sales,
    forget_keys,
]


def sweeps(settings: Settings, all_reactions: Sequence[Reaction[Any]]) -> list[Sweep]:
    """Return what the plane forgets once a day."""
    kept_days = settings.bridge.crossings_kept_days
    crossings = partial(forget_crossings, kept_days=kept_days)
    return [*SWEEPS, crossings, partial(outbox.prune, reactions=all_reactions)]


def reactions(forget: Callable[[Collection[UUID]], None]) -> list[Reaction[Any]]:
    """Return all that the social plane does by itself when something has happened."""

    async def end_access(_: Tx, event: accounts.AccessEnded) -> None:
        forget(event.ended)

    return [Reaction(accounts.AccessEnded, "rooms.access_ended", each(end_access))]


def wire_social(
    settings: Settings, database: Database, mailer: Mailer, bridge: Bridge
) -> Wiring[SocialGiven]:
    """Put the social plane together."""
    shopfront = bridge.shopfront()
    rooms = RoomService(
        database,
        database.clock,
        shopfront,
        settings.rooms,
        secret=secret_of(settings.program, "secret_key").encode(),
    )
    all_reactions = reactions(rooms.access_ended)
    video = wire_video(settings, database, rooms)
    rooms.shows.broadcasting = video.engine
    return Wiring(
        database,
        ROUTES,
        given=_given(settings, database, mailer, bridge, rooms, video, shopfront),
        middleware=[plane_middleware(settings, database)],
        reactions=all_reactions,
        jobs=[
            mail_job(mailer),
            *video.jobs,
        ],
        background={
            "daily sweep": lambda: keep_sweeping(database, sweeps(settings, all_reactions)),
        },
        starting=[
            rooms.start,
            video.engine.start,
        ],
        stopping=[
            rooms.dismiss,
            video.engine.dismiss,
        ],
        closing=[
            video.engine.stop,  # it tells the rooms
            rooms.stop,
        ],
        websocket_protocol=_sockets(settings, database, rooms),
    )


def _sockets(settings: Settings, database: Database, rooms: RoomService) -> SocketServer:
    """Return what takes the rooms' sockets."""
    return SocketServer(
        RoomDoor(rooms, database, door_of(settings.program, "social")),
        origins=[public_url(settings.program, "social")],
    )


def _given(
    settings: Settings,
    database: Database,
    mailer: Mailer,
    bridge: Bridge,
    rooms: RoomService,
    video: VideoWiring,
    shopfront: Shopfront,
) -> SocialGiven:
    """Return what handlers may ask for."""
    program, till = settings.program, bridge.till(database)
    return {
        "db": database,
        "reads": ReadCache(database),
        "clock": database.clock,
        "settings": settings,
        "mailer": mailer,
        "files": LocalFileStore(program.data_dir / "files" / "social"),
        "law": bridge.law,
        "bridge_key": bridge.key,
        "commerce_url": program.commerce_url,
        "public_url": public_url(program, "social"),
        "max_units": settings.inventory.max_units_per_variant,
        "room_rules": RoomRules(
            bridge.law, bridge.key, is_till_here=program.social_url == program.commerce_url
        ),
        "rooms": rooms,
        "sales": SalesBoard(till),
        "claim_board": ClaimBoard(till),
        "shopfront": shopfront,
        "receiver": SignalReceiver(database, rooms),
        "engine": video.engine,
        "stream_keys": video.stream_keys,
        "authorise_ingest": ingest_gate(database),
    }
