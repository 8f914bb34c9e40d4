"""Reads products with their photos and living variants."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Uuid, any_, bindparam, cast, select, tuple_

from etalase.commerce.catalog._model import Photo, ProductId, ProductView, VariantId, VariantView
from etalase.commerce.catalog._store.tables import photos, products, variants
from etalase.kernel.money import Money
from etalase.platform.db import Tx
from etalase.platform.locks import lock_name


def _among(ids: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Match these ids, however many: one argument carries them all."""
    return ids == any_(cast(bindparam("ids"), ARRAY(Uuid)))


def _variant_rows() -> Select[Any]:
    """Select variants with what they take from their product."""
    first_photo = (
        select(photos.c.key)
        .where(photos.c.product_id == products.c.id)
        .order_by(photos.c.position, photos.c.id)
        .limit(1)
        .correlate(products)
        .scalar_subquery()
    )
    alive = variants.c.archived_at.is_(None) & products.c.archived_at.is_(None)
    return select(
        variants,
        products.c.shop_id,
        products.c.title,
        products.c.code,
        first_photo.label("photo_key"),
        alive.label("for_sale"),
    ).join(products, products.c.id == variants.c.product_id)


_GET = select(products).where(_among(products.c.id))
_LOCK = select(products).where(products.c.id == bindparam("id")).with_for_update()
_GET_VARIANTS = _variant_rows().where(_among(variants.c.id))
_PHOTOS_OF = select(photos).where(_among(photos.c.product_id)).order_by(photos.c.position, photos.c.id)
_VARIANTS_OF = (
    _variant_rows()
    .where(_among(variants.c.product_id), variants.c.archived_at.is_(None))
    .order_by(variants.c.position, variants.c.id)
)


async def get_products(tx: Tx, ids: Iterable[UUID]) -> dict[ProductId, ProductView]:
    """Return those products that exist, archived or not."""
    rows = await tx.execute(_GET, {"ids": list(ids)})
    return {view.id: view for view in await _views(tx, rows.all())}


async def list_products(
    tx: Tx,
    shop_id: UUID,
    *,
    archived: bool = False,
    search: str = "",
    after: tuple[int, UUID] | None = None,
    limit: int = 50,
) -> list[ProductView]:
    """Return the shop's products in its order, those after the position and id of `after`."""
    query = select(products).where(products.c.shop_id == shop_id)
    query = query.where(products.c.archived_at.is_not(None) if archived else products.c.archived_at.is_(None))
    if search:
        query = query.where(
            products.c.title.icontains(search, autoescape=True) | (products.c.code == search.upper())
        )
    if after is not None:
        query = query.where(tuple_(products.c.position, products.c.id) > after)
    rows = await tx.execute(query.order_by(products.c.position, products.c.id).limit(limit))
    return await _views(tx, rows.all())


async def list_newest(tx: Tx, *, limit: int) -> list[tuple[UUID, ProductId]]:
    """Return the shop and the id of each product that is offered, the newest first."""
    query = select(products.c.shop_id, products.c.id).where(products.c.archived_at.is_(None))
    rows = await tx.execute(query.order_by(products.c.id.desc()).limit(limit))
    return [(row.shop_id, ProductId(row.id)) for row in rows]


async def list_all_products(tx: Tx, shop_id: UUID) -> list[ProductView]:
    """Return every product that the shop offers, for an export or an import."""
    return await list_products(tx, shop_id, archived=False, limit=100_000)


async def list_variant_ids(tx: Tx, shop_id: UUID) -> list[VariantId]:
    """Return the variants of all products that the shop offers."""
    query = (
        select(variants.c.id)
        .join(products, products.c.id == variants.c.product_id)
        .where(
            products.c.shop_id == shop_id,
            products.c.archived_at.is_(None),
            variants.c.archived_at.is_(None),
        )
    )
    return [VariantId(id_) for id_ in (await tx.execute(query)).scalars()]


async def lock_product(tx: Tx, product_id: ProductId) -> ProductView | None:
    """Return the product; whoever else changes it waits until this transaction ends."""
    row = (await tx.execute(_LOCK, {"id": product_id})).one_or_none()
    return (await _views(tx, [row]))[0] if row else None


async def lock_codes(tx: Tx, shop_id: UUID) -> dict[str, ProductId]:
    """Return the codes in use; whoever else gives codes out in this shop waits."""
    await lock_name(tx, f"catalog.codes/{shop_id}")
    query = select(products.c.code, products.c.id).where(
        products.c.shop_id == shop_id, products.c.archived_at.is_(None)
    )
    return {row.code: ProductId(row.id) for row in await tx.execute(query)}


async def get_variants(tx: Tx, ids: Iterable[UUID]) -> dict[VariantId, VariantView]:
    """Return those variants that exist; `for_sale` tells which may still be bought."""
    views = [_variant(row) for row in await tx.execute(_GET_VARIANTS, {"ids": list(ids)})]
    return {view.id: view for view in views}


async def _views(tx: Tx, rows: Sequence[Row[Any]]) -> list[ProductView]:
    """Complete product rows with their photos and living variants."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    photos_of: dict[UUID, list[Photo]] = defaultdict(list)
    for row in await tx.execute(_PHOTOS_OF, {"ids": ids}):
        photos_of[row.product_id].append(_photo(row))
    variants_of: dict[UUID, list[VariantView]] = defaultdict(list)
    for row in await tx.execute(_VARIANTS_OF, {"ids": ids}):
        variants_of[row.product_id].append(_variant(row))
    return [_product(row, photos_of[row.id], variants_of[row.id]) for row in rows]


def _product(row: Row[Any], its_photos: list[Photo], its_variants: list[VariantView]) -> ProductView:
    return ProductView(
        id=ProductId(row.id),
        shop_id=row.shop_id,
        title=row.title,
        description=row.description,
        code=row.code,
        position=row.position,
        photos=tuple(its_photos),
        variants=tuple(its_variants),
        archived_at=row.archived_at,
    )


def _variant(row: Row[Any]) -> VariantView:
    return VariantView(
        id=VariantId(row.id),
        product_id=ProductId(row.product_id),
        shop_id=row.shop_id,
        title=row.title,
        code=row.code,
        size=row.size,
        colour=row.colour,
        sku=row.sku,
        price=Money(row.price_minor, row.currency),
        weight_grams=row.weight_grams,
        photo_key=row.photo_key,
        for_sale=row.for_sale,
    )


def _photo(row: Row[Any]) -> Photo:
    return Photo(row.id, row.key, row.width, row.height, row.placeholder, row.alt)
