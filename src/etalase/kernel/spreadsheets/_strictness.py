"""What a table is, whichever program wrote it: a header, and rows that have exactly its cells. No I/O."""

import re
from collections.abc import Callable
from dataclasses import dataclass

MAX_LINES_ABOVE_THE_HEADER = 10
FEW_CELLS = 3
"""Titles fill fewer."""

Cells = tuple[str, ...]


class NotASpreadsheet(ValueError):
    """The file as a whole can't be read; `reason` is stable, `limit` is the bound that it breaks."""

    def __init__(self, reason: str, limit: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row can't be taken as it stands, and at which of its cells that shows, from 0."""

    code: str
    cell: int
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A row that is not empty: the line of the file where it begins, from 1, and its cells or its fault."""

    line: int
    cells: Cells
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """The header as the file writes it, and the rows below it."""

    header: Cells
    records: tuple[Record, ...]


def above_the_header(line: int, cells: Cells) -> Record:
    """Return a row that somebody's sorting has put above the header: told of, and not lost."""
    return Record(line, cells, Fault("above_the_header", 0))


def is_full_row(is_row: Callable[[Cells, Cells], bool], header: Cells, cells: Cells) -> bool:
    """Tell whether a line above the header is a row, and no title of the table."""
    return sum(bool(cell.strip()) for cell in cells) >= FEW_CELLS and is_row(header, cells)


def misfit(header: Cells, cells: Cells) -> Fault | None:
    """Tell what doesn't fit the header: other cells than it has, or text below no name."""
    if len(cells) > len(header):
        return Fault("too_many_cells", _split_cell(cells, len(header)), len(cells))
    if len(cells) < len(header):
        return Fault("too_few_cells", len(cells) - 1, len(cells))
    for place, (name, cell) in enumerate(zip(header, cells, strict=True)):
        if not name and cell.strip():
            return Fault("cell_without_column", max(0, place - 1))
    return None


def _split_cell(cells: Cells, columns: int) -> int:
    """Guess which cell a bare separator cut in two: 189,500 or "Katun adem, lembut"; or else the last."""
    for place in range(min(len(cells) - 1, columns)):
        here, following = cells[place], cells[place + 1]
        if following.startswith(" ") or (
            re.fullmatch(r"(?:[Rr]p\.?\s*)?\d{1,3}", here.strip()) and re.fullmatch(r"\d{3}", following)
        ):
            return place
    return columns - 1
