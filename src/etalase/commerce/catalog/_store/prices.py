"""What each variant cost and since when. Every write of a variant's price is noted here, by `note_prices`."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Uuid, any_, bindparam, cast, func, select, text

from etalase.commerce.catalog._model import VariantId
from etalase.commerce.catalog._store.tables import prices
from etalase.kernel.money import Money
from etalase.platform.db import Tx

LIST_PRICES = "SELECT id AS variant_id, price_minor AS list_price_minor FROM variants"
"""The list prices, for a statement of a context above that locks and prices at once (ADR 39)."""

_NOTE = text("""
    INSERT INTO variant_prices (variant_id, since, price_minor)
    SELECT id, :moment, price_minor FROM variants
    WHERE id = ANY (:ids) AND price_minor IS DISTINCT FROM (
        SELECT price_minor FROM variant_prices AS noted
        WHERE noted.variant_id = variants.id ORDER BY since DESC LIMIT 1
    )
    ON CONFLICT (variant_id, since) DO UPDATE SET price_minor = excluded.price_minor
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("moment", type_=DateTime(timezone=True)))
_AMONG = prices.c.variant_id == any_(cast(bindparam("ids"), ARRAY(Uuid)))
_BEFORE = (
    select(prices.c.variant_id, func.max(prices.c.since).label("since"))
    .where(_AMONG, prices.c.since <= bindparam("start"))
    .group_by(prices.c.variant_id)
    .subquery()
)
_LOWEST = (
    select(prices.c.variant_id, func.min(prices.c.price_minor).label("lowest"))
    .outerjoin(_BEFORE, _BEFORE.c.variant_id == prices.c.variant_id)
    .where(
        _AMONG,
        prices.c.since < bindparam("end"),
        prices.c.since >= func.coalesce(_BEFORE.c.since, bindparam("start")),
    )
    .group_by(prices.c.variant_id)
)
_RECOUNT = text("""
    SELECT variants.id FROM variants LEFT JOIN LATERAL (
        SELECT price_minor FROM variant_prices AS noted
        WHERE noted.variant_id = variants.id ORDER BY since DESC LIMIT 1
    ) AS last ON true
    WHERE last.price_minor IS DISTINCT FROM variants.price_minor
""")


async def note_prices(tx: Tx, ids: Collection[UUID]) -> None:
    """Note what these variants cost from now on, of those whose price is another than before."""
    if ids:
        await tx.execute(_NOTE, {"ids": list(ids), "moment": tx.clock.now()})


async def find_lowest_prices(
    tx: Tx, ids: Iterable[UUID], start: datetime, end: datetime
) -> dict[VariantId, Money]:
    """Return the lowest list price of each variant that held at some moment from `start` to before `end`."""
    rows = await tx.execute(_LOWEST, {"ids": list(ids), "start": start, "end": end})
    return {VariantId(row.variant_id): Money(row.lowest) for row in rows}


async def list_unnoted_prices(tx: Tx) -> list[VariantId]:
    """Return the variants whose price is not the last one noted; there must be none."""
    return [VariantId(id_) for id_ in (await tx.execute(_RECOUNT)).scalars()]
