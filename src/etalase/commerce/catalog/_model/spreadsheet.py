"""Reads and writes a shop's products as CSV, the way Excel and its kin really write it. No I/O.

A row is one variant. Written files have a byte order mark, so that Excel reads them as UTF-8, and an
apostrophe before a cell that a spreadsheet would run as a formula or turn into a date or another number;
reading takes the apostrophe off again.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from etalase.commerce.catalog._errors import UnreadableSpreadsheet

COLUMNS = ("code", "title", "description", "size", "colour", "price", "weight_grams", "sku", "stock")
REQUIRED_COLUMNS = ("code", "title", "price", "weight_grams")
LARGEST_BYTES = 1_000_000
MOST_ROWS = 2_000

_OTHER_NAMES = {
    "kode": "code",
    "judul": "title",
    "nama": "title",
    "name": "title",
    "deskripsi": "description",
    "ukuran": "size",
    "warna": "colour",
    "color": "colour",
    "harga": "price",
    "berat": "weight_grams",
    "berat_gram": "weight_grams",
    "weight": "weight_grams",
    "stok": "stock",
}
_MANGLED_BY_SPREADSHEETS = re.compile(r"[=+\-@]|\d{1,2}[-/]\d|0\d|\d{12}|\d+[eE]\d")
_GUARDED = re.compile(r"'['=+\-@\d]")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty: where it stands in the file, and its cells by column."""

    line: int
    cells: Mapping[str, str]


def read_sheet(content: bytes) -> list[SheetRow]:
    """Return the rows of a CSV file with `,`, `;` or tabs; or raise `UnreadableSpreadsheet`."""
    if len(content) > LARGEST_BYTES:
        raise UnreadableSpreadsheet(reason="too_large", limit=LARGEST_BYTES)
    text = _decode(content)
    separator, body, skipped = _find_separator(text)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    try:
        header = _read_header(next(reader, []))
        rows = []
        start = reader.line_num
        for cells in reader:
            if any(cell.strip() for cell in cells):
                values = dict(zip(header, (_unguard(cell) for cell in cells), strict=False))
                rows.append(SheetRow(skipped + start + 1, values))
            start = reader.line_num
            if len(rows) > MOST_ROWS:
                raise UnreadableSpreadsheet(reason="too_many_rows", limit=MOST_ROWS)
    except csv.Error as error:
        raise UnreadableSpreadsheet(reason="not_csv") from error
    if not rows:
        raise UnreadableSpreadsheet(reason="empty")
    return rows


def write_sheet(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return the rows as CSV with commas, UTF-8 with a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _guard(row.get(column, "")) for column in COLUMNS})
    return out.getvalue().encode("utf-8-sig")


def _decode(content: bytes) -> str:
    """Decode UTF-8, Excel's "Unicode text" (UTF-16 with a mark), or else Windows-1252."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableSpreadsheet(reason="not_text")


def _find_separator(text: str) -> tuple[str, str, int]:
    """Return the separator, the text after Excel's own `sep=;` line, and how many lines that was."""
    first, _, rest = text.partition("\n")
    if match := re.fullmatch(r'"?sep=([,;\t])"?', first.strip(" \r")):
        return match[1], rest, 1
    return max(";,\t", key=first.count), text, 0


def _read_header(cells: list[str]) -> list[str]:
    names = [re.sub(r"[\s()-]+", "_", cell.strip().lower()).strip("_") for cell in cells]
    header = [_OTHER_NAMES.get(name, name) for name in names]
    missing = [column for column in REQUIRED_COLUMNS if column not in header]
    if missing:
        raise UnreadableSpreadsheet(reason="columns_missing", columns=", ".join(missing))
    doubled = {name for name in header if name and header.count(name) > 1}
    if doubled:
        raise UnreadableSpreadsheet(reason="columns_doubled", columns=", ".join(sorted(doubled)))
    return header


def _guard(cell: str) -> str:
    return "'" + cell if _MANGLED_BY_SPREADSHEETS.match(cell) or _GUARDED.match(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
