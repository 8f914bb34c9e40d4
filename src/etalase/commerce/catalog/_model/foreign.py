"""Rows of other programs' exports, brought into the shape of ours. No I/O.

Shopify repeats a handle and leaves the rest out; WooCommerce has a row for the product and one for each
variation; Shopee names its variations in columns. What is not on sale there is left out, and counted.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from itertools import dropwhile

from etalase.commerce.catalog._model.columns import SpreadsheetSource
from etalase.commerce.catalog._model.spreadsheet import Sheet, SheetRow, read_records

_SIZES = re.compile(r"(?i)\b(?:size|ukuran|uk|usia|umur|age|nomor|no)\b")
_COLOURS = re.compile(r"(?i)\b(?:colou?r|warna|motif|pattern)\b")
_NO_OPTION = frozenset({"", "title", "default title"})
_HIDDEN = frozenset({"draft", "archived", "unlisted", "false", "0", "-1", "no", "tidak"})
_PARENTS = frozenset({"variable", "variabel", "variable-subscription"})
_VARIATIONS = frozenset({"variation", "variasi"})
_SOLD_ALONE = frozenset({"", "simple", "sederhana", *_PARENTS, *_VARIATIONS})
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]+|#\d+);")
_BREAKS = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table"})
_ADVICE = re.compile(
    r"(?i)\s*\d+\s*-\s*\d+\s*|.*\b(?:wajib|opsional|mandatory|optional|required|ma[kx]s?|min|karakter"
    r"|characters?|masukkan|isi|jumlah|enter|(?:tidak (?:dapat|bisa) diubah|cannot be edited))\b.*",
    re.DOTALL,
)
"""What the templates of marketplaces say below their headers, in the place of numbers."""
_NUMBERS = ("price", "stock", "weight_grams", "weight_kg")
_UNSEEN = frozenset({"script", "style", "template", "head"})


def read_sheet(content: bytes, *, max_rows: int) -> Sheet:
    """Return the products of a CSV file, ours or another program's; or raise `UnreadableSpreadsheet`."""
    return shape(read_records(content, max_rows=max_rows))


def shape(sheet: Sheet) -> Sheet:
    """Return the sheet with rows as our own file has them: one for each variant, and nothing else."""
    if sheet.source is SpreadsheetSource.ETALASE:
        own = tuple(replace(row, cells=_in_grams(dict(row.cells))) for row in sheet.rows)
        return replace(sheet, rows=own, names=_names_in_grams(sheet.names))
    rows = list(dropwhile(_is_advice, sheet.rows))
    shown = [row for row in rows if row.fault or _is_on_sale(row)]
    rows = _without_parents(shown) if sheet.source is SpreadsheetSource.WOOCOMMERCE else shown
    shaped = _with_photos([_shape_row(row) for row in _with_option_names(rows)])
    names = _names_in_grams(sheet.names)
    for place, column in enumerate(("size", "colour"), start=1):
        if f"option{place}_value" in names:
            names.setdefault(column, names[f"option{place}_value"])
    return replace(sheet, rows=tuple(shaped), names=names, left_out=len(sheet.rows) - len(shown))


