"""What an import and an export need of stock, however many variants there are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, cast, func, select

from etalase.commerce.inventory._model import Stock, StockSince
from etalase.commerce.inventory._store.tables import movements, stock
from etalase.platform.db import Tx


async def with_movements(tx: Tx, found: Iterable[Stock], since: datetime | None) -> dict[UUID, StockSince]:
    """Return each stock with the sum of what moved on hand after the moment."""
    known = {one.variant_id: one for one in found}
    moved: dict[UUID, int] = {}
    if since is not None:
        query = (
            select(movements.c.variant_id, func.sum(movements.c.on_hand_change).label("units"))
            .where(
                movements.c.variant_id == any_(cast(list(known), ARRAY(Uuid))),
                movements.c.happened_at > since,
            )
            .group_by(movements.c.variant_id)
        )
        moved = {row.variant_id: row.units for row in await tx.execute(query)}
    return {id_: StockSince(one, moved.get(id_, 0)) for id_, one in known.items()}


async def stand_still(tx: Tx, variant_ids: Sequence[UUID]) -> tuple[dict[UUID, int], datetime]:
    """Return the units on hand and the moment of which they are true.

    The rows are locked until the transaction ends: what moves them earlier is in the figures, what moves them
    later has a later time. Without that, a sale under way would be in neither.
    """
    query = select(stock.c.variant_id, stock.c.on_hand).where(
        stock.c.variant_id == any_(cast(list(variant_ids), ARRAY(Uuid)))
    )
    rows = await tx.execute(query.order_by(stock.c.variant_id).with_for_update(read=True))
    return {row.variant_id: row.on_hand for row in rows}, tx.clock.now()
