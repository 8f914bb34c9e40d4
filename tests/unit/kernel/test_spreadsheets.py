"""CSV is read so that nothing is lost, and written so that nothing runs."""

import csv
import io
import re
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.kernel.spreadsheets import (
    NotASpreadsheet,
    Record,
    csv_line,
    exact_csv_line,
    read_table,
    unguard,
)

HEADER = "code,title,price,weight,text\n"


def rows_of(text: str | bytes) -> tuple[Record, ...]:
    """Read a file in which a row has a number for its price."""
    content = text.encode() if isinstance(text, str) else text

    def is_row(header: tuple[str, ...], cells: tuple[str, ...]) -> bool:
        named = dict(zip(header, cells, strict=False))
        return re.fullmatch(r"\d+", named.get("price", "")) is not None

    return read_table(content, is_header=lambda _: True, is_row=is_row, max_rows=100).records


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("T1,Gaun,189,500,180,x", "too_many_cells", 2),
        ("T1,Gaun,89000,180,Katun adem, karet", "too_many_cells", 4),
        ("T1,Gaun,89000,180,Katun,", "too_many_cells", 4),
        ("T1,Gaun, lipit,89000,180,Katun", "too_many_cells", 1),
        ("T1,Gaun,89000,180", "too_few_cells", 3),
        ("T1", "too_few_cells", 0),
        ('T1,"Gaun 6" panjang",89000,180,x', "quote_inside", 1),
        ('T1,"Gaun 6" panjang,89000,180,x', "quote_inside", 1),
        ('T1,"Gaun"s,89000,180,x', "quote_inside", 1),
        ('T1,"Gaun" ,89000,180,x', "quote_inside", 1),
        ('T1,"Gaun,89000,180,x', "quote_left_open", 1),
        ('T1,Gaun,89000,180,"x', "quote_left_open", 4),
        ('T1,Gaun,89000,180,"', "quote_left_open", 4),
        ('"T1,Gaun,89000,180,x', "quote_left_open", 0),
    ],
)
@pytest.mark.parametrize(
    "after",
    [
        "T2,Kaus,50000,150,Adem",
        'T2,Kaus,50000,150,"Adem, lembut"',
        'T2,"Kaus",50000,150,Adem',
        'T2,Kaus 6",50000,150,Adem',
        'T2,Kaus,50000,150,6"',
        'T2,Kaus,50000,150,""',
    ],
)
def test_a_broken_row_is_its_own_error_and_swallows_no_other(
    row: str, code: str, cell: int, after: str
) -> None:
    last = "T3,Topi,30000,90,x"
    broken, *others = rows_of(f"{HEADER}{row}\n{after}\n{last}\n")
    assert broken.fault is not None
    assert (broken.line, broken.fault.code, broken.fault.cell) == (2, code, cell)
    assert [(one.line, one.cells[0], one.fault) for one in others] == [(3, "T2", None), (4, "T3", None)]


@pytest.mark.parametrize("after", ['T2,Kaus,50000,150,"', 'T2,"Kaus,50000,150,x', 'T2,Kaus,50000,150,"a" b'])
def test_two_open_quotes_are_two_errors(after: str) -> None:
    faults = [one.fault is not None for one in rows_of(f'{HEADER}T1,"Gaun,1,1,x\n{after}\nT3,Topi,1,1,x\n')]
    assert faults == [True, True, False]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('T1,Celana 6" panjang,1,1,x', ("T1", 'Celana 6" panjang', "1", "1", "x")),
        ('T1,Gaun,1,1,6"', ("T1", "Gaun", "1", "1", '6"')),
        ('T1,"Gaun ""putri""",1,1,x', ("T1", 'Gaun "putri"', "1", "1", "x")),
        ('T1,"Gaun, adem",1,1,"a\nb\n\nc"', ("T1", "Gaun, adem", "1", "1", "a\nb\n\nc")),
        ('T1,"",1,1,""', ("T1", "", "1", "1", "")),
        ("T1,Gaun,1,1,", ("T1", "Gaun", "1", "1", "")),
    ],
)
def test_what_is_well_formed_is_read_as_it_was_meant(row: str, cells: tuple[str, ...]) -> None:
    assert rows_of(f"{HEADER}{row}\n") == (Record(2, cells),)


def test_text_below_no_name_is_not_cut_off() -> None:
    [row] = rows_of("code,price,text,\nT1,1,Katun adem, karet\n")
    assert row.fault is not None
    assert (row.fault.code, row.fault.cell) == ("cell_without_column", 2)
    assert rows_of("code,price,text,\nT1,1,Katun adem,\n")[0].fault is None


@pytest.mark.parametrize(
    "content",
    [
        HEADER.encode("utf-16-le"),
        b"\x89PNG\r\n\x1a\n\x00\x00",
        HEADER.encode() + "T1,Gaun é,1,1,Crème brûlée\n".encode() + b"T2,G\xe9,1,1,x\n",
    ],
)
def test_what_is_no_text_of_one_encoding_is_refused(content: bytes) -> None:
    with pytest.raises(NotASpreadsheet) as refused:
        rows_of(content)
    assert refused.value.reason == "not_text"


RISKY = st.text(alphabet="=+-@＝＋－＠';,\t\"\n aA1e/.:'", max_size=10)  # noqa: RUF001 - what Excel takes for signs
TEXT = RISKY | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


@pytest.mark.parametrize(
    "cell",
    [
        "2-3", "2-3 th", "1/2", "2 3/4", "10.30", "1,5", "1:30", "007", "8992761002015", "1E5", "9e12",
        "MAR1", "Sep-2", "2 Mei", "Desember 5", "TRUE", "false", "(5)", "(1.500)", "5 a", "10 PM", "=1+1",
        "+62", "-5", "@sari", "\t5",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_take_for_something_else_is_said_to_be_text(cell: str) -> None:
    [[written]] = csv.reader(io.StringIO(exact_csv_line([cell]), newline=""))
    assert written == f"'{cell}"
    assert unguard(written) == cell


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_an_exact_line_is_read_back_letter_by_letter(cells: list[str]) -> None:
    [line] = csv.reader(io.StringIO(exact_csv_line(cells), newline=""), strict=True)
    assert [unguard(cell) for cell in line] == cells


@given(st.lists(TEXT, min_size=1, max_size=5))
@pytest.mark.parametrize("write", [csv_line, exact_csv_line])
def test_no_cell_begins_as_a_formula_whatever_separates(
    write: Callable[[Iterable[str]], str], cells: list[str]
) -> None:
    line = write(cells)
    for separator in ",;\t":
        for cell in csv.reader(io.StringIO(line, newline=""), delimiter=separator):
            for part in cell:
                assert not part.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), part  # noqa: RUF001


def test_a_report_keeps_numbers_and_phones_as_they_are() -> None:
    assert csv_line([-5, "+6281234567890", "=1", "-x", "089", 1]) == "-5,+6281234567890,'=1,'-x,089,1\r\n"