def plain_words(text: str) -> str:
    """Return a text without its HTML, a line for each paragraph; text that has none stays as it is."""
    if not _MARKUP.search(text):
        return text
    reader = _Words()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    """Keeps what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden += tag in _UNSEEN
        if tag in _BREAKS:
            self.words.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN and self._hidden > 0
        if tag in _BREAKS and tag not in {"br", "li"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data.replace("\n", " "))


def _is_advice(row: SheetRow) -> bool:
    """Tell whether a row below the header says how numbers are to be written, and has none."""
    numbers = [row.cells[column] for column in _NUMBERS if row.cells.get(column, "").strip()]
    return row.fault is None and bool(numbers) and all(map(_ADVICE.fullmatch, numbers))


def _is_on_sale(row: SheetRow) -> bool:
    given = (row.cells.get("status", ""), row.cells.get("published", ""))
    kind = row.cells.get("kind", "").strip().casefold().split(",")[0]
    return kind in _SOLD_ALONE and not any(word.strip().casefold() in _HIDDEN for word in given)


def _without_parents(rows: Iterable[SheetRow]) -> list[SheetRow]:
    """Give each variation of WooCommerce the words, weight and photos of its product, whose row goes."""
    rows = list(rows)
    parents: dict[str, SheetRow] = {}
    for row in rows:
        if row.cells.get("kind", "").strip().casefold() in _PARENTS:
            parents[f"id:{row.cells.get('id', '').strip()}"] = row
            parents[row.cells.get("sku", "").strip()] = row
    parents.pop("", None)
    return [
        _of_parent(row, parents)
        for row in rows
        if row.fault or row.cells.get("kind", "").strip().casefold() not in _PARENTS
    ]


def _of_parent(row: SheetRow, parents: dict[str, SheetRow]) -> SheetRow:
    named = row.cells.get("parent", "").strip()
    parent = parents.get(named)
    if parent is None:
        own = f"id:{row.cells['id'].strip()}" if row.cells.get("id", "").strip() else ""
        return replace(row, group=named or own)
    inherited = {
        column: parent.cells[column] for column in ("title", "description") if column in parent.cells
    }
    for column in ("weight_kg", "weight_grams"):
        if column in row.cells and not row.cells[column].strip():
            inherited[column] = parent.cells.get(column, "")
    group = f"parent:{parent.line}"
    return replace(row, cells={**row.cells, **inherited}, group=group, photos=parent.photos + row.photos)


def _with_option_names(rows: Iterable[SheetRow]) -> Iterable[SheetRow]:
    """Name the options in each row of a product; Shopify names them in the first only."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        known = names[row.cells.get("group", "").strip()]
        given = {
            column: cell for column, cell in row.cells.items() if column.endswith("_name") and cell.strip()
        }
        known.update(given)
        yield replace(row, cells={**row.cells, **known}) if row.cells.get("group", "").strip() else row


def _shape_row(row: SheetRow) -> SheetRow:
    """Bring options, weight, words and group of one row to our columns."""
    if row.fault:
        return row
    cells = dict(row.cells)
    group = row.group or cells.get("group", "").strip()
    if any(column.startswith("option") for column in cells):
        cells.update(_options(cells))
    cells = _in_grams(cells)
    if "description" in cells:
        cells["description"] = plain_words(cells["description"].replace("\\n", "\n"))
    return replace(row, cells=cells, group=group)


def _names_in_grams(names: Mapping[str, str]) -> dict[str, str]:
    """Return the columns' names, the weight's too where it is told in kilos."""
    return {"weight_grams": names["weight_kg"], **names} if "weight_kg" in names else dict(names)


def _in_grams(cells: dict[str, str]) -> dict[str, str]:
    """Say of a weight in kilos that it is one."""
    if "weight_kg" in cells and not cells.get("weight_grams", "").strip():
        kilos = re.sub(r"^(?=[.,]\d)", "0", cells["weight_kg"].strip())
        cells["weight_grams"] = re.sub(r"(?<=\d)$", " kg", kilos)
    return cells


def _options(cells: dict[str, str]) -> dict[str, str]:
    """Sort up to three options into size and colour by their names; others take what is free."""
    found: dict[str, list[str]] = {"size": [], "colour": []}
    others = []
    for place in (1, 2, 3):
        name = cells.get(f"option{place}_name", "").strip()
        value = cells.get(f"option{place}_value", "").strip()
        if value.casefold() in _NO_OPTION or name.casefold() == "title":
            continue
        if _COLOURS.search(name):
            found["colour"].append(value)
        elif _SIZES.search(name):
            found["size"].append(value)
        else:
            others.append(value)
    for value in others:
        column = "size" if not found["size"] or found["colour"] else "colour"
        found[column].append(value)
    return {column: " / ".join(values) for column, values in found.items() if values}


def _with_photos(rows: list[SheetRow]) -> list[SheetRow]:
    """Give the photos of a product to its first row; a row that has nothing but a photo goes."""
    photos: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        photos[row.group].extend(one for one in row.photos if one not in photos[row.group])
    kept, given = [], set()
    for row in rows:
        if not row.fault and row.group and not _has_variant(row):
            continue
        if row.group:
            row = replace(row, photos=() if row.group in given else tuple(photos[row.group]))  # noqa: PLW2901
            given.add(row.group)
        kept.append(row)
    return kept


def _has_variant(row: SheetRow) -> bool:
    return any(row.cells.get(column, "").strip() for column in ("price", "sku", "size", "colour", "title"))
