"""Writes CSV that no spreadsheet takes for formulas. No I/O.

A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@`. An apostrophe before it makes it text (OWASP,
"CSV injection"). Where a spreadsheet separates by another sign than the file does, a cell begins behind that
sign or a line's end as well: `;` in most of Indonesia, so the text behind it is guarded too.
"""

import csv
import io
import re
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
"""What a file must begin with, or else Excel takes UTF-8 for an old code page."""
MEDIA_TYPE = "text/csv"
"""Without a charset: whoever sends text adds it once."""

_SIGNS = "=+\\-@＝＋－＠"  # noqa: RUF001 - Excel takes full-width signs for formulas too
_RUNS = re.compile(rf"[\"']*[\s\u200b\ufeff]*[{_SIGNS}]|[\"']*[\t\r\n]")
_BEHIND = "(?<=[;,\t\r\n])"
_RUNS_BEHIND = re.compile(rf"{_BEHIND}(?=[\"']*[{_SIGNS}])")
_GUARD_BEHIND = re.compile(rf"{_BEHIND}'(?=[\"']*[{_SIGNS}])")
_MONTH = "(?:jan|feb|mar|apr|may|mei|jun|jul|aug|agu|sep|oct|okt|nov|dec|des)"
_MANGLED = re.compile(
    rf"'*(?:\d+[-/., :]\d|0\d|\d{{12}}|\d+e\d|\d{{1,2}}[-/. ]*{_MONTH}"
    rf"|{_MONTH}[a-z]*[-/. ]*\d|(?:true|false)$|\(\d[\d.,]*\)$|\d{{1,2}} [ap]m?$)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+\d{6,15}")


def csv_line(cells: Iterable[object]) -> str:
    """Return a line of a report. Text that would run is guarded; numbers and phones are as they are."""
    return _line(cell if isinstance(cell, int) else _report_cell(str(cell)) for cell in cells)


def exact_csv_line(cells: Iterable[str]) -> str:
    """Return a line that `read_csv` reads back letter by letter, even after a spreadsheet has saved it.

    What would become a date or another number is guarded too.
    """
    return _line(_guard(cell) for cell in cells)


def unguard(cell: str) -> str:
    """Take off what `exact_csv_line` put on."""
    bare = _GUARD_BEHIND.sub("", cell)
    return bare[1:] if bare.startswith("'") and _needs_guard(bare[1:]) else bare


def _guard(cell: str) -> str:
    return ("'" if _needs_guard(cell) else "") + _RUNS_BEHIND.sub("'", cell)


def _needs_guard(cell: str) -> bool:
    return bool(_RUNS.match(cell) or _MANGLED.match(cell))


def _report_cell(text: str) -> str:
    guarded = _RUNS_BEHIND.sub("'", text)
    return f"'{guarded}" if _RUNS.match(text) and not _PHONE.fullmatch(text) else guarded


def _line(cells: Iterable[object]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
