"""Products: listed, added, changed, archived, brought back, put in another order."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase.api._fields import named
from etalase.api._paging import Cursor, Limit, PageOf, Position, cut_page, decode_cursor
from etalase.api.catalog import _shapes as shapes
from etalase.api.catalog._shapes import Product, ProductFields
from etalase.commerce import catalog, inventory, shops
from etalase.commerce.catalog import ProductId, ProductView
from etalase.commerce.shops import KEEPERS, ShopUnknown, ShopView, Workplace
from etalase.platform.db import Database, Tx

Archived = Annotated[
    bool, QueryParameter(name="archived", description="Those that are no longer offered, instead.")
]
Search = Annotated[str, QueryParameter(name="q", max_length=60, description="Words of title or code.")]


class ProductOrder(msgspec.Struct, frozen=True):
    """Products in the order in which they are to be shown, in the places that they hold between them."""

    product_ids: Annotated[
        list[UUID], msgspec.Meta(max_length=1000, examples=[["01994b2e-5c1a-7cc0-9d7e-3f0c6a1b2c3d"]])
    ]


@get("/api/v1/shops/{slug:str}/products", tags=["Products"], summary="List a shop's products")
async def list_products(
    db: NamedDependency[Database],
    slug: FromPath[str],
    limit: Limit = 50,
    cursor: Cursor = None,
    words: Search = "",
    archived: Archived = False,  # noqa: FBT002 - a query has no positions
) -> PageOf[Product]:
    """List what the shop offers, in its order, with the free units of each variant. Needs no token."""
    after = decode_cursor(cursor, tuple[Position, UUID])
    async with db.begin() as tx:
        shop = await _find_shop(tx, slug)
        rows = await catalog.list_products(
            tx, shop.id, archived=archived, search=words, after=after, limit=limit + 1
        )
        free = await _free_units(tx, rows)
    return cut_page(
        rows, limit, lambda row: shapes.show_product(row, free), lambda row: (row.position, row.id)
    )


@get("/api/v1/shops/{slug:str}/products/{product_id:uuid}", tags=["Products"], summary="Show a product")
async def show_product(
    db: NamedDependency[Database], slug: FromPath[str], product_id: FromPath[UUID]
) -> Product:
    """Show a product, archived or not. Needs no token."""
    async with db.begin() as tx:
        shop = await _find_shop(tx, slug)
        return await _shown(tx, await catalog.get_product_of(tx, shop.id, ProductId(product_id)))


@post("/products", status_code=HTTP_201_CREATED, summary="Add a product")
async def add_product(workplace: NamedDependency[Workplace], data: JSONBody[ProductFields]) -> Product:
    """Add a product; its units come with a stock movement of each variant."""
    with named(shapes.name_of):
        async with workplace.open(*KEEPERS) as (tx, shop):
            return await _shown(tx, await catalog.create_product(tx, shop.id, data.draft()))


@put("/products/{product_id:uuid}", summary="Change a product")
async def change_product(
    workplace: NamedDependency[Workplace], product_id: FromPath[UUID], data: JSONBody[ProductFields]
) -> Product:
    """Replace a product's words and variants; stock and photos stay."""
    with named(shapes.name_of):
        async with workplace.open(*KEEPERS) as (tx, shop):
            product = await catalog.update_product(tx, shop.id, ProductId(product_id), data.draft())
            return await _shown(tx, product)


@delete("/products/{product_id:uuid}", status_code=HTTP_204_NO_CONTENT, summary="Archive a product")
async def archive_product(workplace: NamedDependency[Workplace], product_id: FromPath[UUID]) -> None:
    """Offer the product no more. Its orders and movements stay, and it can be restored."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        await catalog.archive_product(tx, shop.id, ProductId(product_id))


@post("/products/{product_id:uuid}/restore", status_code=HTTP_200_OK, summary="Restore a product")
async def restore_product(workplace: NamedDependency[Workplace], product_id: FromPath[UUID]) -> Product:
    """Offer an archived product again; refused while another has taken its code."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        await catalog.restore_product(tx, shop.id, ProductId(product_id))
        return await _shown(tx, await catalog.get_product_of(tx, shop.id, ProductId(product_id)))


@put("/product-order", status_code=HTTP_204_NO_CONTENT, summary="Put products in order")
async def order_products(workplace: NamedDependency[Workplace], data: JSONBody[ProductOrder]) -> None:
    """Show these products of the shop in this order; all others stay where they are."""
    with named(lambda field: "product_ids" if field == "products" else field):
        async with workplace.open(*KEEPERS) as (tx, shop):
            await catalog.reorder_products(tx, shop.id, [ProductId(one) for one in data.product_ids])


async def _find_shop(tx: Tx, slug: str) -> ShopView:
    shop = await shops.find_shop_by_slug(tx, slug)
    if shop is None:
        raise ShopUnknown
    return shop


async def _shown(tx: Tx, product: ProductView) -> Product:
    return shapes.show_product(product, await _free_units(tx, [product]))


async def _free_units(tx: Tx, products: Sequence[ProductView]) -> Mapping[UUID, int]:
    return await inventory.available(tx, [variant.id for one in products for variant in one.variants])


PUBLIC: list[Any] = [list_products, show_product]
STAFF: list[Any] = [add_product, change_product, archive_product, restore_product, order_products]
