"""What a spreadsheet makes of sizes, codes and long numbers, and how it is recognised again. No I/O.

"2-3" becomes the second of March, and is saved as `2-Mar`, `02/03/2026`, `45718` or `2026-03-02`; a barcode
of thirteen digits becomes `8.99276E+12`; a cell too narrow or a broken formula becomes `####` or `#REF!`.
What was there before can't be known, so it is asked.
"""

import re
from datetime import date, timedelta

_MONTH = (
    r"(?:jan(?:uar[iy])?|feb(?:ruar[iy])?|mar(?:et|ch)?|apr(?:il)?|may|mei|jun[ei]?|jul[iy]?"
    r"|aug(?:ust)?|agu(?:stus)?|agt|ags|sept?(?:ember)?|o[ck]t(?:ober)?|nop|nov(?:ember)?|de[cs](?:ember)?)"
)
_TIME = r"(?:[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?"
_DATE = re.compile(
    rf"(?:\d{{1,2}}[-/ .]+{_MONTH}\.?(?:[-/ ,.]+\d{{2,4}})?|{_MONTH}\.?[-/ ]\d{{1,4}}(?:,? \d{{4}})?"
    rf"|\d{{1,2}}([-/.])\d{{1,2}}\1(?:\d{{4}}|\d{{2}})|\d{{4}}([-/.])\d{{1,2}}\2\d{{1,2}}){_TIME}",
    re.IGNORECASE,
)
_SCIENCE = re.compile(r"-?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_ROUNDED = re.compile(r"[1-9]\d{14,}0|\d{3,}[.,]0")
"""Sixteen digits of which a spreadsheet keeps fifteen, or a code that was read as a fraction."""
_BROKEN = re.compile(
    r"#(?:NAME\?|REF!|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA|N/?A|NAMA\?)"
    r"|#{2,}|Err:\d{3}",
    re.IGNORECASE,
)
_FIRST_DAY = date(1899, 12, 30)
_SERIALS = range(36526, 73051)  # the years 2000 to 2099

DATE = "turned_into_a_date"
NUMBER = "turned_into_a_number"
SERIAL = "turned_into_a_day_number"
BROKEN = "spreadsheet_error"
LOST_LETTERS = "letters_lost"
DOUBTS = frozenset({DATE, NUMBER, SERIAL})
"""What may be right as it stands, if the shop says so."""

_NUMBERED = {"price", "weight_grams", "stock"}
_NAMED = {"code", "size", "colour", "sku"}


def find_ruin(column: str, cell: str) -> tuple[str, str | None] | None:
    """Return what a spreadsheet seems to have made of the cell, and the day that it stands for if it does."""
    text = cell.strip()
    if _BROKEN.fullmatch(text):
        return BROKEN, None
    if "\N{REPLACEMENT CHARACTER}" in text:
        return LOST_LETTERS, None
    return _find_change(column, text) if column in _NAMED | _NUMBERED else None


def _find_change(column: str, text: str) -> tuple[str, str | None] | None:
    """Return the date or number that the text has likely become."""
    if _DATE.fullmatch(text):
        return DATE, None
    if _SCIENCE.fullmatch(text) or (column in _NAMED and _ROUNDED.fullmatch(text)):
        return NUMBER, None
    if column in {"size", "colour"} and re.fullmatch(r"[0-9]{5}", text) and int(text) in _SERIALS:
        return SERIAL, str(_FIRST_DAY + timedelta(days=int(text)))
    return None
