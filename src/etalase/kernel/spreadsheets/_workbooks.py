"""Reads the first sheet of an Excel workbook (.xlsx, ISO/IEC 29500) as strictly as a CSV file. No I/O.

A cell is what its sheet shows, as text: a code of the format 000 keeps its noughts, a day is written as
2026-03-02, and what Excel itself says is broken is said so. A formula is its last value, and is never run;
no other file is looked at.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from etalase.kernel.spreadsheets._strictness import (
    MAX_LINES_ABOVE_THE_HEADER,
    Cells,
    NotASpreadsheet,
    Record,
    Spreadsheet,
    above_the_header,
    is_full_row,
    misfit,
)
from etalase.kernel.spreadsheets._unpacking import weigh

ARCHIVE, OLD_OR_LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How a workbook begins, and one of Excel 97 or with a password ([MS-CFB], section 2.2)."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""How far a sheet of Excel reaches."""
MAX_WIDTHS = 5_000_000
"""Cells and the gaps between them: one cell far to the right makes its whole row wide."""
NOT_COMPUTED = "#CALC!"
_NOUGHTS = re.compile(r"0+")
_EXACT_DIGITS = 15


def is_workbook(content: bytes) -> bool:
    """Tell whether this is no text but a workbook, of whichever age."""
    return content.startswith((ARCHIVE, OLD_OR_LOCKED))


def read_workbook(
    content: bytes,
    *,
    is_header: Callable[[Cells], bool],
    is_row: Callable[[Cells, Cells], bool],
    max_rows: int,
) -> Spreadsheet:
    """Return the rows of the first sheet that is shown; or raise `NotASpreadsheet`.

    The header is the first of the upper rows that `is_header` knows, or else the first.
    """
    if content.startswith(OLD_OR_LOCKED):
        raise NotASpreadsheet("old_excel")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out: drawings, validations, styles
            formulas = _find_formulas(content) if weigh(content) else set()
            return _read_sheet(content, formulas, is_header, is_row, max_rows)
    except NotASpreadsheet:
        raise
    except Exception as error:  # whatever the library stumbles over: the file is damaged, or is no workbook
        raise NotASpreadsheet("not_a_workbook") from error


def _read_sheet(
    content: bytes,
    formulas: set[tuple[int, int]],
    is_header: Callable[[Cells], bool],
    is_row: Callable[[Cells, Cells], bool],
    max_rows: int,
) -> Spreadsheet:
    rows = list(_rows(content, formulas, max_rows + MAX_LINES_ABOVE_THE_HEADER))
    upper = rows[:MAX_LINES_ABOVE_THE_HEADER]
    if not rows:
        raise NotASpreadsheet("no_header")
    names = [tuple(cell.strip() for cell in cells) for _, cells in upper]
    place = next((place for place, cells in enumerate(names) if is_header(cells)), 0)
    below = rows[place + 1 :]
    header = _padded(names[place], max((len(cells) for _, cells in below), default=0))
    if len(below) > max_rows:
        raise NotASpreadsheet("too_many_rows", max_rows)
    if not below:
        raise NotASpreadsheet("empty")
    above = ((line, _padded(cells, len(header))) for line, cells in rows[:place])
    records = [above_the_header(*row) for row in above if is_full_row(is_row, header, row[1])]
    return Spreadsheet(header, (*records, *(_record(line, cells, header) for line, cells in below)))


def _record(line: int, cells: Cells, header: Cells) -> Record:
    whole = _padded(cells, len(header))
    return Record(line, whole, misfit(header, whole))


def _padded(cells: Cells, width: int) -> Cells:
    """Return the cells with the empty ones at the end, of which a sheet says nothing."""
    return cells + ("",) * (width - len(cells))


def _rows(content: bytes, formulas: set[tuple[int, int]], maximum: int) -> Iterator[tuple[int, Cells]]:
    """Yield each row that is not empty, with its number on the sheet, without empty cells at its end."""
    found = 0
    for line, row in _cells(content, data_only=True):
        texts = [
            NOT_COMPUTED if (line, place) in formulas and cell.value is None else _text(cell)
            for place, cell in enumerate(row)
        ]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            found += 1
            if found > maximum:
                raise NotASpreadsheet("too_many_rows", maximum - MAX_LINES_ABOVE_THE_HEADER)
            yield line, tuple(texts)


def _cells(content: bytes, *, data_only: bool) -> Iterator[tuple[int, tuple[Any, ...]]]:
    book: Workbook = load_workbook(BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    try:
        sheets: list[Any] = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise NotASpreadsheet("no_header")
        sheets[0].reset_dimensions()  # what the file says of its own size is not to be believed
        width = 0
        for line, row in enumerate(sheets[0].iter_rows(), 1):
            width += len(row)
            if line > LAST_ROW or len(row) > LAST_COLUMN or width > MAX_WIDTHS:
                raise NotASpreadsheet("too_much_inside")
            yield line, row
    finally:
        book.close()


def _find_formulas(content: bytes) -> set[tuple[int, int]]:
    """Return where formulas stand: programs that don't compute write them without a value."""
    return {
        (line, place)
        for line, row in _cells(content, data_only=False)
        for place, cell in enumerate(row)
        if cell.data_type == "f"
    }


def _text(cell: Any) -> str:
    """Return what the cell shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return f"{value.date()}" if is_day else value.isoformat(" ", timespec="minutes")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def _number(value: float, shown_as: str) -> str:
    """Return a number as a sheet keeps it, with fifteen digits, and with the noughts that it shows."""
    text = f"{value:.{_EXACT_DIGITS}g}"
    return text.zfill(len(shown_as)) if _NOUGHTS.fullmatch(shown_as) else text
