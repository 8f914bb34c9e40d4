"""What each plane reads for the other: a shop's window, and what a show showed at a moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from etalase.commerce import catalog, deals, inventory, shops
from etalase.commerce.evidence import Moment, ShownThen, ShowQuestion, ShowRecord
from etalase.commerce.inventory import Allotment
from etalase.platform.db import Tx
from etalase.social import media, rooms
from etalase.social.rooms import OfferCard, OfferDeal, OfferVariant, PinSpan, Show

MAX_OFFERS = 500


async def list_offer_cards(tx: Tx, shop_id: UUID, shop_url: str) -> tuple[OfferCard, ...]:
    """Return a card for each product that the shop offers; none for a shop that is not there.

    `shop_url` is the public address of the commerce plane, empty when both planes share one.
    """
    try:
        shop = await shops.get_shop(tx, shops.ShopId(shop_id))
    except shops.ShopUnknown:
        return ()
    products = await catalog.list_products(tx, shop_id, limit=MAX_OFFERS)
    variant_ids = [variant.id for product in products for variant in product.variants]
    stock = await inventory.available(tx, variant_ids)
    found = await deals.find_deals(tx, products)
    return tuple(
        OfferCard(
            product_id=product.id,
            shop_slug=shop.slug,
            title=product.title,
            code=product.code,
            photo_url=f"{shop_url}/files/{product.photos[0].key}" if product.photos else None,
            url=f"{shop_url}/shop/{shop.slug}/p/{product.id}",
            variants=tuple(
                OfferVariant(
                    variant.id,
                    variant.label,
                    variant.price.minor,
                    stock.get(variant.id, 0),
                    offer_deal(variant.id, found.get(variant.id)),
                )
                for variant in product.variants
                if variant.for_sale
            ),
        )
        for product in products
    )


def offer_deal(variant_id: UUID, allotment: Allotment | None) -> OfferDeal | None:
    """Return a variant's deal as the room shows it."""
    if allotment is None:
        return None
    return OfferDeal(
        id=allotment.id,
        price_minor=allotment.prices[variant_id].minor,
        left=allotment.left,
        per_buyer=allotment.per_buyer,
        starts_at=milliseconds(allotment.starts_at),
        ends_at=milliseconds(allotment.ends_at),
    )


def milliseconds(moment: datetime) -> int:
    """Return a moment as the room tells it."""
    return round(moment.timestamp() * 1_000)


async def recall_show(tx: Tx, question: ShowQuestion) -> ShowRecord | None:
    """Return what a shop's show says to these moments; None where the shop has no such show. Social's end."""
    show = await find_show_of(tx, question.shop_id, question.show)
    if show is None:
        return None
    recording = await media.find_recording(tx, show.id)
    pins = await rooms.list_pins(tx, show)
    return ShowRecord(
        title=show.title,
        started_at=show.started_at,
        ended_at=show.ended_at,
        recording="none" if recording is None else "ready" if recording.playable else "joining",
        moments=tuple([await _shown_then(tx, show, recording, pins, moment) for moment in question.moments]),
    )


async def find_show_of(tx: Tx, shop_id: UUID, code: str) -> Show | None:
    """Return the shop's show; None also where the code is another shop's."""
    try:
        show = await rooms.get_show(tx, code)
    except rooms.NoSuchShow:
        return None
    return show if show.shop.id == shop_id else None


async def _shown_then(
    tx: Tx, show: Show, recording: media.RecordingView | None, pins: Sequence[PinSpan], moment: Moment
) -> ShownThen:
    pin = _pinned_at(show.started_at, pins, moment.at)
    price = await rooms.find_price(tx, show.id, moment.variant_id, moment.at)
    titles = {card.product_id: card.title for card in show.tray}
    return ShownThen(
        at=moment.at,
        pinned_product_id=pin.product_id if pin else None,
        pinned_title=titles.get(pin.product_id, "") if pin else "",
        pinned_since=_at(show.started_at, pin.from_seconds if pin else None),
        pinned_until=_at(show.started_at, pin.to_seconds if pin else None),
        price_minor=price.minor if price else None,
        price_since=price.since if price else None,
        recording_seconds=recording.second_of(moment.at) if recording else None,
    )


def _pinned_at(origin: datetime | None, pins: Sequence[PinSpan], at: datetime) -> PinSpan | None:
    if origin is None:
        return None
    second = (at - origin).total_seconds()
    shown = (
        pin
        for pin in pins
        if pin.from_seconds <= second and (pin.to_seconds is None or second < pin.to_seconds)
    )
    return next(shown, None)


def _at(origin: datetime | None, seconds: float | None) -> datetime | None:
    return None if origin is None or seconds is None else origin + timedelta(seconds=seconds)
