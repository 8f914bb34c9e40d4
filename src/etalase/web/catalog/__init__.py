"""Pages of products: the list, one with its photos and stock, import and export; and the photos' files."""

from typing import Any

from etalase.web._desk import desk_router
from etalase.web.catalog._files import send_file
from etalase.web.catalog._line import release_hold
from etalase.web.catalog._photos import lead_with_photo, remove_photo
from etalase.web.catalog._products import (
    add_photos,
    add_product,
    archive,
    change_product,
    list_products,
    move_product,
    restore,
    show_new_product,
    show_product,
)
from etalase.web.catalog._spreadsheets import (
    decide,
    export,
    look_at_import,
    poll_import,
    show_import,
    upload_file,
)
from etalase.web.catalog._stock import move_stock, show_stock

ROUTES: list[Any] = [
    send_file,
    desk_router(
        [
            list_products,
            show_new_product,
            add_product,
            show_product,
            change_product,
            archive,
            restore,
            move_product,
            add_photos,
            lead_with_photo,
            remove_photo,
            show_stock,
            move_stock,
            release_hold,
            show_import,
            upload_file,
            look_at_import,
            poll_import,
            decide,
            export,
        ]
    ),
]
