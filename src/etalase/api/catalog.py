"""Products for programs. Everybody may read what a shop offers; its owners and hosts change it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, Page, cut_page, decode_cursor
from etalase.commerce import catalog, inventory, shops
from etalase.commerce.catalog import ProductDraft, ProductId, ProductView, VariantDraft, VariantId
from etalase.commerce.shops import Role, ShopUnknown, ShopView
from etalase.platform.db import Database, Tx
from etalase.platform.images import WIDTHS, file_of

TAGS = ["Products"]
KEEPERS = (Role.OWNER, Role.HOST)


class VariantFields(msgspec.Struct, frozen=True):
    """One thing that can be bought. Leave `id` out for a new one; variants that are left out are archived."""

    price_minor: Annotated[int, msgspec.Meta(description="Whole rupiah.", examples=[89000])]
    weight_grams: Annotated[int, msgspec.Meta(examples=[180])]
    size: Annotated[str, msgspec.Meta(examples=["2-3 th"])] = ""
    colour: Annotated[str, msgspec.Meta(examples=["kuning"])] = ""
    sku: str = ""
    id: UUID | None = None


class ProductFields(msgspec.Struct, frozen=True):
    """A product. Without a `code` it gets the next free one."""

    title: Annotated[str, msgspec.Meta(examples=["Gaun Bunga Matahari"])]
    variants: Sequence[VariantFields]
    description: str = ""
    code: Annotated[str, msgspec.Meta(description="What a host says aloud.", examples=["A1"])] = ""

    def draft(self) -> ProductDraft:
        """Return it as a draft, not yet checked."""
        variants = tuple(
            VariantDraft(
                size=one.size,
                colour=one.colour,
                price=str(one.price_minor),
                weight_grams=str(one.weight_grams),
                sku=one.sku,
                id=VariantId(one.id) if one.id else None,
            )
            for one in self.variants
        )
        return ProductDraft(self.title, self.description, self.code, variants)


class Variant(msgspec.Struct, frozen=True):
    """One thing that can be bought, and how many of it are free."""

    id: UUID
    size: Annotated[str, msgspec.Meta(examples=["2-3 th"])]
    colour: Annotated[str, msgspec.Meta(examples=["kuning"])]
    sku: str
    price_minor: Annotated[int, msgspec.Meta(examples=[89000])]
    currency: Annotated[str, msgspec.Meta(examples=["IDR"])]
    weight_grams: int
    available: Annotated[int, msgspec.Meta(examples=[5])]


class Photo(msgspec.Struct, frozen=True):
    """A photo: addresses of its WebP files by width in pixels."""

    id: UUID
    alt: str
    urls: dict[str, str]


class Product(msgspec.Struct, frozen=True):
    """What a shop offers."""

    id: UUID
    shop_id: UUID
    code: Annotated[str, msgspec.Meta(examples=["A1"])]
    title: Annotated[str, msgspec.Meta(examples=["Gaun Bunga Matahari"])]
    description: str
    archived: bool
    photos: Sequence[Photo]
    variants: Sequence[Variant]


@get("/api/v1/shops/{slug:str}/products", tags=TAGS, summary="List a shop's products")
async def list_products(
    db: NamedDependency[Database], slug: FromPath[str], limit: Limit = 50, cursor: Cursor = None
) -> Page[Product]:
    """List what the shop offers, in its order, with the free units of each variant."""
    after = decode_cursor(cursor, tuple[int, UUID])
    async with db.begin() as tx:
        shop = await _find_shop(tx, slug)
        rows = await catalog.list_products(tx, shop.id, after=after, limit=limit + 1)
        free = await _free_units(tx, rows)
    return cut_page(rows, limit, lambda row: _product(row, free), lambda row: (row.position, row.id))


@post(
    "/api/v1/shops/{slug:str}/products",
    guards=[signed_in],
    status_code=HTTP_201_CREATED,
    tags=TAGS,
    summary="Add a product",
)
async def add_product(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    data: JSONBody[ProductFields],
) -> Product:
    """Add a product; its units come with a stock movement of each variant."""
    async with db.begin() as tx:
        found = await shops.require_membership(tx, caller(request).account_id, slug, *KEEPERS)
        product = await catalog.create_product(tx, found.shop.id, data.draft())
    return _product(product, {})


@get("/api/v1/shops/{slug:str}/products/{product_id:uuid}", tags=TAGS, summary="Show a product")
async def show_product(
    db: NamedDependency[Database], slug: FromPath[str], product_id: FromPath[UUID]
) -> Product:
    """Show a product, archived or not."""
    async with db.begin() as tx:
        shop = await _find_shop(tx, slug)
        product = await catalog.get_product_of(tx, shop.id, ProductId(product_id))
        free = await _free_units(tx, [product])
    return _product(product, free)


@put(
    "/api/v1/shops/{slug:str}/products/{product_id:uuid}",
    guards=[signed_in],
    tags=TAGS,
    summary="Change a product",
)
async def change_product(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    product_id: FromPath[UUID],
    data: JSONBody[ProductFields],
) -> Product:
    """Replace a product's words and variants; stock and photos stay."""
    async with db.begin() as tx:
        shop_id = await _require_keeper(tx, request, slug)
        product = await catalog.update_product(tx, shop_id, ProductId(product_id), data.draft())
        free = await _free_units(tx, [product])
    return _product(product, free)


