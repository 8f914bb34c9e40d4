"""A file of products: its rows by our columns, whoever wrote it; and our own file. No I/O.

A row is one variant. An export names the moment of which its stock is true in that column's name, so that
what is sold afterwards is not put back on the shelf when the file returns.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from etalase.commerce.catalog._errors import UnreadableSpreadsheet
from etalase.commerce.catalog._model.columns import (
    COLUMNS,
    MANY_TIMES,
    SpreadsheetSource,
    by_worth,
    column_of,
    columns_of,
    exported_at,
    source_of,
    stock_column,
)
from etalase.kernel.spreadsheets import (
    BYTE_ORDER_MARK,
    Fault,
    NotASpreadsheet,
    Record,
    exact_csv_line,
    read_table,
    unguard,
)

_IDENTIFYING = frozenset({"code", "title", "sku"})
_NUMBERS = ("price", "weight_grams", "weight_kg", "stock")
_BEGINS_WITH_A_NUMBER = re.compile(r"(?:rp\.?|idr)?\s*\d", re.IGNORECASE)
_CODE_LIKE = re.compile(r"[A-Z0-9]{1,6}|[a-z]{1,5}[0-9]{1,5}")
_SAID_TO_BE_TEXT = re.compile(r'="((?:[^"]|"")*)"')
"""A formula by which programs keep spreadsheets from changing a code: ="007"."""
_SEVERAL = re.compile(r"\s*[|\n]\s*|,\s*(?=https?://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty: where it stands in the file, its cells by column, or why it is broken.

    `at` is the column where a fault shows, as the header writes it. `texts` are the columns whose cell says
    of itself that it is text. `group` is what rows of one product share in a file that has no show codes.
    """

    line: int
    cells: Mapping[str, str]
    fault: Fault | None = None
    at: str = ""
    texts: frozenset[str] = frozenset()
    group: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file, read. `names` are our columns as the file's own header writes them."""

    source: SpreadsheetSource
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    exported_at: datetime | None = None
    left_out: int = 0


def read_records(content: bytes, *, max_rows: int) -> Sheet:
    """Return the rows of a CSV file or workbook as they stand; or raise `UnreadableSpreadsheet`."""
    try:
        table = read_table(content, is_header=_is_header, is_row=_is_row, max_rows=max_rows)
    except NotASpreadsheet as error:
        reason = "columns_missing" if error.reason == "no_header" else error.reason
        raise UnreadableSpreadsheet(reason=reason, limit=error.limit, columns="code") from error
    source = source_of(table.header)
    columns = columns_of(table.header, source)
    groups = by_worth("group", columns, table.header, source)
    _require_columns(table.header, columns)
    return Sheet(
        source,
        table.header,
        tuple(_row(record, columns, groups, table.header) for record in table.records),
        names={column: name for column, name in zip(columns, table.header, strict=True) if column},
        unread=tuple(
            name for column, name in zip(columns, table.header, strict=True) if name and column is None
        ),
        exported_at=exported_at(table.header),
    )


def write_header(moment: datetime) -> str:
    """Return the first line of an export whose stock is true at this moment, with a byte order mark."""
    return BYTE_ORDER_MARK + exact_csv_line([*COLUMNS[:-1], stock_column(moment)])


def write_row(row: Mapping[str, str]) -> str:
    """Return one variant's line of an export."""
    return exact_csv_line([row.get(column, "") for column in COLUMNS])


def _is_header(cells: tuple[str, ...]) -> bool:
    source = source_of(cells)
    known = {column for column in (column_of(cell, source) for cell in cells) if column}
    return bool(known & _IDENTIFYING) and len(known) > 1


def _is_row(header: tuple[str, ...], cells: tuple[str, ...]) -> bool:
    """Tell whether a line could be a row of its own: a code and numbers stand where the header has them."""
    source = source_of(header)
    named = {column_of(name, source): cell.strip() for name, cell in zip(header, cells, strict=False)}
    numbers = [named[column] for column in _NUMBERS if named.get(column)]
    return (
        len(cells) >= len(header)
        and all(_BEGINS_WITH_A_NUMBER.match(number) for number in numbers)
        and ("code" not in named or _CODE_LIKE.fullmatch(named["code"]) is not None)
        and (len(numbers) > 0 or "code" in named)
    )


def _require_columns(header: tuple[str, ...], columns: tuple[str | None, ...]) -> None:
    if not _IDENTIFYING & set(columns):
        raise UnreadableSpreadsheet(reason="columns_missing", columns="code")
    twice = [
        name
        for name, column in zip(header, columns, strict=True)
        if column and column not in MANY_TIMES and columns.count(column) > 1
    ]
    if twice:
        raise UnreadableSpreadsheet(reason="columns_doubled", columns=", ".join(twice))


def _row(
    record: Record, columns: tuple[str | None, ...], groups: Sequence[int], header: tuple[str, ...]
) -> SheetRow:
    cells: dict[str, str] = {}
    texts: set[str] = set()
    photos: list[str] = []
    for column, written in zip(columns, record.cells, strict=False):
        if column == "photos":
            photos.extend(part for part in _SEVERAL.split(written.strip()) if part)
        elif column:
            cells[column] = unguard(written)
            if cells[column] == written and (said := _SAID_TO_BE_TEXT.fullmatch(written.strip())):
                cells[column] = said[1].replace('""', '"')
            if cells[column] != written:
                texts.add(column)
    if groups and not record.fault:
        cells["group"] = next((cell for place in groups if (cell := record.cells[place].strip())), "")
    at = header[min(record.fault.cell, len(header) - 1)] if record.fault else ""
    return SheetRow(record.line, cells, record.fault, at, frozenset(texts), photos=tuple(photos))
