"""Products as CSV: Excel's habits are understood, and what is written is read back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce.catalog import UnreadableSpreadsheet
from etalase.commerce.catalog._model import COLUMNS, Change, preview, read_sheet, write_sheet
from etalase.commerce.catalog._model.product import read_price
from etalase.kernel.fields import Fields

HEADER = "code,title,size,colour,price,weight_grams,stock"
GOOD = f"{HEADER}\nA1,Gaun,2-3 th,kuning,89000,180,5\n"


def problems_of(text: str) -> list[tuple[int, str, str]]:
    rows = preview(read_sheet(text.encode()), []).rows
    return [(row.line, problem.field, problem.code) for row in rows for problem in row.problems]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace(",", ";").replace("\n", "\r\n").encode(),
        ("sep=;\r\n" + GOOD.replace(",", ";")).encode(),
        GOOD.replace(",", "\t").encode("utf-16"),
        GOOD.replace("kuning", "crème").encode("cp1252"),
        (GOOD + ",,,,,,\n\n").encode(),
        GOOD.replace(HEADER, "Kode,Nama,Ukuran,Warna,Harga,Berat (gram),Stok").encode(),
    ],
)
def test_what_excel_writes_is_read(content: bytes) -> None:
    (row,) = preview(read_sheet(content), []).rows
    assert (row.code, row.title, row.variant.size, row.variant.price.minor) == ("A1", "Gaun", "2-3 th", 89000)
    assert (row.variant.weight_grams, row.stock, row.change, row.problems) == (180, 5, Change.NEW, ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "columns_missing"),
        (b"code,title\nA1,Gaun\n", "columns_missing"),
        (b"code,kode,title,price,weight_grams\nA1,A1,x,1,1\n", "columns_doubled"),
        (f"{HEADER}\n".encode(), "empty"),
        (b"\x00\x01\x02", "not_text"),
        (b"x" * 1_000_001, "too_large"),
        (f"{HEADER}\n{'A1,x,,,1,1,1' * 1}\n".encode() + b"A1,x,,,1000,1,1\n" * 2001, "too_many_rows"),
    ],
)
def test_what_is_no_sheet_of_products_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSpreadsheet) as refused:
        read_sheet(content)
    assert refused.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("A!,Gaun,,,89000,180,5", [(2, "code", "not_a_code")]),
        (",Gaun,,,89000,180,5", [(2, "code", "required")]),
        ("A1,,,,89000,180,5", [(2, "title", "required")]),
        ("A1,Gaun,,,gratis,180,5", [(2, "price", "not_a_price")]),
        ("A1,Gaun,,,99,180,5", [(2, "price", "too_low")]),
        ("A1,Gaun,,,89000,0,5", [(2, "weight_grams", "too_low")]),
        ("A1,Gaun,,,89000,180,-1", [(2, "stock", "too_low")]),
        ("A1,Gaun,2-Mar,,89000,180,5", [(2, "size", "turned_into_a_date")]),
        ("A1,Gaun,S,,89000,180,5\nA1,Rok,M,,89000,180,5", [(3, "title", "differs_from_line")]),
        ("A1,Gaun,S,Biru,89000,180,5\nA1,,s,biru,89000,180,5", [(3, "size", "doubled_in_line")]),
        ('A1,"Gaun\nBunga",S,,89000,180,5\nA2,Rok,S,,0,180,5', [(4, "price", "too_low")]),
    ],
)
def test_each_wrong_cell_is_named_with_its_line(rows: str, expected: list[tuple[int, str, str]]) -> None:
    assert problems_of(f"{HEADER}\n{rows}\n") == expected


@pytest.mark.parametrize(
    ("typed", "rupiah"),
    [
        ("89000", 89000),
        ("89.000", 89000),
        ("Rp 89.000,00", 89000),
        ("Rp89,000.00", 89000),
        ("1.250.000,-", 1250000),
    ],
)
def test_prices_are_read_as_people_write_them(typed: str, rupiah: int) -> None:
    fields = Fields()
    assert read_price(fields, "price", typed).minor == rupiah
    assert not fields.problems


@pytest.mark.parametrize("typed", ["89.0", "8.9000", "89,5", "-5000", "1.2,000", "Rp"])
def test_prices_that_could_mean_two_things_are_refused(typed: str) -> None:
    fields = Fields()
    read_price(fields, "price", typed)
    assert [problem.code for problem in fields.problems] == ["not_a_price"]


cell = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12) | st.sampled_from(
    ["=1+1", "+62", "-", "@x", "'", "''", "'=x", "2-3", "00123", "1E5", "123456789012", 'a"b', "a;b", "x\ny"]
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cell)), min_size=1, max_size=4))
def test_what_is_written_is_read_back_the_same(rows: list[dict[str, str]]) -> None:
    kept = [row for row in rows if any(value.strip() for value in row.values())]
    if kept:
        assert [dict(row.cells) for row in read_sheet(write_sheet(kept))] == kept


def test_no_cell_is_run_by_a_spreadsheet() -> None:
    text = write_sheet([{"title": '=HYPERLINK("http://x")', "code": "A1"}]).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
