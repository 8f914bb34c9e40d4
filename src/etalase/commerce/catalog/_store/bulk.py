"""Writes many products at once, with few statements however many they are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from etalase.commerce.catalog._model import ProductDetails, ProductId, VariantDetails, VariantId
from etalase.commerce.catalog._store.prices import note_prices
from etalase.commerce.catalog._store.tables import products, variants
from etalase.commerce.catalog._store.writing import columns_of
from etalase.platform.db import Tx

Writing = tuple[ProductId, ProductDetails, Sequence[VariantId]]
"""A product, its details, and the id of each of its variants."""


async def lock_products(tx: Tx, ids: Sequence[ProductId]) -> None:
    """Lock these products by id; whoever else changes one waits until this transaction ends."""
    query = select(products.c.id).where(products.c.id == func.any(bindparam("ids")))
    await tx.execute(query.order_by(products.c.id).with_for_update(), {"ids": sorted(ids)})


async def list_retired(tx: Tx, shop_id: UUID) -> dict[tuple[str, tuple[str, str]], VariantId]:
    """Return the archived variants of living products by code and option, the latest of each."""
    query = (
        select(products.c.code, variants.c.size, variants.c.colour, variants.c.id)
        .join(products, products.c.id == variants.c.product_id)
        .where(
            products.c.shop_id == shop_id,
            products.c.archived_at.is_(None),
            variants.c.archived_at.is_not(None),
        )
        .order_by(variants.c.archived_at)
    )
    return {
        (row.code, (row.size.casefold(), row.colour.casefold())): VariantId(row.id)
        for row in await tx.execute(query)
    }


async def add_products(tx: Tx, shop_id: UUID, added: Sequence[Writing]) -> None:
    """Insert products with their variants behind the shop's others."""
    if not added:
        return
    last = select(func.coalesce(func.max(products.c.position), 0)).where(products.c.shop_id == shop_id)
    first = (await tx.execute(last)).scalar_one() + 1
    now = tx.clock.now()
    await tx.execute(
        insert(products),
        [
            {
                "id": product_id,
                "shop_id": shop_id,
                "title": details.title,
                "description": details.description,
                "code": details.code,
                "position": position,
                "created_at": now,
            }
            for position, (product_id, details, _) in enumerate(added, start=first)
        ],
    )
    await _insert_variants(
        tx,
        [
            (product_id, id_, variant, position)
            for product_id, details, ids in added
            for position, (id_, variant) in enumerate(zip(ids, details.variants, strict=True), start=1)
        ],
    )


async def change_products(tx: Tx, changed: Sequence[Writing]) -> None:
    """Write the words of locked products, renew those variants that have an id, and add the others behind."""
    if not changed:
        return
    await tx.execute(
        update(products).where(products.c.id == bindparam("its")),
        [
            {"its": product_id, "title": details.title, "description": details.description}
            for product_id, details, _ in changed
        ],
    )
    renewed, added = [], []
    places = await _last_places(tx, [product_id for product_id, _, _ in changed])
    for product_id, details, ids in changed:
        for id_, variant in zip(ids, details.variants, strict=True):
            if variant.id is not None:
                renewed.append((id_, variant))
            else:
                places[product_id] = places.get(product_id, 0) + 1
                added.append((product_id, id_, variant, places[product_id]))
    await _renew_variants(tx, renewed)
    await _insert_variants(tx, added)


async def _last_places(tx: Tx, ids: Sequence[ProductId]) -> dict[UUID, int]:
    query = (
        select(variants.c.product_id, func.max(variants.c.position).label("place"))
        .where(variants.c.product_id == func.any(bindparam("ids")))
        .group_by(variants.c.product_id)
    )
    return {row.product_id: row.place for row in await tx.execute(query, {"ids": list(ids)})}


async def _insert_variants(tx: Tx, rows: Sequence[tuple[ProductId, VariantId, VariantDetails, int]]) -> None:
    if rows:
        await tx.execute(
            insert(variants),
            [
                {"id": id_, "product_id": product_id, **columns_of(variant), "position": position}
                for product_id, id_, variant, position in rows
            ],
        )
        await note_prices(tx, [id_ for _, id_, _, _ in rows])


async def _renew_variants(tx: Tx, rows: Sequence[tuple[VariantId, VariantDetails]]) -> None:
    """Write the variants' details; one that was archived comes back."""
    if rows:
        await tx.execute(
            update(variants).where(variants.c.id == bindparam("its")),
            [{"its": id_, **columns_of(variant), "archived_at": None} for id_, variant in rows],
        )
        await note_prices(tx, [id_ for id_, _ in rows])
