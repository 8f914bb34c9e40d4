"""What a shop chooses about being paid."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.payments._store.tables import options
from etalase.platform.db import Tx


async def takes_cod(tx: Tx, shop_id: UUID) -> bool:
    """Tell whether the shop lets buyers pay the courier in cash."""
    query = select(options.c.cod).where(options.c.shop_id == shop_id)
    return bool((await tx.execute(query)).scalar_one_or_none())


async def set_cod(tx: Tx, shop_id: UUID, *, on: bool) -> None:
    """Let the shop's buyers pay the courier in cash, or not."""
    row = upsert(options).values(shop_id=shop_id, cod=on)
    await tx.execute(row.on_conflict_do_update(index_elements=["shop_id"], set_={"cod": on}))
