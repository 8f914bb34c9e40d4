"""Files of products, looked at and imported as pages and programs do it."""

from io import BytesIO
from typing import Any
from uuid import UUID

from openpyxl import Workbook

from etalase.commerce import catalog, inventory
from etalase.commerce.inventory import CheckedImport, ImportChoice, ImportedBy
from etalase.platform.db import Database, Tx

SETTINGS = catalog.CatalogSettings()
UNDECIDED = ImportChoice()


async def look(
    tx: Tx, shop_id: UUID, content: bytes | str, choice: ImportChoice = UNDECIDED
) -> CheckedImport:
    """Return what an import of this file would do."""
    raw = content.encode() if isinstance(content, str) else content
    sheet = await catalog.read_spreadsheet(raw, SETTINGS)
    return await inventory.preview_import(tx, shop_id, sheet, choice)


async def bring(
    tx: Tx, shop_id: UUID, content: bytes | str, choice: ImportChoice = UNDECIDED
) -> CheckedImport:
    """Import the file and return what the preview said."""
    checked = await look(tx, shop_id, content, choice)
    by = ImportedBy(None, "Impor", max_photos=SETTINGS.import_max_photos)
    await inventory.import_products(tx, shop_id, checked.preview, checked.rule, by)
    return checked


async def export(db: Database, shop_id: UUID) -> str:
    """Return the shop's export as text."""
    return "".join([part async for part in inventory.export_products(db, shop_id)])


def problems_of(checked: CheckedImport) -> list[tuple[int, str, str]]:
    """Return line, column and code of each problem."""
    return [(row.line, one.field, one.code) for row in checked.preview.rows for one in row.problems]


def message(checked: CheckedImport) -> list[tuple[int, str, object, object]]:
    """Return line, column, old and new of each value that would change."""
    return [(row.line, one.column, one.old, one.new) for row in checked.preview.rows for one in row.changes]


def book(*rows: Any, formats: dict[str, str] | None = None) -> bytes:
    """Return a workbook with these rows."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cell, shown_as in (formats or {}).items():
        sheet[cell].number_format = shown_as
    content = BytesIO()
    made.save(content)
    return content.getvalue()
