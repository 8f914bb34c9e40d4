"""What an import is told in: columns, doubts, where files come from, why a photo could not be fetched."""

from etalase.commerce.catalog import SpreadsheetSource
from etalase.platform.i18n import Lazy, lazy

_COLUMNS: dict[str, Lazy] = {
    "code": lazy("Code"),
    "title": lazy("Name"),
    "description": lazy("Description"),
    "size": lazy("Size"),
    "colour": lazy("Colour"),
    "price": lazy("Price"),
    "weight_grams": lazy("Weight"),
    "sku": lazy("SKU"),
    "stock": lazy("Stock"),
}
DOUBT_WORDS: dict[str, Lazy] = {
    "turned_into_a_date": lazy("Cells such as “%(cell)s” look like dates that a spreadsheet made."),
    "turned_into_a_number": lazy("Cells such as “%(cell)s” look like numbers that a spreadsheet shortened."),
    "turned_into_a_day_number": lazy(
        "Cells such as “%(cell)s” look like dates that a spreadsheet keeps as numbers."
    ),
}
SOURCE_WORDS: dict[SpreadsheetSource, Lazy] = {
    SpreadsheetSource.SHOPIFY: lazy("This is an export of Shopify."),
    SpreadsheetSource.WOOCOMMERCE: lazy("This is an export of WooCommerce."),
    SpreadsheetSource.TOKOPEDIA: lazy("This looks like a file of Tokopedia."),
    SpreadsheetSource.SHOPEE: lazy("This is a file of Shopee."),
    SpreadsheetSource.OTHER: lazy("This file has no show codes: products are told apart by SKU and name."),
}
PHOTO_WORDS: dict[str, Lazy] = {
    "address": lazy("This is not a web address."),
    "inner": lazy("This address is not on the public Internet."),
    "away": lazy("There is nothing at this address."),
    "slow": lazy("The other side took too long."),
    "size": lazy("The file is too large."),
    "type": lazy("This is not a photo."),
    "too_many": lazy("The product has enough photos."),
}


def column_words(column: str) -> Lazy:
    """Return what a column is called on pages."""
    return _COLUMNS[column]
