"""Reads CSV strictly: a row is taken as its writer meant it, or is told to be broken. No I/O.

A row has exactly the header's cells. A quote begins a cell only at its start, or behind spaces that some
programs write there, and ends it only before a separator or the line's end (RFC 4180, section 2); elsewhere
it is text, such as the inch mark of `Celana 6"`.
After a broken row, reading goes on at the next line of the file: one open quote swallows no other row.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from etalase.kernel.spreadsheets._strictness import (
    MAX_LINES_ABOVE_THE_HEADER,
    Cells,
    Fault,
    NotASpreadsheet,
    Record,
    Spreadsheet,
    above_the_header,
    is_full_row,
    misfit,
)

MAX_LINES_A_CELL = 400
MAX_LINES_A_NAME = 5
_LINE_END = re.compile(r"\r\n|\n|\r")
_SEPARATORS = ";,\t"
_SPACES = re.compile(" *")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_LETTERS_OF_UTF8 = re.compile(rb"[\xc3-\xe2][\x80-\xbf]")


def read_csv(
    content: bytes,
    *,
    is_header: Callable[[Cells], bool],
    is_row: Callable[[Cells, Cells], bool],
    max_rows: int,
) -> Spreadsheet:
    """Return the rows of a CSV file with `,`, `;` or tabs; or raise `NotASpreadsheet`.

    The header is the first of the upper lines that `is_header` knows, or else the first. `is_row(header,
    cells)` tells what looks like a row of its own, so that no open quote runs over it.
    """
    lines = _LINE_END.split(_decode(content))
    below, separator, header = _find_header(lines, is_header)
    reader = _Reader(lines, separator, header, is_row)
    records = list(_above(lines[: below - 1], separator, header, is_row))
    for record in reader.read(below):
        records.append(record)
        if len(records) > max_rows:
            raise NotASpreadsheet("too_many_rows", max_rows)
    if not records:
        raise NotASpreadsheet("empty")
    return Spreadsheet(header, tuple(records))


def _above(
    lines: Sequence[str], separator: str, header: Cells, is_row: Callable[[Cells, Cells], bool]
) -> Iterator[Record]:
    for place, line in enumerate(lines):
        cells, _, _ = _cut([line], 0, separator, lambda _: False)
        if is_full_row(is_row, header, cells):
            yield above_the_header(place + 1, cells)


def _decode(content: bytes) -> str:
    """Decode UTF-8, Excel's "Unicode text" (UTF-16 with a mark), or else Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif len(_LETTERS_OF_UTF8.findall(content)) > len(_broken_utf8(content)):
        encodings = (
            "utf-8-sig",
        )  # with a byte that is none: read as another code page, each letter would be two
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotASpreadsheet("not_text")


def _broken_utf8(content: bytes) -> list[str]:
    """Return a mark for each byte that is no UTF-8."""
    return re.findall("[\udc80-\udcff]", content.decode("utf-8", "surrogateescape"))


def _find_header(lines: Sequence[str], is_header: Callable[[Cells], bool]) -> tuple[int, str, Cells]:
    """Return the line below the header, the separator, the names. Above may stand `sep=;`, or titles."""
    declared: str | None = None
    first: tuple[int, str, Cells] | None = None
    for place, line in enumerate(lines[:MAX_LINES_ABOVE_THE_HEADER]):
        if match := re.fullmatch(r'"?sep=([,;\t])"?', line.strip()):
            declared = match[1]
            continue
        if not line.strip(" ,;\t"):
            continue
        separator = declared or max(_SEPARATORS, key=_QUOTED.sub("", line).count)
        cells, fault, used = _cut(lines, place, separator, lambda _: False)
        if fault or used > MAX_LINES_A_NAME:
            continue
        header = tuple(cell.strip() for cell in cells)
        if is_header(header):
            return place + used, separator, header
        first = first or (place + used, separator, header)
    if first is None:
        raise NotASpreadsheet("no_header")
    return first


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the lines below a header."""

    lines: Sequence[str]
    separator: str
    header: Cells
    is_row: Callable[[Cells, Cells], bool]

    def read(self, place: int) -> Iterator[Record]:
        """Yield each row that is not empty."""
        while place < len(self.lines):
            cells, fault, used = _cut(self.lines, place, self.separator, self._begins_a_row, len(self.header))
            if any(cell.strip() for cell in cells):
                fault = fault or misfit(self.header, cells)
                yield Record(place + 1, cells, fault)
            place += 1 if fault else used

    def _begins_a_row(self, line: str) -> bool:
        """Tell whether the line could stand for itself, even with a broken quote of its own."""
        cells, _, _ = _cut([line], 0, self.separator, lambda _: False)
        return self.is_row(self.header, cells)


def _cut(
    lines: Sequence[str], place: int, separator: str, begins_a_row: Callable[[str], bool], minimum: int = 1
) -> tuple[Cells, Fault | None, int]:
    """Return the cells of the row that begins at this line, its fault, and how many lines it takes.

    A line that has `least` cells of its own has an open quote by mistake where a row follows it.
    """
    text = lines[place]
    if '"' not in text:
        return tuple(text.split(separator)), None, 1
    is_whole = text.count(separator) >= minimum - 1
    cells: list[str] = []
    used, at = 1, 0
    while True:
        opening = at + len(_SPACES.match(text, at)[0])  # type: ignore[index]  # it matches nothing, too
        if text.startswith('"', opening):
            at = opening
            closing = _find_closing(text, at + 1)
            while closing is None:
                following = place + used
                if following >= len(lines) or used > MAX_LINES_A_CELL:
                    return _as_it_stands(lines[place], separator), Fault("quote_left_open", len(cells)), 1
                if is_whole and begins_a_row(lines[following]):
                    return _as_it_stands(lines[place], separator), Fault("quote_left_open", len(cells)), 1
                searched = len(text)
                text += "\n" + lines[following]
                used += 1
                closing = _find_closing(text, max(at + 1, searched))
            cells.append(text[at + 1 : closing].replace('""', '"'))
            at = closing + 1
            if at < len(text) and text[at] != separator:
                return _as_it_stands(lines[place], separator), Fault("quote_inside", len(cells) - 1), 1
        else:
            end = text.find(separator, at)
            end = len(text) if end < 0 else end
            cells.append(text[at:end])
            at = end
        if at >= len(text):
            return tuple(cells), None, used
        at += 1


def _find_closing(text: str, start: int) -> int | None:
    """Return where the quote is that ends a cell: the first that is not doubled."""
    at = text.find('"', start)
    while at >= 0:
        if not text.startswith('""', at):
            return at
        at = text.find('"', at + 2)
    return None


def _as_it_stands(line: str, separator: str) -> Cells:
    """Return a broken line's cells to show, not to take."""
    return tuple(line.split(separator))
