"""What an import would do, row by row, before anything is done. No I/O.

A column that the file has not leaves its field alone; an empty cell clears it. Nothing is guessed: what a
spreadsheet may have changed, and what could mean two variants, is asked.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from etalase.commerce.catalog._model.mangled import DOUBTS, find_ruin
from etalase.commerce.catalog._model.matching import Match, Matcher, Option
from etalase.commerce.catalog._model.product import (
    MAX_DESCRIPTION_LENGTH,
    MAX_GRAMS,
    MAX_OPTION_LENGTH,
    MAX_SKU_LENGTH,
    MAX_TITLE_LENGTH,
    MAX_VARIANTS,
    ProductDetails,
    ProductId,
    ProductView,
    VariantDetails,
    VariantId,
    VariantView,
    read_price,
)
from etalase.commerce.catalog._model.spreadsheet import Sheet, SheetRow
from etalase.kernel.errors import FieldProblem
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money

MAX_UNITS = 1_000_000
UNMATCHED = frozenset({"which_variant", "unknown_sku"})
VALUES = ("size", "colour", "price", "weight_grams", "sku")


class Change(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A value that an import would replace."""

    column: str
    old: str | int | Money
    new: str | int | Money


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that a spreadsheet may have changed; the shop may say that it is right."""

    column: str
    kind: str
    cell: str

    @property
    def key(self) -> str:
        """Return the name under which cells of this column and kind are confirmed together."""
        return f"{self.column}:{self.kind}"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row, read: what it would do, or why it cannot be taken.

    Problems name a column as the file's own header does. `stock` is the cell's number; None leaves it alone.
    """

    line: int
    cells: Mapping[str, str]
    code: str
    title: str
    description: str
    variant: VariantDetails
    stock: int | None
    change: Change
    problems: tuple[FieldProblem, ...]
    changes: tuple[CellChange, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A whole file, read. It is imported as a whole or not at all."""

    sheet: Sheet
    rows: tuple[ImportRow, ...]

    @property
    def can_be_imported(self) -> bool:
        """Tell whether no row is wrong."""
        return not any(row.problems for row in self.rows)

    @property
    def has_stock(self) -> bool:
        """Tell whether the file says anything about stock."""
        return any(row.stock is not None for row in self.rows)

    def count(self, change: Change | str) -> int:
        """Count the rows that would do this."""
        return sum(row.change == change for row in self.rows if not row.problems)

    def name_of(self, column: str) -> str:
        """Return our column's name as the file's own header writes it."""
        return self.sheet.names.get(column, column)

    def column_of(self, name: str) -> str:
        """Return our column of this name in the file's header."""
        return next((column for column, written in self.sheet.names.items() if written == name), name)

    def doubts(self) -> dict[str, list[Doubt]]:
        """Return the cells that a spreadsheet may have changed, by what confirms them."""
        found: dict[str, list[Doubt]] = {}
        for row in self.rows:
            for doubt in row.doubts:
                found.setdefault(doubt.key, []).append(doubt)
        return found


@dataclass(slots=True)
class _Seen:
    """What the rows so far said of one product."""

    line: int
    title: str
    description: str
    options: dict[Option, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import writes: new products whole, and of known ones their words and what their rows touch."""

    added: tuple[ProductDetails, ...]
    changed: tuple[tuple[ProductId, ProductDetails], ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """Where a shop's products and variants are after an import, by code and option."""

    products: Mapping[str, ProductId]
    variants: Mapping[tuple[str, Option], VariantId]


def preview(
    sheet: Sheet,
    existing: Collection[ProductView],
    retired: Mapping[tuple[str, Option], VariantId] | None = None,
    confirmed: Collection[str] = (),
) -> ImportPreview:
    """Read the rows against the shop's products. Variants are told apart by product, size and colour.

    `retired` are archived variants by code and option; `confirmed` the keys of doubts that the shop settled.
    """
    matcher = Matcher(existing, retired or {}, has_codes="code" in sheet.names)
    seen: dict[str, _Seen] = {}
    rows = (_read_row(row, matcher, seen, confirmed) for row in sheet.rows)
    return ImportPreview(sheet, tuple(_named(row, sheet) for row in rows))


def plan(checked: ImportPreview, existing: Iterable[ProductView]) -> ImportPlan:
    """Return what is to be written; variants that the file leaves out stay as they are."""
    products = {product.code: product for product in existing}
    by_code: dict[str, list[ImportRow]] = {}
    for row in checked.rows:
        by_code.setdefault(row.code, []).append(row)
    added, changed = [], []
    for code, rows in by_code.items():
        touched = tuple(row.variant for row in rows if row.change is not Change.SAME)
        details = ProductDetails(rows[0].title, rows[0].description, code, touched)
        product = products.get(code)
        if product is None:
            added.append(details)
        elif touched:
            changed.append((product.id, details))
    return ImportPlan(tuple(added), tuple(changed))


def details_of(variant: VariantView) -> VariantDetails:
    """Return what an existing variant would be as a checked draft."""
    return VariantDetails(
        variant.size, variant.colour, variant.price, variant.weight_grams, variant.sku, variant.id
    )


def _read_row(
    row: SheetRow, matcher: Matcher, seen: dict[str, _Seen], confirmed: Collection[str]
) -> ImportRow:
    if row.fault:
        problem = FieldProblem(row.at, row.fault.code, row.fault.found)
        return _unread(row, "", (problem,))
    fields = Fields()
    ruined, doubts = _find_ruins(row, matcher, confirmed)
    match = matcher.find(fields, row)
    if {problem.code for problem in fields.problems} & UNMATCHED:
        return _unread(row, match.code, (*ruined, *fields.problems))
    said = seen.get(match.code) if match.code else None
    title, description = _read_words(fields, row, said, match.product)
    variant = _read_variant(fields, row.cells, match)
    stock = _read_stock(fields, row.cells)
    if said is None:
        said = seen[match.code] = _Seen(row.line, title, description)
    if not fields.problems:
        _refuse_doubled(fields, said, variant, row.line, match.product)
    asked = {problem.field for problem in ruined}
    problems = (*ruined, *(problem for problem in fields.problems if problem.field not in asked))
    read = ImportRow(
        row.line, row.cells, match.code, title, description, variant, stock, Change.NEW, problems,
        doubts=doubts, photos=row.photos if match.product is None or not match.product.photos else (),
    )  # fmt: skip
    return _compared(read, match, is_first=said.line == row.line)


def _unread(row: SheetRow, code: str, problems: tuple[FieldProblem, ...]) -> ImportRow:
    """Return a row of which can't be told what it means: nothing in it is believed."""
    nothing = VariantDetails("", "", Money(0), 0, "")
    return ImportRow(row.line, row.cells, code, "", "", nothing, None, Change.NEW, problems)


def _find_ruins(
    row: SheetRow, matcher: Matcher, confirmed: Collection[str]
) -> tuple[list[FieldProblem], tuple[Doubt, ...]]:
    """Name what a spreadsheet seems to have made of codes, sizes, long numbers and formulas."""
    problems, doubts = [], []
    for column, cell in row.cells.items():
        ruin = find_ruin(column, cell) if column not in row.texts else None
        if ruin is None or matcher.knows(row.cells, column):
            continue
        code, meant = ruin
        doubt = Doubt(column, code, cell.strip())
        if code in DOUBTS and column in {"size", "colour", "sku"}:
            doubts.append(doubt)
            if doubt.key in confirmed:
                continue
        problems.append(FieldProblem(column, code, meant))
    return problems, tuple(doubts)


def _read_words(
    fields: Fields, row: SheetRow, said: _Seen | None, product: ProductView | None
) -> tuple[str, str]:
    """Read title and description; later rows of a product repeat the first row's or leave them out."""
    known = said or product
    title, description = row.cells.get("title"), row.cells.get("description")
    needed = said is None and (title is not None or product is None)
    read_title = fields.line("title", title, max_length=MAX_TITLE_LENGTH, required=needed)
    read_description = fields.text("description", description, max_length=MAX_DESCRIPTION_LENGTH)
    if said is None:
        return (
            read_title if title is not None or known is None else known.title,
            read_description if description is not None or known is None else known.description,
        )
    if read_title and read_title != said.title:
        fields.refuse("title", "differs_from_line", said.line)
    if read_description and read_description != said.description:
        fields.refuse("description", "differs_from_line", said.line)
    return said.title, said.description


def _read_variant(fields: Fields, cells: Mapping[str, str], match: Match) -> VariantDetails:
    """Read what the file has of the variant; what it has not stays as it is."""
    readers: dict[str, Callable[[str | None], str | int | Money]] = {
        "size": lambda raw: fields.line("size", raw, max_length=MAX_OPTION_LENGTH, required=False),
        "colour": lambda raw: fields.line("colour", raw, max_length=MAX_OPTION_LENGTH, required=False),
        "price": lambda raw: read_price(fields, "price", raw or ""),
        "weight_grams": lambda raw: fields.grams("weight_grams", raw, minimum=1, maximum=MAX_GRAMS),
        "sku": lambda raw: fields.line("sku", raw, max_length=MAX_SKU_LENGTH, required=False),
    }
    read: dict[str, Any] = {
        column: reader(cells.get(column))
        for column, reader in readers.items()
        if match.variant is None or column in cells
    }
    known = (
        details_of(match.variant) if match.variant else VariantDetails("", "", Money(0), 0, "", match.retired)
    )
    return replace(known, **read)


def _read_stock(fields: Fields, cells: Mapping[str, str]) -> int | None:
    """Read the units; an empty cell leaves the stock as it is."""
    raw = cells.get("stock", "")
    return fields.count("stock", raw, minimum=0, maximum=MAX_UNITS) if raw.strip() else None


def _refuse_doubled(
    fields: Fields, said: _Seen, variant: VariantDetails, line: int, product: ProductView | None
) -> None:
    """Refuse a second row of one variant, and more variants than a product may have."""
    first = said.options.setdefault(variant.option, line)
    if first != line:
        fields.refuse("size", "doubled_in_line", first)
    kept = {details_of(known).option for known in product.variants} if product else set()
    if len(kept | said.options.keys()) > MAX_VARIANTS:
        fields.refuse("size", "too_many", MAX_VARIANTS)


def _compared(row: ImportRow, match: Match, *, is_first: bool) -> ImportRow:
    """Tell what the row would change, value by value."""
    if match.product is None or match.variant is None:
        return row
    pairs: list[tuple[str, str | int | Money, str | int | Money]] = []
    if is_first:
        pairs += [
            ("title", match.product.title, row.title),
            ("description", match.product.description, row.description),
        ]
    pairs += [(column, getattr(match.variant, column), getattr(row.variant, column)) for column in VALUES]
    changes = tuple(CellChange(*pair) for pair in pairs if pair[1] != pair[2])
    return replace(row, change=Change.CHANGED if changes else Change.SAME, changes=changes)


def _named(row: ImportRow, sheet: Sheet) -> ImportRow:
    """Name the columns of the row's problems as the file's own header does."""
    problems = (
        replace(problem, field=sheet.names.get(problem.field, problem.field)) for problem in row.problems
    )
    return replace(row, problems=tuple(problems)) if row.problems else row
