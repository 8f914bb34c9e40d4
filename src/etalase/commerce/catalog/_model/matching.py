"""Which product and which variant a row of a file means. No I/O.

By show code and options where the file has them; else by SKU, by the other program's grouping, or by name.
What could mean two variants is asked, never guessed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from etalase.commerce.catalog._model.product import (
    MAX_TITLE_LENGTH,
    ProductView,
    VariantId,
    VariantView,
    free_codes,
    read_code,
)
from etalase.commerce.catalog._model.spreadsheet import SheetRow
from etalase.kernel.fields import Fields

Option = tuple[str, str]


def folded(raw: str) -> str:
    """Return a cell as it is compared: as it would be kept, in small letters."""
    return Fields().line("", raw, max_length=MAX_TITLE_LENGTH, required=False).casefold()


@dataclass(frozen=True, slots=True)
class Match:
    """The show code that a row belongs to, the product that has it, and the variant that the row renews.

    `retired` is an archived variant of the same options, which comes back with its stock.
    """

    code: str
    product: ProductView | None = None
    variant: VariantView | None = None
    retired: VariantId | None = None


@dataclass(slots=True)
class Matcher:
    """Finds for one row after another what it means."""

    existing: Iterable[ProductView]
    retired: Mapping[tuple[str, Option], VariantId]
    has_codes: bool
    _by_code: dict[str, ProductView] = field(default_factory=dict)
    _by_title: dict[str, ProductView | None] = field(default_factory=dict)
    _by_sku: dict[str, ProductView | None] = field(default_factory=dict)
    _given: dict[str, str] = field(default_factory=dict)
    _free: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        for product in self.existing:
            self._by_code[product.code] = product
            title = product.title.casefold()
            self._by_title[title] = None if title in self._by_title else product
            for sku in {variant.sku.casefold() for variant in product.variants if variant.sku}:
                self._by_sku[sku] = None if sku in self._by_sku else product
        self._free = free_codes(self._by_code.keys())

    def find(self, fields: Fields, row: SheetRow) -> Match:
        """Return what the row means; what can't be told is left in `fields`."""
        code = self._code(fields, row.cells) if self.has_codes else self._group_code(fields, row)
        product = self._by_code.get(code)
        if product is None:
            self._require_new(fields, row.cells)
            return Match(code)
        option = tuple(folded(row.cells.get(column, "")) for column in ("size", "colour"))
        known = _variant(fields, row.cells, product.variants)
        retired = None if known else self.retired.get((code, (option[0], option[1])))
        return Match(code, product, known, retired)

    def knows(self, cells: Mapping[str, str], column: str) -> bool:
        """Tell whether the shop has this very value already, so that nobody needs to be asked about it."""
        value = folded(cells[column])
        product = self._by_code.get(folded(cells.get("code", "")).upper())
        return product is not None and any(
            value == str(getattr(variant, column, "")).casefold() for variant in product.variants
        )

    def _code(self, fields: Fields, cells: Mapping[str, str]) -> str:
        code = read_code(fields, cells.get("code", ""))
        if not code and not fields.problems:
            fields.refuse("code", "required")
        return code

    def _require_new(self, fields: Fields, cells: Mapping[str, str]) -> None:
        """Refuse a code that nobody has for a SKU that the shop has: its product's code was changed since."""
        other = self._by_sku.get(folded(cells.get("sku", ""))) if self.has_codes else None
        if other is not None:
            fields.refuse("sku", "sku_of_another", other.code)

    def _group_code(self, fields: Fields, row: SheetRow) -> str:
        """Return the code of the product that group, SKU or name stand for, or the next free one."""
        title = folded(row.cells.get("title", ""))
        sku = folded(row.cells.get("sku", ""))
        key = f"group:{row.group}" if row.group else f"title:{title}" if title else f"sku:{sku}"
        if key not in self._given:
            product = self._by_sku.get(sku) or self._by_title.get(title)
            if product is None and not title:
                fields.refuse("sku" if "sku" in row.cells else "title", "unknown_sku" if sku else "required")
                return ""
            self._given[key] = product.code if product else next(self._free)
        return self._given[key]


def _variant(
    fields: Fields, cells: Mapping[str, str], variants: Collection[VariantView]
) -> VariantView | None:
    """Return the variant that the row's options or SKU name; ask where columns are missing to tell."""
    asked = [column for column in ("size", "colour") if column in cells]
    missing = [column for column in ("size", "colour") if column not in cells]
    wanted = {column: folded(cells[column]) for column in asked}
    found = [
        variant
        for variant in variants
        if all(getattr(variant, column).casefold() == wanted[column] for column in asked)
    ]
    if not missing:
        return found[0] if found else None
    if len(found) == 1:
        return found[0]
    sku = folded(cells.get("sku", ""))
    same = [variant for variant in found or variants if sku and variant.sku.casefold() == sku]
    if len(same) == 1 and (found or not asked):
        return same[0]
    if found or any(getattr(variant, column) for variant in variants for column in missing):
        labels = [variant.label or variant.sku or "-" for variant in variants]
        fields.refuse(missing[0], "which_variant", "; ".join(labels))
    return None
