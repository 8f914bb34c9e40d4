"""Products as CSV: habits of Excel are understood, its ruins named, and other shops' exports are known."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce.catalog import UnreadableSpreadsheet
from etalase.commerce.catalog._model import (
    COLUMNS,
    Change,
    ImportPreview,
    KeptSheet,
    SpreadsheetSource,
    pack,
    plain_words,
    preview,
    read_sheet,
    unpack,
    write_header,
    write_row,
)
from tests.make.imports import book

HEADER = "code,title,size,colour,price,weight_grams,stock"
GOOD = f"{HEADER}\nA1,Gaun,2-3 th,kuning,89000,180,5\n"
NOW = datetime(2026, 11, 27, 13, 15, 30, 123, tzinfo=UTC)


def as_csv(rows: list[list[str]]) -> bytes:
    """Return the rows as a spreadsheet saves them in most of Indonesia, as "Unicode text"."""
    return "\r\n".join("\t".join(row) for row in rows).encode("utf-16")


def look(text: str) -> ImportPreview:
    return preview(read_sheet(text.encode(), max_rows=2_000), [])


def problems_of(text: str) -> list[tuple[int, str, str]]:
    rows = look(text).rows
    return [(row.line, problem.field, problem.code) for row in rows for problem in row.problems]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace(",", ";").replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        ("sep=;\r\n" + GOOD.replace(",", ";")).encode(),
        ("Daftar produk\n\n" + GOOD).encode(),
        GOOD.replace(",", "\t").encode("utf-16"),
        GOOD.replace("kuning", "crème").encode("cp1252"),
        (GOOD + ",,,,,,\n\n").encode(),
        GOOD.replace(HEADER, "Kode,Nama,Ukuran,Warna,Harga,Berat (gram),Stok").encode(),
        GOOD.replace(HEADER, "KODE*,Nama Produk*,Ukuran,WARNA,Harga (Rp)*,Berat (Gram)*,Stok*").encode(),
        GOOD.replace(HEADER, "kode ,nama produk (wajib),ukuran,warna,Harga [IDR],berat/g,Qty").encode(),
        GOOD.replace(HEADER, '"Kode","Nama","Ukuran","Warna","Harga\nSatuan","Berat (gr)","Stok:"').encode(),
    ],
)
def test_what_excel_writes_is_read(content: bytes) -> None:
    (row,) = preview(read_sheet(content, max_rows=9), []).rows
    assert (row.code, row.title, row.variant.size, row.variant.price.minor) == ("A1", "Gaun", "2-3 th", 89000)
    assert (row.variant.weight_grams, row.stock, row.change, row.problems) == (180, 5, Change.NEW, ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "columns_missing"),
        (b"a,b\nA1,Gaun\n", "columns_missing"),
        (b"code,kode,title,price,weight_grams\nA1,A1,x,1,1\n", "columns_doubled"),
        (f"{HEADER}\n".encode(), "empty"),
        (b"\x00\x01\x02", "not_text"),
        (f"{HEADER}\n".encode() + b"A1,x,,,1000,1,1\n" * 2001, "too_many_rows"),
    ],
)
def test_what_is_no_sheet_of_products_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSpreadsheet) as refused:
        read_sheet(content, max_rows=2_000)
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
        ('A1,Gaun,,,89000,180,"1,5"', [(2, "stock", "not_a_number")]),
        ("A1,Gaun,S,,89000,180,5\nA1,Rok,M,,89000,180,5", [(3, "title", "differs_from_line")]),
        ("A1,Gaun,S,Biru,89000,180,5\nA1,,s,biru,89000,180,5", [(3, "size", "doubled_in_line")]),
        ('A1,"Gaun\nBunga",S,,89000,180,5\nA2,Rok,S,,0,180,5', [(4, "price", "too_low")]),
        ("A1,Gaun,,,Rp15.000,-,180,5", [(2, "stock", "too_many_cells")]),
        ("A1,Gaun,,,89000,180,5,", [(2, "stock", "too_many_cells")]),
        ("A1,Gaun,,,15rb,180,5", [(2, "price", "not_a_price")]),
        ('A1,Gaun,,,"1,5jt",180,5', [(2, "price", "not_a_price")]),
        ("A1,Gaun,,,+89000,180,+5", [(2, "price", "not_a_price"), (2, "stock", "not_a_number")]),
        (
            'A1,"Celana 6" jeans",,,89000,180,5\nA2,B,,,0,1,1',
            [(2, "title", "quote_inside"), (3, "price", "too_low")],
        ),
        ("A1,Ga\aun,,,89000,180,5", [(2, "title", "unreadable")]),
        ("A1,Gaun,M,,89000,180,5\nA1,Gaun,M\u200d,,89000,180,5", [(3, "size", "doubled_in_line")]),
        ("A1,Gaun,M,,89000,180,5\na1,Gaun,\u200bm,,89000,180,5", [(3, "size", "doubled_in_line")]),
        ("A1,Gaun,,,189,500,180,5", [(2, "price", "too_many_cells")]),
        (
            'A1,"Gaun,,,89000,180,5\nA2,Rok,S,,0,180,5',
            [(2, "title", "quote_left_open"), (3, "price", "too_low")],
        ),
    ],
)
def test_each_wrong_cell_is_named_with_its_line(rows: str, expected: list[tuple[int, str, str]]) -> None:
    assert problems_of(f"{HEADER}\n{rows}\n") == expected


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_row_that_was_sorted_above_the_header_is_told_of(separator: str) -> None:
    rows = ["A1,Gaun,S,,89000,180,5", HEADER, "B2,Rok,S,,45000,90,1"]
    text = "Daftar produk\n\n" + "\n".join(rows).replace(",", separator)
    assert problems_of(text) == [(3, "code", "above_the_header")]
    (above, below) = preview(read_sheet(book(*csv.reader(rows)), max_rows=9), []).rows
    assert (above.line, [problem.code for problem in above.problems]) == (1, ["above_the_header"])
    assert (below.line, below.problems) == (3, ())


def test_problems_name_the_column_as_the_file_does() -> None:
    text = "Kode;Nama Produk*;Harga (Rp)*;Berat (Gram)*;Stok*\nA1;Gaun;gratis;180;-3\nA2;Rok;1;2;3;4\n"
    assert [(line, field) for line, field, _ in problems_of(text)] == [
        (2, "Harga (Rp)*"), (2, "Stok*"), (3, "Stok*"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "units"), [("1.000.000", 1_000_000), ("12.500", 12_500), ("6.0", 6), ("6.000", 6_000)]
)
def test_stock_is_read_with_separators(typed: str, units: int) -> None:
    assert look(f"{HEADER}\nA1,Kancing,S,,500,2,{typed}\n").rows[0].stock == units


DATES = [
    "4/5/2026", "02 Mar", "2026-03-02", "Mar-23", "3-Apr", "2-Mar", "02-Mar-26", "2.3.2026", "2/3/26",
    "12 Agustus 2026", "Mei-26", "2 Okt", "2026-03-02 00:00:00", "March 2, 2026", "02/03/2026 00:00",
]  # fmt: skip
NUMBERS = ["9E+12", "8,99276E+12", "8.99276E+12", "1E+05", "1e5", "8992760001234000", "8992760001234.0"]
ERRORS = ["#NAME?", "#REF!", "########", "#VALUE!", "#DIV/0!", "#N/A", "Err:502", "#NULL!", "#NUM!"]


@pytest.mark.parametrize("column", ["code", "size", "colour", "sku", "price", "weight_grams", "stock"])
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *((cell, "turned_into_a_date") for cell in DATES),
        *((cell, "turned_into_a_number") for cell in NUMBERS[:5]),
        *((cell, "spreadsheet_error") for cell in ERRORS),
    ],
)
def test_what_a_spreadsheet_made_is_named_as_such(column: str, cell: str, code: str) -> None:
    good = dict(zip(HEADER.split(","), ("G1", "Gaun", "S", "biru", "89000", "180", "1"), strict=True))
    good["sku"] = "K"
    row = ",".join(f'"{value}"' for value in (good | {column: cell}).values())
    assert problems_of(",".join(good) + f"\n{row}\n") == [(2, column, code)]


@pytest.mark.parametrize("cell", NUMBERS[5:])
def test_a_barcode_that_lost_its_end_is_named_as_such(cell: str) -> None:
    text = f"code,title,price,weight_grams,sku\nG1,Gaun,89000,180,{cell}\n"
    assert problems_of(text) == [(2, "sku", "turned_into_a_number")]


@pytest.mark.parametrize("cell", ["45934", "36526"])
def test_a_size_that_is_a_day_number_is_named_as_such(cell: str) -> None:
    problems = problems_of(f"{HEADER}\nG1,Gaun,{cell},,89000,180,1\n")
    assert problems == [(2, "size", "turned_into_a_day_number")]


@pytest.mark.parametrize(
    "cell",
    ["2-3 th", "2-3", "38", "XL", "80x120", "1/2 m", "Merah 2", "Maret", "No. 5", "12.5", "E27"],
)
def test_what_people_call_sizes_is_no_ruin(cell: str) -> None:
    assert problems_of(f"{HEADER}\nG1,Gaun,{cell},,89000,180,1\n") == []


def test_an_apostrophe_says_that_a_cell_is_text() -> None:
    assert look(f"{HEADER}\nG1,Gaun,'4/5/2026,,89000,180,1\n").rows[0].variant.size == "4/5/2026"


SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Qty,Variant Price,Image Src,Status\n"
    "gaun-senja,Gaun Senja,<p>Katun &amp; <b>adem</b></p><ul><li>cuci dingin</li></ul>,Melati,Size,2-3 th,"
    "Color,merah,GS-1,180.0,6,89000.00,https://cdn.example/1.jpg,active\n"
    "gaun-senja,,,,,4-5 th,,merah,GS-2,190.0,4,92000.00,https://cdn.example/2.jpg,\n"
    "gaun-senja,,,,,,,,,,,,https://cdn.example/3.jpg,\n"
    "topi,Topi,,Melati,Title,Default Title,,,T-1,90.0,0,45000.00,,active\n"
    "lama,Rok Lama,,Melati,Title,Default Title,,,L-1,90.0,0,45000.00,,draft\n"
)
WOO = (
    "ID,Type,SKU,Name,Published,Stock,Weight (kg),Regular price,Images,Parent,Attribute 1 name,"
    "Attribute 1 value(s),Description\n"
    '1,variable,GS,Gaun Senja,1,,0.18,,"https://x.example/1.jpg, https://x.example/2.jpg",,Ukuran,"S, M",'
    "<p>Katun</p>\n"
    "2,variation,GS-S,Gaun Senja - S,1,6,,89000,,GS,Ukuran,S,\n"
    "3,variation,GS-M,Gaun Senja - M,1,4,0.2,92000,,id:1,Ukuran,M,\n"
    "4,simple,T-1,Topi,1,3,0.09,45000,,,,,\n"
    "5,grouped,P-1,Paket,1,,,,,,,,\n"
    "6,simple,L-1,Lama,0,1,0.1,45000,,,,,\n"
)
SHOPEE = (
    "Kategori;Nama Produk;Deskripsi Produk;SKU Induk;Kode Integrasi Variasi;Nama Variasi 1;"
    "Varian untuk Variasi 1;Harga;Stok;Kode Variasi;Berat;Foto Sampul;Foto Produk 1\n"
    "1;Gaun Senja;Katun;;G;Warna;merah;89.000;6;GS-1;180;https://x.example/1.jpg;https://x.example/2.jpg\n"
    "1;Gaun Senja;Katun;;G;Warna;biru;92.000;4;GS-2;180;;\n"
).replace("SKU Induk;Kode Integrasi Variasi", "Merek;SKU Induk")


def rows_of(checked: ImportPreview) -> list[tuple[object, ...]]:
    assert [row.problems for row in checked.rows if row.problems] == []
    return [
        (row.code, row.title, row.variant.size, row.variant.colour, row.variant.price.minor,
         row.variant.weight_grams, row.variant.sku, row.stock)
        for row in checked.rows
    ]  # fmt: skip


def test_an_export_of_shopify_is_read() -> None:
    checked = look(SHOPIFY)
    assert checked.sheet.source is SpreadsheetSource.SHOPIFY
    assert rows_of(checked) == [
        ("A1", "Gaun Senja", "2-3 th", "merah", 89000, 180, "GS-1", 6),
        ("A1", "Gaun Senja", "4-5 th", "merah", 92000, 190, "GS-2", 4),
        ("A2", "Topi", "", "", 45000, 90, "T-1", 0),
    ]
    assert checked.sheet.left_out == 1
    assert checked.rows[0].description == "Katun & adem\n\n- cuci dingin"
    assert checked.rows[0].photos == tuple(f"https://cdn.example/{number}.jpg" for number in (1, 2, 3))


def test_an_export_of_woocommerce_is_read() -> None:
    checked = look(WOO)
    assert checked.sheet.source is SpreadsheetSource.WOOCOMMERCE
    assert rows_of(checked) == [
        ("A1", "Gaun Senja", "S", "", 89000, 180, "GS-S", 6),
        ("A1", "Gaun Senja", "M", "", 92000, 200, "GS-M", 4),
        ("A2", "Topi", "", "", 45000, 90, "T-1", 3),
    ]
    assert (checked.sheet.left_out, checked.rows[0].description) == (2, "Katun")
    assert checked.rows[0].photos == ("https://x.example/1.jpg", "https://x.example/2.jpg")


def test_an_export_without_an_option_says_nothing_of_it() -> None:
    rows = read_sheet(SHOPIFY.replace("Color,merah", ",").encode(), max_rows=9).rows
    assert {"size", "colour"} & rows[0].cells.keys() == {"size"}
    assert not {"size", "colour"} & rows[-1].cells.keys()


def test_a_file_of_shopee_is_read() -> None:
    checked = look(SHOPEE)
    assert checked.sheet.source is SpreadsheetSource.SHOPEE
    assert rows_of(checked) == [
        ("A1", "Gaun Senja", "", "merah", 89000, 180, "GS-1", 6),
        ("A1", "Gaun Senja", "", "biru", 92000, 180, "GS-2", 4),
    ]
    assert checked.rows[0].photos == ("https://x.example/1.jpg", "https://x.example/2.jpg")


def test_a_file_of_tokopedia_is_read() -> None:
    checked = look(
        "Nama Produk*;Deskripsi Produk;Harga (Rp)*;Berat (Gram)*;Stok*;Kode SKU\n"
        "Gaun Senja;Katun;89.000;180;6;GS-1\n"
    )
    assert checked.sheet.source is SpreadsheetSource.TOKOPEDIA
    assert rows_of(checked) == [("A1", "Gaun Senja", "", "", 89000, 180, "GS-1", 6)]


SHOPEES_UPDATE = [
    ["et_title_product_id", "et_title_product_name", "et_title_variation_id", "et_title_variation_name",
     "et_title_parent_sku", "et_title_variation_sku",
     "et_title_variation_price", "et_title_variation_stock", "x"],
    ["sales_info", "220408_floatingstock", "", "", "", "", "", "", ""],
    ["Kode Produk", "Nama Produk", "Kode Variasi", "Nama Variasi",
     "SKU Induk", "SKU", "Harga", "Stok", "Berat"],
    ["", "", "", "", "Opsional", "Opsional", "Wajib", "Wajib", ""],
    ["", "", "", "", "Maks. 100 karakter", "", "Masukkan harga. Min 99", "Jumlah stok", ""],
    ["22334455667", "Gaun Bunga", "99887766551", "Merah", "", "GB-M", "89000", "12", "200"],
    ["22334455667", "Gaun Bunga", "99887766552", "Biru", "GB", "GB-B", "89000", "3", "200"],
    ["22334455668", "Topi Min Rajut", "", "", "", "", "25.000", "40", "90"],
]  # fmt: skip
TOKOPEDIAS = [
    ["Error Message", "Product ID", "Nama Produk*", "Deskripsi Produk", "Berat* (Gram)", "Gambar 1*",
     "SKU Name", "Jumlah Stok*", "Harga (Rp)*"],
    ["", "", "maks 70 karakter", "maks 2000", "1-500000", "", "", "0 - 999999", "100 - 100000000"],
    ["", "1234567890123", "Gaun Bunga", "Katun", "250", "https://x.example/1.jpg", "GB-1", "12", "89000"],
]  # fmt: skip


@pytest.mark.parametrize("as_file", [lambda rows: book(*rows), as_csv])
def test_what_a_marketplace_itself_exports_is_read(as_file: Callable[[list[list[str]]], bytes]) -> None:
    shopee = preview(read_sheet(as_file(SHOPEES_UPDATE), max_rows=99), [])
    assert shopee.sheet.source is SpreadsheetSource.SHOPEE
    assert rows_of(shopee) == [
        ("A1", "Gaun Bunga", "Merah", "", 89000, 200, "GB-M", 12),
        ("A1", "Gaun Bunga", "Biru", "", 89000, 200, "GB-B", 3),
        ("A2", "Topi Min Rajut", "", "", 25000, 90, "", 40),
    ]
    assert (shopee.sheet.left_out, shopee.sheet.unread) == (2, ("Kode Variasi",))
    tokopedia = preview(read_sheet(as_file(TOKOPEDIAS), max_rows=99), [])
    assert rows_of(tokopedia) == [("A1", "Gaun Bunga", "", "", 89000, 250, "GB-1", 12)]
    assert (tokopedia.sheet.left_out, len(tokopedia.rows[0].photos)) == (1, 1)


def test_a_row_is_no_advice_because_its_numbers_are_wrong() -> None:
    checked = look("Nama Produk;Harga;Berat;Stok\nKaos Max Wajib;15rb;;5\nTopi;;;\n")
    assert [row.line for row in checked.rows if row.problems] == [2, 3]


def test_what_woocommerce_writes_of_lines_and_weights_is_read() -> None:
    (row,) = look(
        "ID,Type,SKU,Name,Weight (kg),Regular price,Description\n9,simple,T,Topi,.1,25000,Rajut\\nTebal\n"
    ).rows
    assert (row.variant.weight_grams, row.description, row.problems) == (100, "Rajut\nTebal", ())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>Katun</p>", "Katun"),
        ("<p>Satu</p>\n<p>Dua<br/>tiga</p>", "Satu\n\nDua\ntiga"),
        ("Ukuran 2 < 3 & 4 > 1", "Ukuran 2 < 3 & 4 > 1"),
        ("<style>p{}</style><p>Katun&nbsp;adem</p><script>x()</script>", "Katun adem"),
        ("biasa\n\nsaja", "biasa\n\nsaja"),
    ],
)
def test_bodies_in_html_become_plain_text(body: str, text: str) -> None:
    assert plain_words(body) == text


cell = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12) | st.sampled_from(
    ["=1+1", "+62", "-", "@x", "'", "''", "'=x", "2-3", "00123", "1E5", "123456789012", 'a"b', "a;b", "x\ny"]
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cell)), min_size=1, max_size=4))
def test_what_is_written_is_read_back_the_same(rows: list[dict[str, str]]) -> None:
    kept = [row for row in rows if any(value.strip() for value in row.values())]
    content = (write_header(NOW) + "".join(map(write_row, kept))).encode()
    if kept:
        sheet = read_sheet(content, max_rows=9)
        assert [dict(row.cells) for row in sheet.rows] == kept
        assert sheet.exported_at == NOW


GAUN = ("A1", "Gaun", "L", "merah", 89000, 180, 5)
ODD_FILES: dict[str, tuple[str | bytes, list[object]]] = {
    "mixed ends": (
        f"{HEADER}\nA1,Gaun,L,merah,89000,180,5\r\nA2,Rok,,,1000,1,1\rA3,Kaos,,,1000,1,1",
        [GAUN, 2, 3],
    ),
    "marks inside": (f"\ufeff\ufeff{HEADER}\n\ufeffA1,\ufeffGaun,L,merah,89000,180,5\n", [GAUN]),
    "kilos with commas": (
        "kode;nama;ukuran;warna;harga;berat (kg);stok\nA1;Gaun;L;merah;89000,00;0,18;5\n",
        [GAUN],
    ),
    "half rupiah": (f"{HEADER}\nA1,Gaun,L,merah,89000.50,180,5\n", ["not_a_price"]),
    "named twice": ("code,title,nama produk,price\nA1,Gaun,Gown,89000\n", ["columns_doubled"]),
    "third line": (f"Laporan toko,,\nTanggal: 2 Maret,,\n{HEADER}\nA1,Gaun,L,merah,89000,180,5\n", [GAUN]),
    "merged names": (
        "Produk,,,,Jual,,\nKode,Nama,Ukuran,Warna,Harga (Rp),Berat (g),Stok\nA1,Gaun,L,merah,89000,180,5\n",
        [GAUN],
    ),
    "a total below": (f"{HEADER}\nA1,Gaun,L,merah,89000,180,5\nTotal,,,,89000,180,5\n", [GAUN, "required"]),
    "a total without a word": (
        f"{HEADER}\nA1,Gaun,L,merah,89000,180,5\n,,,,89000,180,5\n",
        [GAUN, "required"],
    ),
    "quotes behind spaces": (
        f'{HEADER}\n"A1", "Gaun",  "L", "merah", "89000", "180", "5"\nA2, "Rok, mini",,,1000,1,1\n',
        [GAUN, 2],
    ),
    "a quote inside": (
        f'{HEADER}\nA1,"Gaun "Senja"",L,merah,89000,180,5\nA2,Rok,,,1000,1,1\n',
        ["quote_inside", 2],
    ),
    "an open quote behind spaces": (
        f'{HEADER}\nA1, "Gaun,L,merah,89000,180,5\nA2,Rok,,,1000,1,1\n',
        ["quote_left_open", 2],
    ),
    "ten million letters": (
        f"{HEADER}\nA1,{'x' * 10_000_000},,,1000,1,1\nA2,Rok,,,1000,1,1\n",
        ["too_long", 2],
    ),
    "text as a formula": (f'{HEADER}\n"=""A1""","=""Gaun""","=""L""",merah,89000,180,5\n', [GAUN]),
    "a formula": (f"{HEADER}\nA1,Gaun,L,merah,=89000,180,5\n", ["not_a_price"]),
    "NUL": (f"{HEADER}\nA1,Ga\0un,L,merah,89000,180,5\n", ["not_text"]),
    "UTF-16 without its mark": (f"{HEADER}\nA1,Gaun,L,merah,89000,180,5\n".encode("utf-16-le"), ["not_text"]),
    "UTF-16": (f"{HEADER}\nA1,Gaun,L,merah,89000,180,5\n".encode("utf-16"), [GAUN]),
    "bars": (f"{HEADER}\nA1,Gaun,L,merah,89000,180,5\n".replace(",", "|"), ["columns_missing"]),
    "apostrophes": (f"{HEADER}\n'A1','Gaun','L','merah','89000','180','5'\n", ["not_a_code"]),
    "cells too few": (f"{HEADER}\nA1,Gaun,L\nA2,Rok,,,1000,1,1\n", ["too_few_cells", 2]),
    "a remark": (f"# export\n{HEADER}\n# A0\nA1,Gaun,L,merah,89000,180,5\n", ["too_few_cells", GAUN]),
    "owed": (f"{HEADER}\nA1,Gaun,L,merah,(89000),180,5\nA2,Rok,,,1000,1,-5\n", ["not_a_price", "too_low"]),
}


