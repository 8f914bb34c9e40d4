"""A product's photos: put first, taken away. They are taken in with the rest of the product's form."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import catalog
from etalase.commerce.catalog import ProductId
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import redirect
from etalase.web.catalog._products import KEEPERS


@post("/products/{product_id:uuid}/photos/{photo_id:uuid}/lead")
async def lead_with_photo(
    request: PageRequest,
    db: NamedDependency[Database],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
    photo_id: FromPath[UUID],
) -> Response[Any]:
    """Show this photo first."""
    desk_shop.require(*KEEPERS)
    async with db.begin() as tx:
        await catalog.lead_with_photo(tx, desk_shop.shop.id, ProductId(product_id), photo_id)
    return redirect(request, f"{desk_shop.base}/products/{product_id}#photos")


@post("/products/{product_id:uuid}/photos/{photo_id:uuid}/remove")
async def remove_photo(
    request: PageRequest,
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
    photo_id: FromPath[UUID],
) -> Response[Any]:
    """Take the photo off the product, and its files away."""
    desk_shop.require(*KEEPERS)
    async with db.begin() as tx:
        photo = await catalog.remove_photo(tx, desk_shop.shop.id, ProductId(product_id), photo_id)
    await files.delete(photo.key)
    return redirect(request, f"{desk_shop.base}/products/{product_id}#photos", _("The photo is gone."))
