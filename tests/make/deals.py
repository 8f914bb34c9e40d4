"""Builders of deals."""

from etalase.commerce import deals, inventory
from etalase.commerce.catalog import ProductView
from etalase.commerce.deals import Deal, DealDraft
from etalase.kernel.ids import new_id
from etalase.platform.db import Database, Tx
from etalase.policy import Law
from tests.make import catalog as make_catalog
from tests.make import shops as make_shops
from tests.make.laws import OPEN

LIST_PRICE = 89_000
DEAL_PRICE = 69_000


async def deal(
    tx: Tx,
    product: ProductView,
    *,
    units: int = 10,
    per_buyer: int | None = None,
    seconds: int = 600,
    countdown: int | None = None,
    price: int = DEAL_PRICE,
    law: Law = OPEN,
) -> Deal:
    """Make a deal on all variants of the product."""
    draft = DealDraft(
        product.id,
        price=price,
        quantity=units,
        per_buyer=per_buyer,
        length_seconds=seconds,
        countdown_seconds=countdown,
    )
    return await deals.start_deal(tx, law, product.shop_id, draft, actor_id=new_id())


async def stocked_product(
    db: Database, units: int = 100, *, sizes: tuple[str, ...] = ("2-3 th",)
) -> ProductView:
    """Commit a product of LIST_PRICE with units of each variant."""
    async with db.begin() as tx:
        shop = await make_shops.shop(tx)
        product = await make_catalog.product(tx, shop.id, sizes=sizes, price=str(LIST_PRICE))
        for variant in product.variants:
            await inventory.receive(tx, variant.id, units)
        return product
