"""Excel workbooks are read as they are shown, and none of them can take the memory or run anything."""

import re
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import DEFUSEDXML, Workbook

from etalase.kernel.spreadsheets import NotASpreadsheet, Spreadsheet, read_table
from tests.make.imports import book

HEADER = ("code", "title", "price")


def repacked(content: bytes, **parts: bytes) -> bytes:
    """Return the workbook with parts replaced or added; `sheet` is its first sheet."""
    names = {"sheet": "xl/worksheets/sheet1.xml"}
    changed = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        given = {names.get(name, name): part for name, part in parts.items()}
        for name in {*old.namelist(), *given}:
            new.writestr(name, given[name] if name in given else old.read(name))
    return changed.getvalue()


def sheet_of(rows: bytes, before: bytes = b"") -> bytes:
    return (
        before
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def read(content: bytes) -> Spreadsheet:
    return read_table(content, is_header=lambda cells: "code" in cells, is_row=lambda *_: False, max_rows=100)


def shown(value: Any, number_format: str = "General") -> str:
    """Return what is read of one cell."""
    (record,) = read(book(list(HEADER), ["A1", value, 1], formats={"B2": number_format})).records
    return record.cells[1]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("Gaun", "General", "Gaun"),
        ("2-3", "General", "2-3"),
        (" 1.500 ", "@", " 1.500 "),
        (89000, "#,##0", "89000"),
        (89000.0, "Rp #,##0.00", "89000"),
        (0.1 + 0.2, "General", "0.3"),
        (1500.5, "General", "1500.5"),
        (7, "000", "007"),
        (12345, "00000000", "00012345"),
        (8992760000001, "General", "8992760000001"),
        (8992760000001234567, "0", "8.99276000000123e+18"),
        (True, "General", "TRUE"),
        (date(2026, 3, 2), "d-mmm", "2026-03-02"),
        (datetime(2026, 3, 2, 14, 5), "yyyy-mm-dd hh:mm", "2026-03-02 14:05"),  # noqa: DTZ001 - Excel has no zone
        ("#REF!", "General", "#REF!"),
        ("=1+1", "General", "#CALC!"),
        ("Halo\nDua", "General", "Halo\nDua"),
    ],
)
def test_a_cell_is_what_the_sheet_shows(value: Any, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_a_formula_is_its_last_value() -> None:
    cells = b'<c t="str"><v>A1</v></c><c t="str"><f>"x"</f><v>Gaun</v></c><c><f>1</f><v>9</v></c>'
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER).encode()
    sheet = sheet_of(b'<row r="1">' + names + b'</row><row r="2">' + cells + b"</row>")
    assert read(repacked(book(), sheet=sheet)).records[0].cells == ("A1", "Gaun", "9")


def test_the_header_may_stand_lower_and_rows_keep_their_numbers() -> None:
    rows = [["Daftar produk"], [], [None, *HEADER], [], [None, "A1", "Gaun"], [None, "A2", "Rok", 5]]
    found = read(book(*rows))
    assert found.header == ("", *HEADER)
    assert [(one.line, one.cells) for one in found.records] == [
        (5, ("", "A1", "Gaun", "")),
        (6, ("", "A2", "Rok", "5")),
    ]


def test_text_below_no_name_is_that_rows_fault() -> None:
    rows = read(book(list(HEADER), ["A1", "Gaun", 5, "lost"], ["A2", "Rok", 5])).records
    assert [one.fault.code if one.fault else "" for one in rows] == ["cell_without_column", ""]


def test_only_the_first_sheet_that_is_shown_is_read() -> None:
    made = Workbook()
    assert made.active is not None
    made.active.sheet_state = "hidden"
    made.active.append(["code", "hidden"])
    sheet = made.create_sheet()
    for row in (HEADER, ("A1", "Gaun", 5)):
        sheet.append(list(row))
    made.create_sheet().append(["code", "other"])
    content = BytesIO()
    made.save(content)
    assert read(content.getvalue()).header == HEADER


def a_row(number: int) -> bytes:
    return f'<row r="{number}"><c t="inlineStr"><is><t>code</t></is></c></row>'.encode()


LAUGHS = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
REFUSED = {
    "old": (b"\xd0\xcf\x11\xe0" + bytes(600), "old_excel"),
    "no zip": (b"PK\x03\x04" + b"x" * 100, "not_a_workbook"),
    "cut off": (book(list(HEADER), ["A1"])[:-300], "not_a_workbook"),
    "nothing": (book(), "no_header"),
    "only a header": (book(list(HEADER)), "empty"),
    "rows": (book(list(HEADER), *[["A1"]] * 101), "too_many_rows"),
    "row of the billions": (
        repacked(book(), sheet=sheet_of(a_row(1) + a_row(99_999_999_999))),
        "too_much_inside",
    ),
    "a bomb": (repacked(book(), sheet=sheet_of(b"<row/>" * 30_000_000)), "too_much_inside"),
    "one endless row": (
        repacked(book(), sheet=sheet_of(b"<row>" + b"<c/>" * 1_000_000 + b"</row>")),
        "too_much_inside",
    ),
    "a row hidden in a comment": (
        repacked(book(), sheet=sheet_of(b"<row>" + (b"<c/>" * 100_000 + b"<!--<row>-->") * 8 + b"</row>")),
        "too_much_inside",
    ),
    "many cells": (
        repacked(book(), sheet=sheet_of((b"<row>" + b"<c/>" * 1000 + b"</row>") * 1_600)),
        "too_much_inside",
    ),
    "far cells": (
        repacked(
            book(),
            sheet=sheet_of(b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(1, 400))),
        ),
        "too_much_inside",
    ),
    "laughs": (repacked(book(), sheet=sheet_of(b"<row><c><v>&b;</v></c></row>", LAUGHS)), "not_a_workbook"),
    "another alphabet": (
        repacked(book(), sheet=sheet_of(a_row(1)).decode().encode("utf-16")),
        "too_much_inside",
    ),
    "a hidden alphabet": (
        repacked(book(), sheet=b"<?xml version='1.0' encoding='cp037'?>" + sheet_of(a_row(1))),
        "too_much_inside",
    ),
    "a document": (repacked(book(), **{"xl/workbook.xml": b"<x/>"}), "no_header"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_of_products_is_refused(name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(NotASpreadsheet) as refused:
        read(content)
    assert refused.value.reason == reason


def test_the_library_reads_xml_by_the_reader_that_refuses_entities() -> None:
    assert DEFUSEDXML


def test_a_workbooks_links_to_other_files_are_not_followed() -> None:
    content = book(list(HEADER), ["A1", "='[1]Sheet1'!A1", 5])
    link = b'<Relationship Id="r9" Type="http://x/externalLink" TargetMode="External" Target="file:///etc/passwd"/>'
    with ZipFile(BytesIO(content)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels")
    linked = re.sub(rb"</Relationships>", link + b"</Relationships>", relations)
    (record,) = read(repacked(content, **{"xl/_rels/workbook.xml.rels": linked})).records
    assert record.cells == ("A1", "#CALC!", "5")
