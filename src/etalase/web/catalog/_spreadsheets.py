"""Products as a spreadsheet: looked at row by row before anything is done, then imported whole or not at all.

Between the look and the import the file waits in the page itself; it is read again, so nothing in it is
trusted twice.
"""

import base64
import binascii
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency

from etalase.commerce import inventory
from etalase.commerce.catalog import COLUMNS, ImportPreview, ImportRefused, UnreadableSpreadsheet
from etalase.commerce.inventory import StockTooLow
from etalase.platform.db import Database
from etalase.platform.i18n import Lazy, lazy
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import redirect
from etalase.web._forms import field_words, text_of
from etalase.web._pages import Page
from etalase.web.catalog._products import KEEPERS

LARGEST_UPLOAD = 2_000_000
UNREADABLE_WORDS: dict[str, Lazy] = {
    "too_large": lazy("The file is larger than 1 MB. Please send it in parts."),
    "too_many_rows": lazy("The file has more than %(limit)s rows. Please send it in parts."),
    "columns_missing": lazy("These columns are missing: %(columns)s."),
    "columns_doubled": lazy("These columns are there twice: %(columns)s."),
    "empty": lazy("The file has no rows below its header."),
    "not_csv": lazy("This is no CSV file. In Excel, save it as CSV UTF-8."),
    "not_text": lazy("This is no CSV file. In Excel, save it as CSV UTF-8."),
}


@get("/products/import")
async def show_import(desk_shop: NamedDependency[DeskShop]) -> Page:
    """Ask for the file."""
    desk_shop.require(*KEEPERS)
    return _ask(desk_shop)


@post("/products/import", request_max_body_size=LARGEST_UPLOAD)
async def preview_rows(
    request: PageRequest, db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop]
) -> Page:
    """Show what each row would do, or what is wrong with it; nothing is imported yet."""
    desk_shop.require(*KEEPERS)
    upload = (await request.form()).get("file")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    try:
        async with db.begin() as tx:
            preview = await inventory.preview_import(tx, desk_shop.shop.id, content)
    except UnreadableSpreadsheet as refusal:
        return _ask(desk_shop, {"file": UNREADABLE_WORDS[str(refusal.facts["reason"])] % refusal.facts})
    return _show(desk_shop, preview, content)


@post("/products/import/run", request_max_body_size=LARGEST_UPLOAD)
async def import_rows(
    request: PageRequest, db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop]
) -> Response[Any]:
    """Import the file that was looked at, unless a row has become wrong meanwhile."""
    desk_shop.require(*KEEPERS)
    content = _unpacked(text_of(await request.form(), "content"))
    try:
        async with db.begin() as tx:
            preview = await inventory.preview_import(tx, desk_shop.shop.id, content)
            await inventory.import_products(
                tx, desk_shop.shop.id, preview, actor_id=desk_shop.account_id, reason=_("Import")
            )
    except UnreadableSpreadsheet as refusal:
        return _ask(desk_shop, {"file": UNREADABLE_WORDS[str(refusal.facts["reason"])] % refusal.facts})
    except (ImportRefused, StockTooLow):
        return _show(desk_shop, preview, content)
    return redirect(request, f"{desk_shop.base}/products", _("The products are imported."))


@get("/products/export.csv")
async def export(db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop]) -> Response[bytes]:
    """Return the shop's products with their stock as CSV, which an import reads back."""
    desk_shop.require(*KEEPERS)
    async with db.begin() as tx:
        content = await inventory.export_products(tx, desk_shop.shop.id)
    name = f"{desk_shop.shop.slug}-{db.clock.now():%Y-%m-%d}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _ask(desk: DeskShop, errors: dict[str, str] | None = None) -> Page:
    status = 422 if errors else 200
    return desk.page(
        "catalog/import.html", "products", status=status, columns=COLUMNS, preview=None, errors=errors or {}
    )


def _show(desk: DeskShop, preview: ImportPreview, content: bytes) -> Page:
    return desk.page(
        "catalog/import.html",
        "products",
        status=200 if preview.can_be_imported else 422,
        columns=COLUMNS,
        preview=preview,
        wrong=sum(bool(row.problems) for row in preview.rows),
        content=base64.b64encode(content).decode(),
        field_words=field_words,
        errors={},
    )


def _unpacked(packed: str) -> bytes:
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error:
        return b""
