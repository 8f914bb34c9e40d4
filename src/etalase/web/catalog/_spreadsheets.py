"""Products as a spreadsheet: sent, looked at cell by cell, decided about, then imported whole or not at all.

The file is read once. Its rows wait in the database: each look holds them against the shop as it is.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import COLUMNS, ImportPreview, UnreadableSpreadsheet
from etalase.commerce.inventory import CheckedImport, ImportChoice, ImportFile, ImportState, StockMode
from etalase.commerce.shops import KEEPERS
from etalase.kernel.errors import FieldProblem
from etalase.kernel.fields import Fields
from etalase.kernel.spreadsheets import MEDIA_TYPE
from etalase.kernel.zones import day_of, zone_name
from etalase.platform.db import Database
from etalase.platform.i18n import Lazy, lazy
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._desk import Desk, DeskShop
from etalase.web._flash import Flash, redirect
from etalase.web._forms import field_words, text_of
from etalase.web._pages import HtmlPage
from etalase.web.catalog._import_words import DOUBT_WORDS, PHOTO_WORDS, SOURCE_WORDS, column_words

MAX_UPLOAD_BYTES = 64_000_000
"""Above any limit that an operator sets for files: what is larger is cut off while it comes."""
SHOWN = 100
MAX_CONFIRMED = 20
NEVER_KEEP = {"cache-control": "no-store"}
UNREADABLE_WORDS: dict[str, Lazy] = {
    "too_large": lazy("The file is larger than %(limit)s MB. Please send it in parts."),
    "too_many_rows": lazy("The file has more than %(limit)s rows. Please send it in parts."),
    "columns_missing": lazy("There is no column for the code, the name or the SKU in it."),
    "columns_doubled": lazy("These columns say the same: %(columns)s."),
    "empty": lazy("The file has no rows below its header."),
    "not_text": lazy("This is neither an Excel workbook nor a CSV file."),
    "not_a_workbook": lazy("This workbook is damaged. Please open it in Excel and save it again."),
    "old_excel": lazy("Please save it in Excel as .xlsx, without a password."),
    "kept_by_another_version": lazy("This program was renewed meanwhile. Please send the file again."),
    "too_much_inside": lazy(
        "There is much more in this workbook than a list. Please copy the list into a new one."
    ),
}


@get("/products/import")
async def show_import(desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Ask for the file."""
    return await _ask(desk_shop)


@post("/products/import", request_max_body_size=MAX_UPLOAD_BYTES)
async def upload_file(
    request: PageRequest,
    catalog_settings: NamedDependency[catalog.CatalogSettings],
    desk_shop: NamedDependency[DeskShop],
) -> Response[Any]:
    """Keep a file that can be read, and go on to its preview; nothing is imported yet."""
    await desk_shop.require(*KEEPERS)
    upload = (await request.form()).get("file")
    if not isinstance(upload, UploadFile):
        return await _ask(desk_shop, {"file": field_words(FieldProblem("file", "required"))})
    content = await upload.read()
    try:
        sheet = await catalog.read_spreadsheet(content, catalog_settings)
    except UnreadableSpreadsheet as refusal:
        return await _ask(desk_shop, {"file": _unreadable(refusal)})
    kept = await catalog.keep_spreadsheet(sheet)
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        file = await inventory.open_import(
            tx, shop.id, kept, filename=upload.filename or "", actor_id=desk_shop.account_id
        )
    return redirect(request, _address(desk_shop, file.id))


@get("/products/import/{import_id:uuid}")
async def look_at_import(
    catalog_settings: NamedDependency[catalog.CatalogSettings],
    desk_shop: NamedDependency[DeskShop],
    import_id: FromPath[UUID],
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
) -> Response[Any]:
    """Show what each cell would become, or how far the import is, or what came of it."""
    async with desk_shop.show(*KEEPERS) as (tx, desk):
        file = await inventory.get_import(tx, desk.shop.id, import_id)
        if file.is_under_way or file.state is ImportState.DONE:
            photos = await catalog.list_downloads(tx, import_id)
            return _progress(desk, file, photos)
        kept = await inventory.read_import(tx, desk.shop.id, import_id)
    try:
        sheet = await catalog.reopen_spreadsheet(kept, catalog_settings)
    except UnreadableSpreadsheet as refusal:
        return await _ask(desk_shop, {"file": _unreadable(refusal)})
    async with desk_shop.show(*KEEPERS) as (tx, desk):
        checked = await inventory.preview_import(tx, desk.shop.id, sheet, file.choice)
    return _preview(desk, file, checked, page)


@get("/products/import/{import_id:uuid}/news")
async def poll_import(
    desk_shop: NamedDependency[DeskShop],
    import_id: FromPath[UUID],
    seen: Annotated[str, QueryParameter()] = "",
) -> Response[None]:
    """Have the page ask itself anew once more is done than it shows."""
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        file = await inventory.get_import(tx, shop.id, import_id)
        photos = await catalog.list_downloads(tx, import_id)
    if _stage(file, photos) == seen:
        return Response(None, status_code=204, headers=NEVER_KEEP)
    return Response(None, status_code=200, headers=NEVER_KEEP | {"HX-Refresh": "true"})


