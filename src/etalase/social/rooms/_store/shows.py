"""Shows with their trays."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.db import Tx
from etalase.social.rooms._model.offers import OfferCard, with_figure
from etalase.social.rooms._model.show import ShopRef, Show
from etalase.social.rooms._model.state import ShowState
from etalase.social.rooms._store.prices import note_prices
from etalase.social.rooms._store.tables import show_offers, shows


async def insert_show(tx: Tx, show: Show) -> bool:
    """Write a new show, with its tray; return whether it was new."""
    new = upsert(shows).on_conflict_do_nothing(index_elements=["id"]).returning(shows.c.id)
    row = {"id": show.id, "created_at": tx.clock.now(), **_columns(show)}
    if (await tx.execute(new, row)).first() is None:
        return False
    await replace_tray(tx, show.id, show.tray)
    return True


async def save_show(tx: Tx, show: Show) -> None:
    """Write what can change about a show, but for its tray and its counts."""
    await tx.execute(update(shows).where(shows.c.id == show.id), _columns(show))


async def delete_show(tx: Tx, show_id: UUID) -> None:
    """Delete the show with its tray and its room's log."""
    await tx.execute(delete(shows).where(shows.c.id == show_id))


async def find_show(tx: Tx, code: str) -> Show | None:
    """Return the show with this code."""
    return await _one(tx, select(shows).where(shows.c.code == code))


async def find_show_by_id(tx: Tx, show_id: UUID) -> Show | None:
    """Return the show with this id."""
    return await _one(tx, select(shows).where(shows.c.id == show_id))


async def lock_show(tx: Tx, code: str) -> Show | None:
    """Return the show with this code, and keep others from changing it until the commit."""
    return await _one(tx, select(shows).where(shows.c.code == code).with_for_update())


async def list_shows(
    tx: Tx,
    *,
    states: Iterable[ShowState],
    shop_ids: Sequence[UUID] | None = None,
    show_ids: Sequence[UUID] | None = None,
    since: datetime | None = None,
    before: tuple[datetime, UUID] | None = None,
    ascending: bool = False,
    limit: int = 50,
) -> tuple[Show, ...]:
    """Return shows with their trays, by start; `before` continues a list that runs from late to early.

    Only those of these shops, those with these ids, and those that start `since` then, where these are given.
    """
    query = select(shows).where(shows.c.state.in_([state.value for state in states])).limit(limit)
    if shop_ids is not None:
        query = query.where(shows.c.shop_id.in_(shop_ids))
    if show_ids is not None:
        query = query.where(shows.c.id.in_(show_ids))
    if since is not None:
        query = query.where(shows.c.starts_at >= since)
    if before is not None:
        moment, show_id = before
        same_moment = (shows.c.starts_at == moment) & (shows.c.id < show_id)
        query = query.where(or_(shows.c.starts_at < moment, same_moment))
    order = (shows.c.starts_at, shows.c.id)
    query = query.order_by(*(order if ascending else (column.desc() for column in order)))
    rows = (await tx.execute(query)).all()
    trays = await _trays(tx, [row.id for row in rows])
    return tuple(_show(row, trays.get(row.id, ())) for row in rows)


async def replace_tray(tx: Tx, show_id: UUID, tray: tuple[OfferCard, ...]) -> None:
    """Write the show's offers anew, in order."""
    await tx.execute(delete(show_offers).where(show_offers.c.show_id == show_id))
    if tray:
        rows = [
            {
                "show_id": show_id,
                "product_id": card.product_id,
                "position": position,
                "card": msgspec.to_builtins(card),
            }
            for position, card in enumerate(tray)
        ]
        await tx.execute(insert(show_offers), rows)
    await note_prices(tx, show_id, tray)


async def save_stock(tx: Tx, product_id: UUID, figures: dict[UUID, int]) -> None:
    """Write how much is left of the product's variants and deals into every stored card of it."""
    query = select(show_offers).where(show_offers.c.product_id == product_id)
    query = query.order_by(show_offers.c.show_id).with_for_update()
    for row in (await tx.execute(query)).all():
        before = card = msgspec.convert(row.card, OfferCard)
        for thing, left in figures.items():
            card = with_figure(card, thing, left)
        if card != before:
            place = (show_offers.c.show_id == row.show_id) & (show_offers.c.product_id == product_id)
            await tx.execute(update(show_offers).where(place).values(card=msgspec.to_builtins(card)))


async def rename_shop(tx: Tx, shop_id: UUID, name: str) -> None:
    """Write the shop's new name into all its shows."""
    await tx.execute(update(shows).where(shows.c.shop_id == shop_id).values(shop_name=name))


async def add_counts(tx: Tx, show_id: UUID, *, hearts: int, units_sold: int, viewers: int) -> None:
    """Add to the show's counts; its peak of viewers only rises."""
    await tx.execute(
        update(shows)
        .where(shows.c.id == show_id)
        .values(
            hearts=shows.c.hearts + hearts,
            units_sold=shows.c.units_sold + units_sold,
            peak_viewers=func.greatest(shows.c.peak_viewers, viewers),
        )
    )


async def _one(tx: Tx, query: Select[Any]) -> Show | None:
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    trays = await _trays(tx, [row.id])
    return _show(row, trays.get(row.id, ()))


async def _trays(tx: Tx, show_ids: Sequence[UUID]) -> dict[UUID, tuple[OfferCard, ...]]:
    if not show_ids:
        return {}
    query = select(show_offers).where(show_offers.c.show_id.in_(show_ids)).order_by(show_offers.c.position)
    trays: dict[UUID, tuple[OfferCard, ...]] = {}
    for row in await tx.execute(query):
        trays[row.show_id] = (*trays.get(row.show_id, ()), msgspec.convert(row.card, OfferCard))
    return trays


def _columns(show: Show) -> dict[str, Any]:
    return {
        "code": show.code,
        "shop_id": show.shop.id,
        "shop_slug": show.shop.slug,
        "shop_name": show.shop.name,
        "title": show.title,
        "cover_key": show.cover_key,
        "state": show.state.value,
        "starts_at": show.starts_at,
        "started_at": show.started_at,
        "ended_at": show.ended_at,
    }


def _show(row: Row[Any], tray: tuple[OfferCard, ...]) -> Show:
    return Show(
        id=row.id,
        code=row.code,
        shop=ShopRef(row.shop_id, row.shop_slug, row.shop_name),
        title=row.title,
        cover_key=row.cover_key,
        state=ShowState(row.state),
        starts_at=row.starts_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        hearts=row.hearts,
        units_sold=row.units_sold,
        peak_viewers=row.peak_viewers,
        tray=tray,
    )
