"""A product's photos: put first, taken away. They are taken in with the rest of the product's form."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import catalog
from etalase.commerce.catalog import ProductId
from etalase.commerce.shops import KEEPERS
from etalase.platform.files import FileStore
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import redirect


@post("/products/{product_id:uuid}/photos/{photo_id:uuid}/lead")
async def lead_with_photo(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
    photo_id: FromPath[UUID],
) -> Response[Any]:
    """Show this photo first."""
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        await catalog.lead_with_photo(tx, shop.id, ProductId(product_id), photo_id)
    return redirect(request, f"{desk_shop.base}/products/{product_id}#photos")


@post("/products/{product_id:uuid}/photos/{photo_id:uuid}/remove")
async def remove_photo(
    request: PageRequest,
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
    photo_id: FromPath[UUID],
) -> Response[Any]:
    """Take the photo off the product, and its files away."""
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        photo = await catalog.remove_photo(tx, shop.id, ProductId(product_id), photo_id)
    await files.delete(photo.key)
    return redirect(request, f"{desk_shop.base}/products/{product_id}#photos", _("The photo is gone."))
