"""Builders of shows, offers and rooms."""

from datetime import timedelta
from uuid import UUID

from etalase.kernel.clock import Clock, FixedClock
from etalase.kernel.ids import new_code, new_id
from etalase.social.rooms import OfferCard, OfferVariant, Room, Settings, ShopRef, Show, ShowState
from etalase.social.rooms._model.moderation import Moderation


def offer(title: str = "Gaun katun", *, product_id: UUID | None = None, available: int = 5) -> OfferCard:
    """Make an offer with one variant."""
    return OfferCard(
        product_id=product_id or new_id(),
        shop_slug="toko-bunga",
        title=title,
        code="A1",
        photo_url=None,
        url="/shop/toko-bunga/p/1",
        variants=(OfferVariant(new_id(), "2 tahun", 89_000, available),),
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


def room(of: Show | None = None, *, clock: Clock | None = None, settings: Settings | None = None) -> Room:
    """Make an open room, live unless said otherwise."""
    held = clock or FixedClock()
    return Room(of or show(clock=held), Moderation(), held, settings or Settings())
