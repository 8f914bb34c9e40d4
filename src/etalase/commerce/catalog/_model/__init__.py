"""What a shop offers, and what an import would make of it. Pure."""

from etalase.commerce.catalog._model.importing import (
    Change,
    ImportPreview,
    ImportRow,
    details_of,
    plan,
    preview,
)
from etalase.commerce.catalog._model.product import (
    LONGEST_TITLE,
    MOST_PHOTOS,
    MOST_VARIANTS,
    Photo,
    ProductDetails,
    ProductDraft,
    ProductId,
    ProductView,
    VariantDetails,
    VariantDraft,
    VariantId,
    VariantView,
    check_product,
    next_free_code,
)
from etalase.commerce.catalog._model.spreadsheet import COLUMNS, SheetRow, read_sheet, write_sheet

__all__ = [
    "COLUMNS",
    "LONGEST_TITLE",
    "MOST_PHOTOS",
    "MOST_VARIANTS",
    "Change",
    "ImportPreview",
    "ImportRow",
    "Photo",
    "ProductDetails",
    "ProductDraft",
    "ProductId",
    "ProductView",
    "SheetRow",
    "VariantDetails",
    "VariantDraft",
    "VariantId",
    "VariantView",
    "check_product",
    "details_of",
    "next_free_code",
    "plan",
    "preview",
    "read_sheet",
    "write_sheet",
]