@delete(
    "/api/v1/shops/{slug:str}/products/{product_id:uuid}",
    guards=[signed_in],
    status_code=HTTP_204_NO_CONTENT,
    tags=TAGS,
    summary="Archive a product",
)
async def archive_product(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    product_id: FromPath[UUID],
) -> None:
    """Offer the product no more. Its orders and movements stay, and it can be restored."""
    async with db.begin() as tx:
        shop_id = await _require_keeper(tx, request, slug)
        await catalog.archive_product(tx, shop_id, ProductId(product_id))


@post(
    "/api/v1/shops/{slug:str}/products/{product_id:uuid}/restore",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=TAGS,
    summary="Restore a product",
)
async def restore_product(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    product_id: FromPath[UUID],
) -> Product:
    """Offer an archived product again; refused while another has taken its code."""
    async with db.begin() as tx:
        shop_id = await _require_keeper(tx, request, slug)
        await catalog.restore_product(tx, shop_id, ProductId(product_id))
        product = await catalog.get_product_of(tx, shop_id, ProductId(product_id))
        free = await _free_units(tx, [product])
    return _product(product, free)


async def _find_shop(tx: Tx, slug: str) -> ShopView:
    shop = await shops.find_shop_by_slug(tx, slug)
    if shop is None:
        raise ShopUnknown
    return shop


async def _require_keeper(tx: Tx, request: Request[Any, Any, Any], slug: str) -> UUID:
    """Return the shop's id if the caller keeps its products."""
    found = await shops.require_membership(tx, caller(request).account_id, slug, *KEEPERS)
    return found.shop.id


async def _free_units(tx: Tx, products: Sequence[ProductView]) -> Mapping[UUID, int]:
    return await inventory.available(tx, [variant.id for one in products for variant in one.variants])


def _product(product: ProductView, free: Mapping[UUID, int]) -> Product:
    return Product(
        id=product.id,
        shop_id=product.shop_id,
        code=product.code,
        title=product.title,
        description=product.description,
        archived=product.archived_at is not None,
        photos=[
            Photo(
                photo.id, photo.alt, {str(width): f"/files/{file_of(photo.key, width)}" for width in WIDTHS}
            )
            for photo in product.photos
        ],
        variants=[
            Variant(
                id=variant.id,
                size=variant.size,
                colour=variant.colour,
                sku=variant.sku,
                price_minor=variant.price.minor,
                currency=variant.price.currency,
                weight_grams=variant.weight_grams,
                available=free.get(variant.id, 0),
            )
            for variant in product.variants
        ],
    )


ROUTES: list[Any] = [
    list_products,
    add_product,
    show_product,
    change_product,
    archive_product,
    restore_product,
]
