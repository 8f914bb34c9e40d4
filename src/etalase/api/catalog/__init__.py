"""Products for programs. Everybody may read what a shop offers; its owners and hosts change it."""

from typing import Any

from etalase.api._workplace import shop_router
from etalase.api.catalog import _photos, _products, _spreadsheets

ROUTES: list[Any] = [
    *_products.PUBLIC,
    shop_router("Products", [*_products.STAFF, *_photos.STAFF, *_spreadsheets.STAFF]),
]

__all__ = ["ROUTES"]
