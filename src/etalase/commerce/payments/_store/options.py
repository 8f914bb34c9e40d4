"""What a shop chooses about being paid."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.payments._store.tables import options
from etalase.platform.db import Tx

_TAKES_COD = select(options.c.cod).where(options.c.shop_id == bindparam("shop_id"))

_OPTIONS = upsert(options)
_SET_COD = _OPTIONS.on_conflict_do_update(index_elements=["shop_id"], set_={"cod": _OPTIONS.excluded.cod})


async def takes_cod(tx: Tx, shop_id: UUID) -> bool:
    """Tell whether the shop lets buyers pay the courier in cash."""
    return bool((await tx.execute(_TAKES_COD, {"shop_id": shop_id})).scalar_one_or_none())


async def set_cod(tx: Tx, shop_id: UUID, *, on: bool) -> None:
    """Let the shop's buyers pay the courier in cash, or not."""
    await tx.execute(_SET_COD, {"shop_id": shop_id, "cod": on})
