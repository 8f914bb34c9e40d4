"""What a shop chooses about being paid."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from etalase.commerce import shops
from etalase.commerce.payments._model.provider import Destination
from etalase.commerce.payments._store.tables import options
from etalase.platform.db import Tx


async def takes_cod(tx: Tx, shop_id: UUID) -> bool:
    """Tell whether the shop lets buyers pay the courier in cash."""
    query = select(options.c.cod).where(options.c.shop_id == shop_id)
    return bool((await tx.execute(query)).scalar_one_or_none())


async def get_destination(tx: Tx, shop_id: UUID) -> Destination:
    """Return where the shop takes money itself."""
    shop = await shops.get_shop(tx, shops.ShopId(shop_id))
    account = shop.bank_account
    return Destination(
        qris_static=shop.qris_static,
        bank=account.bank if account else None,
        number=account.number if account else None,
        holder=account.holder if account else None,
        cod=await takes_cod(tx, shop_id),
    )


async def set_cod(tx: Tx, shop_id: UUID, *, on: bool) -> None:
    """Let the shop's buyers pay the courier in cash, or not."""
    row = insert(options).values(shop_id=shop_id, cod=on)
    await tx.execute(row.on_conflict_do_update(index_elements=["shop_id"], set_={"cod": on}))
