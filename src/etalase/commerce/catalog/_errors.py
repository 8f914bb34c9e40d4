"""Why the catalog says no."""

from etalase.kernel.errors import Refusal


class ProductUnknown(Refusal):
    """There is no such product in this shop."""

    code = "product_unknown"


class VariantUnknown(Refusal):
    """There is no such variant."""

    code = "variant_unknown"


class PhotoUnknown(Refusal):
    """The product has no such photo."""

    code = "photo_unknown"


class TooManyPhotos(Refusal):
    """The product has as many photos as it may have; remove one first."""

    code = "too_many_photos"


class UnreadableSpreadsheet(Refusal):
    """The file is no CSV with the columns that an import needs; `reason` is stable."""

    code = "unreadable_spreadsheet"


class ImportRefused(Refusal):
    """At least one row is wrong, so no row was imported."""

    code = "import_refused"
