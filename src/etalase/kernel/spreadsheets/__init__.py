"""CSV files as spreadsheets write and read them: read so that nothing is lost, written so that nothing runs.

The only reader and the only writer of CSV. What a column means is its caller's to know.
"""

from etalase.kernel.spreadsheets._reading import Fault, NotASpreadsheet, Record, Spreadsheet, read_csv
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
    "read_csv",
    "unguard",
]
