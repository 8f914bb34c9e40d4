"""What the API takes and tells about products."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

import msgspec

from etalase.api._money import Currency, Minor
from etalase.commerce import catalog
from etalase.commerce.catalog import ProductDraft, ProductView, VariantDraft, VariantId
from etalase.platform.images import WIDTHS, file_of


class VariantFields(msgspec.Struct, frozen=True):
    """One thing that can be bought. Leave `id` out for a new one; variants that are left out are archived."""

    price_minor: Minor
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
    price_minor: Minor
    currency: Currency
    weight_grams: int
    available: Annotated[int, msgspec.Meta(examples=[5])]


class PhotoItem(msgspec.Struct, frozen=True):
    """A photo: addresses of its WebP files by width in pixels."""

    id: UUID
    alt: Annotated[str, msgspec.Meta(examples=["Gaun Bunga Matahari"])]
    urls: Annotated[dict[str, str], msgspec.Meta(examples=[{"480": "/files/photos/0192…/480.webp"}])]


class Product(msgspec.Struct, frozen=True):
    """What a shop offers."""

    id: UUID
    shop_id: UUID
    code: Annotated[str, msgspec.Meta(examples=["A1"])]
    title: Annotated[str, msgspec.Meta(examples=["Gaun Bunga Matahari"])]
    description: str
    archived: bool
    photos: Sequence[PhotoItem]
    variants: Sequence[Variant]


def show_product(product: ProductView, free: Mapping[UUID, int]) -> Product:
    """Return a product as the API tells it, with the free units of each variant."""
    return Product(
        id=product.id,
        shop_id=product.shop_id,
        code=product.code,
        title=product.title,
        description=product.description,
        archived=product.archived_at is not None,
        photos=[show_photo(photo) for photo in product.photos],
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


def show_photo(photo: catalog.Photo) -> PhotoItem:
    """Return a photo as the API tells it."""
    urls = {str(width): f"/files/{file_of(photo.key, width)}" for width in WIDTHS}
    return PhotoItem(photo.id, photo.alt, urls)


def name_of(field: str) -> str:
    """Return the API's name of a product's field."""
    return re.sub(r"^(variants\.\d+\.price)$", r"\1_minor", field)
