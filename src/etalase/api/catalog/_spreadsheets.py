"""Products as a CSV file: looked at cell by cell, imported whole or not at all, given out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import MultipartBody
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK

from etalase.api._uploads import MAX_SPREADSHEET_BYTES
from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import Change, ImportRow, Sheet, SpreadsheetSource
from etalase.commerce.inventory import CheckedImport, ImportChoice, ImportedBy, StockMode
from etalase.commerce.shops import KEEPERS, Workplace
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money
from etalase.kernel.spreadsheets import MEDIA_TYPE
from etalase.platform.db import Database
from etalase.platform.i18n import gettext as _

EXAMPLE = (
    "code,title,description,size,colour,price,weight_grams,sku,stock@2026-11-27T13:15:00+00:00\r\n"
    "A1,Gaun Senja,,2-3 th,,89000,180,,6\r\n"
)


@dataclass(frozen=True, slots=True)
class SpreadsheetUpload:
    """A CSV file or an Excel workbook (.xlsx, its first sheet), one row for each variant.

    Ours, or an export of Shopify, WooCommerce, Tokopedia or Shopee.

    `stock` says what its numbers mean for variants that have been stocked: `counted` at a moment (since when
    sales are taken off), `added`, or `kept`: left alone. Where it is not said, a file that names the moment
    of its export is `counted`, and any other `kept`. `counted_at` is the moment of a count (RFC 3339).
    `confirmed` holds, with commas between, what of a preview's `doubts` is right as it is.
    """

    file: UploadFile
    stock: str = ""
    counted_at: str = ""
    confirmed: str = ""


class RowProblem(msgspec.Struct, frozen=True):
    """What is wrong with a cell: `field` is the column's name in the file, `limit` the broken bound."""

    field: Annotated[str, msgspec.Meta(examples=["price"])]
    code: Annotated[str, msgspec.Meta(examples=["not_a_price"])]
    limit: int | str | None


class CellChangeItem(msgspec.Struct, frozen=True):
    """A value that would be replaced; an amount is in rupiah."""

    field: Annotated[str, msgspec.Meta(examples=["price"])]
    old: int | str
    new: int | str


class Row(msgspec.Struct, frozen=True):
    """A row of the file: what it would do, or why it can't be taken.

    `stock_stays` are the units there, where the file's number is not taken.
    """

    line: Annotated[int, msgspec.Meta(description="Of the file, from 1.", examples=[2])]
    change: Change
    cells: Mapping[str, str]
    problems: Sequence[RowProblem]
    changes: Sequence[CellChangeItem]
    stock_stays: int | None


class ImportReport(msgspec.Struct, frozen=True):
    """A whole file, read. It can be imported when no row has a problem.

    `columns` are the file's own names by ours. `doubts` are what `confirmed` may hold: cells that a
    spreadsheet may have changed.
    """

    can_be_imported: bool
    source: SpreadsheetSource
    stock: StockMode
    counted_at: datetime | None
    columns: Mapping[str, str]
    unread: Sequence[str]
    left_out: int
    photos: int
    doubts: Sequence[str]
    rows: Sequence[Row]


@post(
    "/products/import/preview",
    status_code=HTTP_200_OK,
    request_max_body_size=MAX_SPREADSHEET_BYTES,
    summary="Look at an import",
)
async def preview_import(
    workplace: NamedDependency[Workplace],
    catalog_settings: NamedDependency[catalog.CatalogSettings],
    data: MultipartBody[SpreadsheetUpload],
) -> ImportReport:
    """Tell what each row of a CSV file would do, from what to what, or what is wrong; nothing is imported."""
    choice, sheet = await _read(workplace, catalog_settings, data)
    async with workplace.open(*KEEPERS) as (tx, shop):
        return _report(await inventory.preview_import(tx, shop.id, sheet, choice))


@post(
    "/products/import",
    status_code=HTTP_200_OK,
    request_max_body_size=MAX_SPREADSHEET_BYTES,
    summary="Import products",
)
async def import_products(
    workplace: NamedDependency[Workplace],
    catalog_settings: NamedDependency[catalog.CatalogSettings],
    data: MultipartBody[SpreadsheetUpload],
) -> ImportReport:
    """Add and change the products of a CSV file and move their stock: all rows, or none if one is wrong.

    A wrong cell is told as `rows.{line}.{column}`, the column as the file's header has it. Photos that the
    file names by address are fetched afterwards.
    """
    choice, sheet = await _read(workplace, catalog_settings, data)
    async with workplace.open(*KEEPERS) as (tx, shop):
        checked = await inventory.preview_import(tx, shop.id, sheet, choice)
        _require_right(checked)
        max_photos = catalog_settings.import_max_photos
        by = ImportedBy(workplace.account_id, _("Import"), max_photos=max_photos)
        await inventory.import_products(tx, shop.id, checked.preview, checked.rule, by)
    return _report(checked)


@get(
    "/products.csv",
    summary="Export products",
    responses={
        HTTP_200_OK: ResponseSpec(
            str, generate_examples=False, media_type="text/csv", examples=[Example(value=EXAMPLE)]
        )
    },
)
async def export_products(workplace: NamedDependency[Workplace], db: NamedDependency[Database]) -> Stream:
    """Give the shop's products as a CSV file that an import reads back; its stock names its moment."""
    shop = (await workplace.require(*KEEPERS)).shop
    return Stream(
        inventory.export_products(db, shop.id), media_type=MEDIA_TYPE, headers={"cache-control": "no-store"}
    )


async def _read(
    workplace: Workplace, settings: catalog.CatalogSettings, data: SpreadsheetUpload
) -> tuple[ImportChoice, Sheet]:
    """Read the request for whoever may import; no transaction is open meanwhile."""
    await workplace.require(*KEEPERS)
    return _read_choice(data), await catalog.read_spreadsheet(await data.file.read(), settings)


def _read_choice(data: SpreadsheetUpload) -> ImportChoice:
    fields = Fields()
    if data.stock and data.stock not in set(StockMode):
        fields.refuse("stock", "unknown")
    moment = fields.moment("counted_at", data.counted_at)
    fields.settle()
    confirmed = frozenset(key.strip() for key in data.confirmed.split(",") if key.strip())
    return ImportChoice(StockMode(data.stock) if data.stock else None, moment, confirmed)


def _require_right(checked: CheckedImport) -> None:
    problems = [
        FieldProblem(f"rows.{row.line}.{problem.field}", problem.code, problem.limit)
        for row in checked.preview.rows
        for problem in row.problems
    ]
    if problems:
        raise Invalid(*problems)


def _report(checked: CheckedImport) -> ImportReport:
    preview = checked.preview
    return ImportReport(
        can_be_imported=checked.can_be_imported,
        source=preview.sheet.source,
        stock=checked.rule.mode,
        counted_at=checked.rule.counted_at,
        columns=preview.sheet.names,
        unread=preview.sheet.unread,
        left_out=preview.sheet.left_out,
        photos=sum(len(row.photos) for row in preview.rows),
        doubts=list(preview.doubts()),
        rows=[_row(row, checked) for row in preview.rows],
    )


def _row(row: ImportRow, checked: CheckedImport) -> Row:
    problems = [RowProblem(one.field, one.code, one.limit) for one in row.problems]
    changes = [CellChangeItem(one.column, _plain(one.old), _plain(one.new)) for one in row.changes]
    return Row(row.line, row.change, row.cells, problems, changes, checked.untaken.get(row.line))


def _plain(value: str | int | Money) -> str | int:
    return value.minor if isinstance(value, Money) else value


STAFF: list[Any] = [preview_import, import_products, export_products]
