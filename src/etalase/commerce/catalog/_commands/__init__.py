"""What is done to products. Who may do it, the caller asks the shops."""

from etalase.commerce.catalog._commands.importing import (
    PHOTO_JOB,
    PhotoWork,
    forget_downloads,
    import_products,
)
from etalase.commerce.catalog._commands.products import (
    add_photo,
    archive_product,
    create_product,
    lead_with_photo,
    remove_photo,
    reorder_products,
    restore_product,
    update_product,
)

__all__ = [
    "PHOTO_JOB",
    "PhotoWork",
    "add_photo",
    "archive_product",
    "create_product",
    "forget_downloads",
    "import_products",
    "lead_with_photo",
    "remove_photo",
    "reorder_products",
    "restore_product",
    "update_product",
]