@post("/products/import/{import_id:uuid}")
async def decide(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    import_id: FromPath[UUID],
) -> Response[Any]:
    """Take the file as was decided: import it where this is what the preview showed; else preview it anew."""
    form = await request.form()
    there = _address(desk_shop, import_id)
    is_shown = text_of(form, "shown") == _choice_mark(form)
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        file = await inventory.get_import(tx, shop.id, import_id)
        if text_of(form, "deed") == "run" and is_shown:
            seen = text_of(form, "seen")
            await inventory.start_import(tx, shop.id, import_id, seen=seen, reason=_("Import"))
            return redirect(request, there)
        choice = _read_choice(form, file, shop.zone, tx.clock.now())
        if choice is None:
            words = _("Please write when the stock was counted; it can't be in the future.")
            return redirect(request, there, Flash(words, "warning"))
        await inventory.decide_import(tx, shop.id, import_id, choice)
    return redirect(request, there, Flash(_("This is what changes now."), "info"))


@get("/products/export.csv")
async def export(db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop]) -> Stream:
    """Send the shop's products with their stock as CSV, which an import reads back."""
    shop = (await desk_shop.require(*KEEPERS)).shop
    name = f"{shop.slug}-{day_of(db.clock.now(), shop.zone)}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', **NEVER_KEEP}
    lines = inventory.export_products(db, shop.id)
    return Stream(lines, media_type=MEDIA_TYPE, headers=headers)


def _choice_mark(form: FormMultiDict) -> str:
    """Return what tells one choice from another, as the form has it."""
    confirmed = sorted(str(key) for key in form.getall("confirmed", []))
    return "/".join((text_of(form, "stock"), text_of(form, "counted_at"), *confirmed))


def _read_choice(form: FormMultiDict, file: ImportFile, zone: ZoneInfo, now: datetime) -> ImportChoice | None:
    """Read how the stock is taken and which doubts are settled; None where a count has no moment."""
    chosen_mode = text_of(form, "stock")
    mode = StockMode(chosen_mode) if chosen_mode in set(StockMode) else None
    confirmed = frozenset(str(key)[:80] for key in form.getall("confirmed", [])[:MAX_CONFIRMED])
    written = text_of(form, "counted_at")
    moment = file.choice.counted_at
    if written != text_of(form, "shown_at"):  # else it is that of before, to the second
        moment = Fields().moment("counted_at", written, zone=zone)
    if mode is StockMode.COUNTED and (moment is None or moment > now):
        return None
    return ImportChoice(mode, moment, confirmed)


async def _ask(desk_shop: DeskShop, errors: dict[str, str] | None = None) -> HtmlPage:
    status = 422 if errors else 200
    values = {"columns": COLUMNS, "errors": errors or {}}
    async with desk_shop.show(*KEEPERS) as (_tx, desk):
        return desk.page("catalog/import.html", "products", status=status, **values)


def _preview(desk: Desk, file: ImportFile, checked: CheckedImport, page: int) -> HtmlPage:
    preview = checked.preview
    moment = file.choice.counted_at or preview.sheet.exported_at
    counted_at = f"{moment.astimezone(desk.shop.zone):%Y-%m-%dT%H:%M}" if moment else ""
    stock = checked.rule.mode if preview.has_stock and preview.can_be_imported else ""
    wrong = [row for row in preview.rows if row.problems]
    shown = wrong or [row for row in preview.rows if row.change != "same" or row.line in checked.untaken]
    return desk.page(
        "catalog/import_preview.html",
        "products",
        status=200 if preview.can_be_imported else 422,
        columns=COLUMNS,
        file=file,
        checked=checked,
        found=preview,
        wrong=len(wrong),
        rows=shown[(page - 1) * SHOWN : page * SHOWN],
        page_number=page,
        pages=max(1, -(-len(shown) // SHOWN)),
        shown=len(shown),
        there=_address(desk, file.id),
        zone_name=zone_name(desk.shop.zone),
        counted_at=counted_at,
        shown_choice="/".join((stock, counted_at if stock else "", *sorted(file.choice.confirmed))),
        photos=sum(len(row.photos) for row in preview.rows),
        matched=_matched(preview),
        cell_of=lambda row, name: row.cells.get(preview.column_of(name), ""),
        column_words=column_words,
        doubt_words=DOUBT_WORDS,
        source_words=SOURCE_WORDS,
        field_words=field_words,
        errors={},
    )


def _matched(preview: ImportPreview) -> list[str]:
    """Return which columns of another program's file became which of ours."""
    return [
        f"{name} → {column_words(column)}"
        for column, name in preview.sheet.names.items()
        if column in COLUMNS and name != column
    ]


def _progress(desk: Desk, file: ImportFile, photos: list[catalog.Download]) -> HtmlPage:
    waiting = sum(photo.is_waiting for photo in photos)
    return desk.page(
        "catalog/import_progress.html",
        "products",
        file=file,
        there=_address(desk, file.id),
        stage=_stage(file, photos),
        photos=photos,
        waiting=waiting,
        fetched=sum(photo.state == "done" for photo in photos),
        failed=[photo for photo in photos if photo.state == "failed"],
        photo_words=PHOTO_WORDS,
    )


def _stage(file: ImportFile, photos: list[catalog.Download]) -> str:
    """Return what changes when the page has more to tell."""
    return f"{file.state}-{file.step}-{sum(photo.is_waiting for photo in photos)}"


def _address(desk: Desk | DeskShop, import_id: UUID) -> str:
    return f"{desk.base}/products/import/{import_id}"


def _unreadable(refusal: UnreadableSpreadsheet) -> str:
    words = UNREADABLE_WORDS.get(str(refusal.facts["reason"]), UNREADABLE_WORDS["not_text"])
    return words % refusal.facts
