"""What a shop chooses about being paid."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, cast, select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.payments._store.tables import options
from etalase.platform.db import Tx

_LIST_COD = select(options.c.shop_id).where(
    options.c.shop_id == any_(cast(bindparam("shop_ids"), ARRAY(Uuid))), options.c.cod
)

_OPTIONS = upsert(options)
_SET_COD = _OPTIONS.on_conflict_do_update(index_elements=["shop_id"], set_={"cod": _OPTIONS.excluded.cod})


async def find_takers_of_cod(tx: Tx, shop_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these shops let buyers pay the courier in cash."""
    return set((await tx.execute(_LIST_COD, {"shop_ids": list(shop_ids)})).scalars())


async def takes_cod(tx: Tx, shop_id: UUID) -> bool:
    """Tell whether the shop lets buyers pay the courier in cash."""
    return bool(await find_takers_of_cod(tx, [shop_id]))


async def set_cod(tx: Tx, shop_id: UUID, *, on: bool) -> None:
    """Let the shop's buyers pay the courier in cash, or not."""
    await tx.execute(_SET_COD, {"shop_id": shop_id, "cod": on})
