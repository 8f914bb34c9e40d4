"""Builders of shows, offers and rooms."""

from datetime import timedelta
from uuid import UUID

from etalase.kernel.clock import Clock, FixedClock
from etalase.kernel.ids import new_code, new_id
from etalase.platform.db import Database, Tx
from etalase.social import people
from etalase.social.rooms import (
    OfferCard,
    OfferDeal,
    OfferVariant,
    RoomService,
    RoomSettings,
    ShopRef,
    Show,
    ShowPlan,
    ShowState,
)
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._model.moderation import Moderation

HOST, SHOP = new_id(), new_id()


def offer(
    title: str = "Gaun katun",
    *,
    product_id: UUID | None = None,
    available: int = 5,
    deal: OfferDeal | None = None,
) -> OfferCard:
    """Make an offer with one variant."""
    return OfferCard(
        product_id=product_id or new_id(),
        shop_slug="toko-bunga",
        title=title,
        code="A1",
        photo_url=None,
        url="/shop/toko-bunga/p/1",
        variants=(OfferVariant(new_id(), "2 tahun", 89_000, available, deal),),
    )


def show(
    *, state: ShowState = ShowState.LIVE, tray: tuple[OfferCard, ...] = (), clock: Clock | None = None
) -> Show:
    """Make a show of the shop Toko Bunga."""
    now = (clock or FixedClock()).now()
    return Show(
        id=new_id(),
        code=new_code(),
        shop=ShopRef(new_id(), "toko-bunga", "Toko Bunga"),
        title="Baju anak baru",
        cover_key=None,
        state=state,
        starts_at=now,
        started_at=None if state is ShowState.PLANNED else now,
        ended_at=now + timedelta(hours=1) if state is ShowState.ENDED else None,
        tray=tray,
    )


def room(of: Show | None = None, *, clock: Clock | None = None, settings: RoomSettings | None = None) -> Room:
    """Make an open room, live unless said otherwise."""
    held = clock or FixedClock()
    return Room(of or show(clock=held), Moderation(), held, settings or RoomSettings())


async def admit_host(tx: Tx, account_id: UUID, shop_id: UUID, name: str = "Bunga", shop: str = "") -> None:
    """Let a shop vouch for an account as its owner; the shop is called like them unless it is named."""
    shop_name = shop or f"Toko {name}"
    await people.admit_host(
        tx,
        account_id,
        reference=account_id.hex,
        display_name=name,
        shop_id=shop_id,
        shop_slug=shop_name.lower().replace(" ", "-"),
        shop_name=shop_name,
        role="owner",
    )


async def live_room(service: RoomService, db: Database, host: UUID = HOST, shop_id: UUID = SHOP) -> Room:
    """Begin a show of a shop with this host, and open its room."""
    async with db.begin() as tx:
        await admit_host(tx, host, shop_id)
    show = await service.shows.plan_show(host, shop_id, ShowPlan("Baju anak", db.clock.now()))
    await service.shows.go_live(host, show.code)
    return await service.registry.open(show.code)
