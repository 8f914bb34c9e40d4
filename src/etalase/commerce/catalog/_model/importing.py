"""What an import would do, row by row, before anything is done. No I/O."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from etalase.commerce.catalog._model.product import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    MOST_VARIANTS,
    ProductDetails,
    ProductId,
    ProductView,
    VariantDetails,
    VariantDraft,
    VariantId,
    VariantView,
    check_variant,
    read_code,
)
from etalase.commerce.catalog._model.spreadsheet import SheetRow
from etalase.kernel.errors import FieldProblem
from etalase.kernel.fields import Fields

MOST_UNITS = 1_000_000
_MONTHS = "jan|feb|mar|apr|may|mei|jun|jul|aug|agu|agt|sep|oct|okt|nov|dec|des"
_EXCEL_DATE = re.compile(rf"\d{{1,2}}-({_MONTHS})\w*|({_MONTHS})\w*-\d{{1,2}}", re.IGNORECASE)
_EXCEL_SCIENCE = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)


class Change(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row, read: what it would do, or why it cannot be taken."""

    line: int
    cells: Mapping[str, str]
    code: str
    title: str
    description: str
    variant: VariantDetails
    stock: int | None
    change: Change
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A whole file, read. It is imported as a whole or not at all."""

    rows: tuple[ImportRow, ...]

    @property
    def can_be_imported(self) -> bool:
        """Tell whether no row is wrong."""
        return not any(row.problems for row in self.rows)

    def count(self, change: Change | str) -> int:
        """Count the rows that would do this."""
        return sum(row.change == change for row in self.rows)


@dataclass(slots=True)
class _Seen:
    """What the rows so far said of one product."""

    line: int
    title: str
    description: str
    options: dict[tuple[str, str], int] = field(default_factory=dict)


def preview(rows: Iterable[SheetRow], existing: Iterable[ProductView]) -> ImportPreview:
    """Read the rows against the shop's products. Variants are told apart by show code, size and colour."""
    products = {product.code: product for product in existing}
    seen: dict[str, _Seen] = {}
    return ImportPreview(tuple(_read_row(row, products, seen) for row in rows))


def plan(
    checked: ImportPreview, existing: Iterable[ProductView]
) -> list[tuple[ProductId | None, ProductDetails]]:
    """Return each product as it is to be after the import; variants that the file leaves out stay."""
    products = {product.code: product for product in existing}
    by_code: dict[str, list[ImportRow]] = {}
    for row in checked.rows:
        by_code.setdefault(row.code, []).append(row)
    return [
        _plan_product(code, rows, products.get(code))
        for code, rows in by_code.items()
        if any(row.change is not Change.SAME for row in rows)
    ]


def details_of(variant: VariantView) -> VariantDetails:
    """Return what an existing variant would be as a checked draft."""
    return VariantDetails(
        variant.size, variant.colour, variant.price, variant.weight_grams, variant.sku, variant.id
    )


def _plan_product(
    code: str, rows: list[ImportRow], product: ProductView | None
) -> tuple[ProductId | None, ProductDetails]:
    kept = {details.option: details for details in map(details_of, product.variants if product else ())}
    for row in rows:
        kept[row.variant.option] = row.variant
    details = ProductDetails(rows[0].title, rows[0].description, code, tuple(kept.values()))
    return (product.id if product else None), details


def _read_row(row: SheetRow, products: Mapping[str, ProductView], seen: dict[str, _Seen]) -> ImportRow:
    fields = Fields()
    code = read_code(fields, row.cells.get("code", ""))
    if not code and not fields.problems:
        fields.refuse("code", "required")
    title, description = _read_words(fields, row, seen.get(code))
    _refuse_mangled(fields, row.cells)
    product = products.get(code)
    variant = _known(check_variant(fields, _variant_draft(row.cells)), product)
    stock = _read_stock(fields, row.cells.get("stock", ""))
    said = seen.setdefault(code, _Seen(row.line, title, description))
    _refuse_doubled(fields, said, variant, row.line, product)
    read = ImportRow(
        row.line, row.cells, code, title, description, variant, stock, Change.NEW, tuple(fields.problems)
    )
    return replace(read, change=_change(read, product))


def _read_words(fields: Fields, row: SheetRow, said: _Seen | None) -> tuple[str, str]:
    """Read title and description; later rows of a product repeat the first row's or leave them out."""
    title = fields.line("title", row.cells.get("title"), most=LONGEST_TITLE, required=said is None)
    description = fields.text("description", row.cells.get("description"), most=LONGEST_DESCRIPTION)
    if said is None:
        return title, description
    if title and title != said.title:
        fields.refuse("title", "differs_from_line", said.line)
    if description and description != said.description:
        fields.refuse("description", "differs_from_line", said.line)
    return said.title, said.description


def _refuse_mangled(fields: Fields, cells: Mapping[str, str]) -> None:
    """Refuse what a spreadsheet made of a size ("2-3" became 2-Mar) or of a long number."""
    for column in ("code", "size", "colour"):
        if _EXCEL_DATE.fullmatch(cells.get(column, "").strip()):
            fields.refuse(column, "turned_into_a_date")
    if _EXCEL_SCIENCE.fullmatch(cells.get("sku", "").strip()):
        fields.refuse("sku", "turned_into_a_number")


def _refuse_doubled(
    fields: Fields, said: _Seen, variant: VariantDetails, line: int, product: ProductView | None
) -> None:
    """Refuse a second row of one variant, and more variants than a product may have."""
    first = said.options.setdefault(variant.option, line)
    if first != line:
        fields.refuse("size", "doubled_in_line", first)
    kept = {details_of(known).option for known in product.variants} if product else set()
    if len(kept | said.options.keys()) > MOST_VARIANTS:
        fields.refuse("size", "too_many", MOST_VARIANTS)


def _variant_draft(cells: Mapping[str, str]) -> VariantDraft:
    return VariantDraft(
        size=cells.get("size", ""),
        colour=cells.get("colour", ""),
        price=cells.get("price", ""),
        weight_grams=cells.get("weight_grams", ""),
        sku=cells.get("sku", ""),
    )


def _known(variant: VariantDetails, product: ProductView | None) -> VariantDetails:
    """Give the row's variant the id of the one that it renews."""
    ids: dict[tuple[str, str], VariantId] = {
        details_of(known).option: known.id for known in (product.variants if product else ())
    }
    return replace(variant, id=ids.get(variant.option))


def _read_stock(fields: Fields, raw: str) -> int | None:
    """Read the counted units; an empty cell leaves the stock as it is."""
    return fields.count("stock", raw, least=0, most=MOST_UNITS) if raw.strip() else None


def _change(row: ImportRow, product: ProductView | None) -> Change:
    if product is None or row.variant.id is None:
        return Change.NEW
    known = next(details_of(variant) for variant in product.variants if variant.id == row.variant.id)
    same_words = (row.title, row.description) == (product.title, product.description)
    return Change.SAME if same_words and known == row.variant else Change.CHANGED
