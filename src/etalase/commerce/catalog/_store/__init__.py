"""Products, variants and photos in PostgreSQL. Lock order: the shop's codes, then the product."""

from etalase.commerce.catalog._store.reading import (
    find_products,
    find_variants,
    list_all_products,
    list_newest,
    list_products,
    lock_codes,
    lock_product,
)
from etalase.commerce.catalog._store.tables import metadata
from etalase.commerce.catalog._store.writing import (
    add_photo,
    add_product,
    move_photo_first,
    place_products,
    remove_photo,
    save_product,
    set_archived,
)

__all__ = [
    "add_photo",
    "add_product",
    "find_products",
    "find_variants",
    "list_all_products",
    "list_newest",
    "list_products",
    "lock_codes",
    "lock_product",
    "metadata",
    "move_photo_first",
    "place_products",
    "remove_photo",
    "save_product",
    "set_archived",
]
