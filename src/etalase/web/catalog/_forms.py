"""A product as a form has it: words, a price and weight for all variants, and a row for each variant.

A variant's own price or weight wins over the product's. Rows are named `variants.0.size` and so on, as are
their problems.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from etalase.commerce.catalog import ProductDraft, ProductView, VariantDraft, VariantId
from etalase.commerce.inventory import Stock
from etalase.kernel.errors import Invalid
from etalase.kernel.fields import Fields
from etalase.web._forms import form_errors, text_of

MAX_NEW_UNITS = 1_000_000
_ROW = re.compile(r"variants\.(\d{1,3})\.")


@dataclass(slots=True)
class VariantRow:
    """One variant's row. `units` are those that come with a new one."""

    id: str = ""
    size: str = ""
    colour: str = ""
    price: str = ""
    weight_grams: str = ""
    sku: str = ""
    units: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was written in it."""
        return not any((self.id, self.size, self.colour, self.price, self.weight_grams, self.sku, self.units))


@dataclass(slots=True)
class ProductForm:
    """What somebody writes about a product."""

    title: str = ""
    code: str = ""
    description: str = ""
    price: str = ""
    weight_grams: str = ""
    rows: list[VariantRow] = field(default_factory=lambda: [VariantRow()])

    def draft(self) -> ProductDraft:
        """Return the form as a draft, not yet checked."""
        return ProductDraft(
            title=self.title,
            description=self.description,
            code=self.code,
            variants=tuple(self._variant(row) for row in self.rows),
        )

    def new_units(self) -> dict[int, int]:
        """Return how many units come with each new row, or raise `Invalid`."""
        fields = Fields()
        units = self._read_units(fields)
        fields.settle()
        return units

    def errors(self, invalid: Invalid) -> dict[str, str]:
        """Return the words of each problem, those of the units too, which the catalogue does not see.

        One of a price that all share stands at that price, once.
        """
        units = Fields()
        self._read_units(units)
        errors: dict[str, str] = {}
        for name, words in form_errors(Invalid(*invalid.problems, *units.problems)).items():
            shared = re.fullmatch(r"variants\.(\d+)\.(price|weight_grams)", name)
            if shared and not getattr(self.rows[int(shared[1])], shared[2]):
                errors.setdefault(shared[2], words)
            else:
                errors[name] = words
        return errors

    def _read_units(self, fields: Fields) -> dict[int, int]:
        return {
            place: fields.count(f"variants.{place}.units", row.units, minimum=0, maximum=MAX_NEW_UNITS)
            for place, row in enumerate(self.rows)
            if row.units and not row.id
        }

    def _variant(self, row: VariantRow) -> VariantDraft:
        return VariantDraft(
            size=row.size,
            colour=row.colour,
            price=row.price or self.price,
            weight_grams=row.weight_grams or self.weight_grams,
            sku=row.sku,
            id=_variant_id(row.id),
        )


def read_form(posted: Mapping[str, Any]) -> ProductForm:
    """Return the posted form without its blank rows and those marked to go; at least one row stays."""
    places = sorted({int(match[1]) for name in posted if (match := _ROW.match(name))})
    rows = []
    for place in places:
        names = VariantRow.__dataclass_fields__
        row = VariantRow(**{name: text_of(posted, f"variants.{place}.{name}").strip() for name in names})
        if not row.is_blank and not text_of(posted, f"variants.{place}.remove"):
            rows.append(row)
    words = {
        name: text_of(posted, name) for name in ("title", "code", "description", "price", "weight_grams")
    }
    return ProductForm(**words, rows=rows or [VariantRow()])


def form_of(product: ProductView, stock: Mapping[UUID, Stock]) -> ProductForm:
    """Return the form that shows a product as it is: what all variants share stands at the product."""
    prices = {str(variant.price.minor) for variant in product.variants}
    weights = {str(variant.weight_grams) for variant in product.variants}
    rows = [
        VariantRow(
            id=str(variant.id),
            size=variant.size,
            colour=variant.colour,
            price=str(variant.price.minor) if len(prices) > 1 else "",
            weight_grams=str(variant.weight_grams) if len(weights) > 1 else "",
            sku=variant.sku,
            units=str(stock[variant.id].available) if variant.id in stock else "0",
        )
        for variant in product.variants
    ]
    return ProductForm(
        title=product.title,
        code=product.code,
        description=product.description,
        price=prices.pop() if len(prices) == 1 else "",
        weight_grams=weights.pop() if len(weights) == 1 else "",
        rows=rows or [VariantRow()],
    )


def _variant_id(raw: str) -> VariantId | None:
    """Return the id of a row's variant; one that was tampered with is taken for a new variant."""
    try:
        return VariantId(UUID(raw))
    except ValueError:
        return None