@pytest.mark.parametrize("content", [SHOPIFY, WOO, SHOPEE, write_header(NOW) + "A1,Gaun,,,,89000,180,,5\r\n"])
def test_a_file_is_kept_as_it_was_read(content: str) -> None:
    sheet = read_sheet(content.encode(), max_rows=99)
    assert unpack(pack(sheet), max_rows=0) == sheet
    assert unpack(KeptSheet(content.encode(), is_read=False), max_rows=99) == sheet


def test_what_a_version_kept_that_we_do_not_know_is_refused() -> None:
    with pytest.raises(UnreadableSpreadsheet) as refused:
        unpack(KeptSheet(b"\x81\xa4rows\x01", is_read=True), max_rows=9)
    assert refused.value.facts["reason"] == "kept_by_another_version"


@pytest.mark.parametrize("name", ODD_FILES)
def test_each_row_of_an_odd_file_is_right_or_told(name: str) -> None:
    """Expected is, row by row, the product, the number of its code, or what is wrong with it."""
    content, expected = ODD_FILES[name]
    found: list[object] = []
    try:
        sheet = read_sheet(content if isinstance(content, bytes) else content.encode(), max_rows=99)
    except UnreadableSpreadsheet as refused:
        found = [refused.facts["reason"]]
    else:
        assert unpack(pack(sheet), max_rows=0) == sheet
        for row, wanted in zip(preview(sheet, []).rows, expected, strict=True):
            of = row.variant
            whole = (row.code, row.title, of.size, of.colour, of.price.minor, of.weight_grams, row.stock)
            taken = int(row.code[1:]) if isinstance(wanted, int) else whole
            found.append(row.problems[0].code if row.problems else taken)
    assert found == expected
