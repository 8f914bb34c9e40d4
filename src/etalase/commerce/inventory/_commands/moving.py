"""The one way by which stock changes outside the desk: lock, decide, write, tell."""

from collections.abc import Sequence
from uuid import UUID

from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._events import StockChanged
from etalase.commerce.inventory._model import Movement, Stock, apply_movements
from etalase.platform import outbox
from etalase.platform.db import Tx


async def move(tx: Tx, movements: Sequence[Movement]) -> dict[UUID, Stock]:
    """Write the movements and return the stock after them, or raise `StockTooLow`.

    The variants' stock rows must exist. One `StockChanged` tells of each variant with other free units than
    before.
    """
    if not movements:
        return {}
    before = await store.lock_stock(tx, {movement.variant_id for movement in movements})
    after = apply_movements(before, movements)
    await store.save_movements(tx, after.values(), movements)
    causes = {movement.variant_id: movement.kind for movement in movements}
    await outbox.publish(
        tx,
        *(
            StockChanged(
                shop_id=stock.shop_id,
                product_id=stock.product_id,
                variant_id=variant_id,
                available=stock.available,
                cause=causes[variant_id],
            )
            for variant_id, stock in after.items()
            if stock.available != before[variant_id].available
        ),
    )
    return after
