"""Products as a CSV file: looked at row by row, imported whole or not at all, given out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import MultipartBody
from litestar.status_codes import HTTP_200_OK

from etalase.api._uploads import LARGEST_SPREADSHEET
from etalase.api._workplace import KEEPERS, Workplace
from etalase.commerce import inventory
from etalase.commerce.catalog import Change, ImportPreview, ImportRow
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.i18n import gettext as _

CSV = "text/csv; charset=utf-8"
EXAMPLE = (
    "code,title,description,size,colour,price,weight_grams,sku,stock\r\n"
    "A1,Gaun Senja,,2-3 th,,89000,180,,6\r\n"
)


@dataclass(frozen=True, slots=True)
class SpreadsheetUpload:
    """A CSV file of up to 1 MB and 2,000 rows, one for each variant, with the columns of an export."""

    file: UploadFile


class RowProblem(msgspec.Struct, frozen=True):
    """What is wrong with a cell; `limit` is the bound that it breaks."""

    field: Annotated[str, msgspec.Meta(examples=["price"])]
    code: Annotated[str, msgspec.Meta(examples=["not_a_price"])]
    limit: int | str | None


class Row(msgspec.Struct, frozen=True):
    """A row of the file: what it would do, or why it can't be taken."""

    line: Annotated[int, msgspec.Meta(description="Of the file, from 1.", examples=[2])]
    change: Change
    cells: Mapping[str, str]
    problems: Sequence[RowProblem]


class ImportReport(msgspec.Struct, frozen=True):
    """A whole file, read. It can be imported when no row has a problem."""

    can_be_imported: bool
    rows: Sequence[Row]


@post(
    "/products/import/preview",
    status_code=HTTP_200_OK,
    request_max_body_size=LARGEST_SPREADSHEET,
    summary="Look at an import",
)
async def preview_import(
    workplace: NamedDependency[Workplace], data: MultipartBody[SpreadsheetUpload]
) -> ImportReport:
    """Tell what each row of a CSV file would do, or what is wrong with it; nothing is imported."""
    content = await data.file.read()
    async with workplace.open(*KEEPERS) as (tx, shop):
        return _report(await inventory.preview_import(tx, shop.id, content))


@post(
    "/products/import",
    status_code=HTTP_200_OK,
    request_max_body_size=LARGEST_SPREADSHEET,
    summary="Import products",
)
async def import_products(
    workplace: NamedDependency[Workplace], data: MultipartBody[SpreadsheetUpload]
) -> ImportReport:
    """Add and change the products of a CSV file and count their stock: all rows, or none if one is wrong.

    A wrong cell is told as `rows.{line}.{column}`.
    """
    content = await data.file.read()
    async with workplace.open(*KEEPERS) as (tx, shop):
        preview = await inventory.preview_import(tx, shop.id, content)
        _require_right(preview)
        await inventory.import_products(
            tx, shop.id, preview, actor_id=workplace.account_id, reason=_("Import")
        )
    return _report(preview)


@get(
    "/products.csv",
    summary="Export products",
    responses={
        HTTP_200_OK: ResponseSpec(
            str, generate_examples=False, media_type="text/csv", examples=[Example(value=EXAMPLE)]
        )
    },
)
async def export_products(workplace: NamedDependency[Workplace]) -> Response[bytes]:
    """Give the shop's products with their stock as a CSV file, which an import reads back."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        content = await inventory.export_products(tx, shop.id)
    return Response(content, media_type=CSV, headers={"cache-control": "no-store"})


def _require_right(preview: ImportPreview) -> None:
    problems = [
        FieldProblem(f"rows.{row.line}.{problem.field}", problem.code, problem.limit)
        for row in preview.rows
        for problem in row.problems
    ]
    if problems:
        raise Invalid(*problems)


def _report(preview: ImportPreview) -> ImportReport:
    return ImportReport(preview.can_be_imported, [_row(row) for row in preview.rows])


def _row(row: ImportRow) -> Row:
    problems = [RowProblem(one.field, one.code, one.limit) for one in row.problems]
    return Row(row.line, row.change, row.cells, problems)


STAFF: list[Any] = [preview_import, import_products, export_products]
