"""Products, variants and photos in PostgreSQL. Lock order: the shop's codes, then the product."""

from etalase.commerce.catalog._store.bulk import (
    Writing,
    add_products,
    change_products,
    list_retired,
    lock_products,
)
from etalase.commerce.catalog._store.downloads import (
    add_downloads,
    forget_downloads,
    list_downloads,
    save_download,
)
from etalase.commerce.catalog._store.prices import (
    LIST_PRICES,
    find_lowest_prices,
    list_unnoted_prices,
)
from etalase.commerce.catalog._store.reading import (
    get_products,
    get_variants,
    list_all_products,
    list_newest,
    list_products,
    list_variant_ids,
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
    "LIST_PRICES",
    "Writing",
    "add_downloads",
    "add_photo",
    "add_product",
    "add_products",
    "change_products",
    "find_lowest_prices",
    "forget_downloads",
    "get_products",
    "get_variants",
    "list_all_products",
    "list_downloads",
    "list_newest",
    "list_products",
    "list_retired",
    "list_unnoted_prices",
    "list_variant_ids",
    "lock_codes",
    "lock_product",
    "lock_products",
    "metadata",
    "move_photo_first",
    "place_products",
    "remove_photo",
    "save_download",
    "save_product",
    "set_archived",
]
