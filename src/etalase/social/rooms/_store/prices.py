"""What a show's tray said that its variants cost, and from when on: for the evidence of orders."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.db import Tx
from etalase.social.rooms._model.offers import OfferCard
from etalase.social.rooms._store.tables import show_prices

_LAST = (
    select(show_prices.c.variant_id, show_prices.c.price_minor)
    .ext(distinct_on(show_prices.c.variant_id))
    .where(show_prices.c.show_id == bindparam("show_id"))
    .order_by(show_prices.c.variant_id, show_prices.c.shown_from.desc())
)
_FORGET_COMING = delete(show_prices).where(
    show_prices.c.show_id == bindparam("its"), show_prices.c.shown_from > bindparam("now")
)
_ADD = upsert(show_prices)
_ADD = _ADD.on_conflict_do_update(
    index_elements=["show_id", "variant_id", "shown_from"], set_={"price_minor": _ADD.excluded.price_minor}
)
_FIND = (
    select(show_prices.c.price_minor, show_prices.c.shown_from)
    .where(
        show_prices.c.show_id == bindparam("show_id"),
        show_prices.c.variant_id == bindparam("variant_id"),
        show_prices.c.shown_from <= bindparam("at"),
    )
    .order_by(show_prices.c.shown_from.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """A price in whole rupiah, and since when it was shown."""

    minor: int
    since: datetime


async def note_prices(tx: Tx, show_id: UUID, tray: tuple[OfferCard, ...]) -> None:
    """Note what the tray says from now on, where that is another price than before. The show is locked.

    What a deal will make of a price is noted ahead, and forgotten when the tray says otherwise by then.
    """
    now = tx.clock.now()
    await tx.execute(_FORGET_COMING, {"its": show_id, "now": now})
    known = {row.variant_id: row.price_minor for row in await tx.execute(_LAST, {"show_id": show_id})}
    rows = []
    for variant in (one for card in tray for one in card.variants):
        last = known.get(variant.variant_id)
        for at, price in variant.prices_from(int(now.timestamp() * 1_000)):
            if price != last:
                row = {"show_id": show_id, "variant_id": variant.variant_id, "price_minor": price}
                rows.append(row | {"shown_from": datetime.fromtimestamp(at / 1_000, UTC)})
            last = price
    if rows:
        await tx.execute(_ADD, rows)


async def find_price(tx: Tx, show_id: UUID, variant_id: UUID, at: datetime) -> ShownPrice | None:
    """Return what the show's tray said that the variant costs at that moment; None where it had none."""
    asked = {"show_id": show_id, "variant_id": variant_id, "at": at}
    row = (await tx.execute(_FIND, asked)).one_or_none()
    return ShownPrice(row.price_minor, row.shown_from) if row else None
