"""Tables as spreadsheets write and read them: read so that nothing is lost, written so that nothing runs.

The only reader of CSV files and workbooks and the only writer of CSV. What a column means is its caller's to
know.
"""

from collections.abc import Callable

from etalase.kernel.spreadsheets._reading import read_csv
from etalase.kernel.spreadsheets._strictness import Cells, Fault, NotASpreadsheet, Record, Spreadsheet
from etalase.kernel.spreadsheets._workbooks import is_workbook, read_workbook
from etalase.kernel.spreadsheets._writing import (
    BYTE_ORDER_MARK,
    MEDIA_TYPE,
    csv_line,
    exact_csv_line,
    unguard,
)

__all__ = [
    "BYTE_ORDER_MARK",
    "MEDIA_TYPE",
    "Fault",
    "NotASpreadsheet",
    "Record",
    "Spreadsheet",
    "csv_line",
    "exact_csv_line",
    "read_table",
    "unguard",
]


def read_table(
    content: bytes,
    *,
    is_header: Callable[[Cells], bool],
    is_row: Callable[[Cells, Cells], bool],
    max_rows: int,
) -> Spreadsheet:
    """Return the rows of a CSV file, or of a workbook's first sheet; or raise `NotASpreadsheet`."""
    if is_workbook(content):
        return read_workbook(content, is_header=is_header, is_row=is_row, max_rows=max_rows)
    return read_csv(content, is_header=is_header, is_row=is_row, max_rows=max_rows)
