"""A product's photos: taken in, put first, taken away."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase.api._uploads import MAX_PICTURE_BYTES
from etalase.api.catalog._shapes import PhotoItem, show_photo
from etalase.commerce import catalog
from etalase.commerce.catalog import ProductId
from etalase.commerce.shops import KEEPERS, Workplace
from etalase.platform.files import FileStore
from etalase.platform.images import kept_picture

Alt = Annotated[str, msgspec.Meta(max_length=200, description="What it shows, for those who can't see it.")]


@dataclass(frozen=True, slots=True)
class PhotoUpload:
    """A JPEG, PNG, WebP or AVIF of up to 12 MB; it is encoded anew, without its metadata."""

    photo: UploadFile
    alt: Alt = ""


@post(
    "/products/{product_id:uuid}/photos",
    status_code=HTTP_201_CREATED,
    request_max_body_size=MAX_PICTURE_BYTES,
    summary="Add a photo",
)
async def add_photo(
    workplace: NamedDependency[Workplace],
    files: NamedDependency[FileStore],
    product_id: FromPath[UUID],
    data: MultipartBody[PhotoUpload],
) -> PhotoItem:
    """Show a photo behind the product's others, of which there may be ten."""
    async with workplace.open(*KEEPERS) as (tx, shop):  # whoever may not, costs us no picture
        await catalog.get_product_of(tx, shop.id, ProductId(product_id))
    content = await data.photo.read()
    async with kept_picture(files, content, "photos") as picture, workplace.open(*KEEPERS) as (tx, shop):
        return show_photo(await catalog.add_photo(tx, shop.id, ProductId(product_id), picture, data.alt))


@put(
    "/products/{product_id:uuid}/photos/{photo_id:uuid}/lead",
    status_code=HTTP_204_NO_CONTENT,
    summary="Put a photo first",
)
async def lead_with_photo(
    workplace: NamedDependency[Workplace], product_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> None:
    """Show this photo first."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        await catalog.lead_with_photo(tx, shop.id, ProductId(product_id), photo_id)


@delete(
    "/products/{product_id:uuid}/photos/{photo_id:uuid}",
    status_code=HTTP_204_NO_CONTENT,
    summary="Remove a photo",
)
async def remove_photo(
    workplace: NamedDependency[Workplace],
    files: NamedDependency[FileStore],
    product_id: FromPath[UUID],
    photo_id: FromPath[UUID],
) -> None:
    """Take the photo off the product, and its files away."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        photo = await catalog.remove_photo(tx, shop.id, ProductId(product_id), photo_id)
    await files.delete(photo.key)


STAFF: list[Any] = [add_photo, lead_with_photo, remove_photo]
