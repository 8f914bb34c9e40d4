"""A product's photos: taken in, put first, taken away."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import catalog
from etalase.commerce.catalog import MOST_PHOTOS, ProductId
from etalase.kernel.errors import Refusal
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.i18n import gettext as _
from etalase.platform.images import MOST_BYTES, kept_picture
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import Flash, redirect
from etalase.web._forms import text_of
from etalase.web._refusals import say
from etalase.web.catalog._products import KEEPERS

LARGEST_UPLOAD = MOST_PHOTOS * MOST_BYTES // 2


@post("/products/{product_id:uuid}/photos", request_max_body_size=LARGEST_UPLOAD)
async def add_photos(
    request: PageRequest,
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Take one or more pictures in; the first that can't be taken stops, those before it stay."""
    desk_shop.require(*KEEPERS)
    form = await request.form()
    uploads = [part for part in form.getall("photos", []) if isinstance(part, UploadFile)]
    there = f"{desk_shop.base}/products/{product_id}#photos"
    alt = text_of(form, "alt")
    try:
        for upload in uploads[:MOST_PHOTOS]:
            async with kept_picture(files, await upload.read(), "photos") as picture, db.begin() as tx:
                await catalog.add_photo(tx, desk_shop.shop.id, ProductId(product_id), picture, alt)
    except Refusal as refusal:
        return redirect(request, there, Flash(say(refusal).detail, "danger"))
    return redirect(request, there, _("The photos are in their place."))


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
