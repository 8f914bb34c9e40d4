"""What a shop offers: a product, its variants with their prices, its photos. No I/O."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from etalase.kernel.fields import Fields
from etalase.kernel.money import Money

ProductId = NewType("ProductId", UUID)
VariantId = NewType("VariantId", UUID)

MAX_TITLE_LENGTH = 100
MAX_DESCRIPTION_LENGTH = 4_000
MAX_OPTION_LENGTH = 30
MAX_SKU_LENGTH = 40
MAX_VARIANTS = 60
MAX_PHOTOS = 10
MIN_PRICE = 100
MAX_PRICE = 1_000_000_000
MAX_GRAMS = 100_000

_CODE = r"[A-Z0-9]{1,6}"


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of a product. `key` names its files; `placeholder` is a tiny blur as a data URI."""

    id: UUID
    key: str
    width: int
    height: int
    placeholder: str
    alt: str


@dataclass(frozen=True, slots=True)
class Download:
    """A photo that is to be fetched from an address; `reason` says why it could not be."""

    id: UUID
    shop_id: UUID
    product_id: ProductId
    address: str
    state: str
    reason: str

    @property
    def is_waiting(self) -> bool:
        """Tell whether nobody has tried it yet."""
        return self.state == "waiting"


@dataclass(frozen=True, slots=True)
class VariantView:
    """One thing that can be bought."""

    id: VariantId
    product_id: ProductId
    shop_id: UUID
    title: str
    code: str
    size: str
    colour: str
    sku: str
    price: Money
    weight_grams: int
    photo_key: str | None
    for_sale: bool

    @property
    def label(self) -> str:
        """Return what tells this variant from its siblings, such as "2-3 th · merah"; maybe nothing."""
        return " · ".join(part for part in (self.size, self.colour) if part)


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with its photos and its variants in the shop's order; archived variants are left out."""

    id: ProductId
    shop_id: UUID
    title: str
    description: str
    code: str
    position: int
    photos: tuple[Photo, ...]
    variants: tuple[VariantView, ...]
    archived_at: datetime | None

    @property
    def prices(self) -> tuple[Money, Money] | None:
        """Return the lowest and the highest price; None while it has no variant."""
        amounts = sorted(variant.price for variant in self.variants)
        return (amounts[0], amounts[-1]) if amounts else None


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant as someone typed it. `id` is empty for a new one."""

    size: str = ""
    colour: str = ""
    price: str = ""
    weight_grams: str = ""
    sku: str = ""
    id: VariantId | None = None


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product as someone typed it. Without a code it is given the next free one."""

    title: str = ""
    description: str = ""
    code: str = ""
    variants: tuple[VariantDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class VariantDetails:
    """A variant's details, checked."""

    size: str
    colour: str
    price: Money
    weight_grams: int
    sku: str
    id: VariantId | None = None

    @property
    def option(self) -> tuple[str, str]:
        """Return what must differ between two variants of a product."""
        return self.size.casefold(), self.colour.casefold()


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """A product's details, checked."""

    title: str
    description: str
    code: str
    variants: tuple[VariantDetails, ...]


def check_product(draft: ProductDraft, *, taken_codes: Container[str] = ()) -> ProductDetails:
    """Return the details within their limits, or raise `Invalid` with every problem.

    A variant's problems are told as `variants.0.price` and so on.
    """
    fields = Fields()
    title = fields.line("title", draft.title, max_length=MAX_TITLE_LENGTH)
    description = fields.text("description", draft.description, max_length=MAX_DESCRIPTION_LENGTH)
    code = read_code(fields, draft.code) or next_free_code(taken_codes)
    if code in taken_codes:
        fields.refuse("code", "taken")
    if not draft.variants:
        fields.refuse("variants", "required")
    if len(draft.variants) > MAX_VARIANTS:
        fields.refuse("variants", "too_many", MAX_VARIANTS)
    variants = tuple(_check_variants(fields, draft.variants[:MAX_VARIANTS]))
    fields.settle()
    return ProductDetails(title, description, code, variants)


def check_variant(fields: Fields, draft: VariantDraft) -> VariantDetails:
    """Read one variant; problems are left in `fields`."""
    return VariantDetails(
        size=fields.line("size", draft.size, max_length=MAX_OPTION_LENGTH, required=False),
        colour=fields.line("colour", draft.colour, max_length=MAX_OPTION_LENGTH, required=False),
        price=read_price(fields, "price", draft.price),
        weight_grams=fields.grams("weight_grams", draft.weight_grams, minimum=1, maximum=MAX_GRAMS),
        sku=fields.line("sku", draft.sku, max_length=MAX_SKU_LENGTH, required=False),
        id=draft.id,
    )


def read_code(fields: Fields, raw: str) -> str:
    """Read a show code: what a host can say aloud, one to six capitals and digits."""
    return fields.code("code", raw, pattern=_CODE, code="not_a_code")


def read_price(fields: Fields, field: str, raw: str) -> Money:
    """Read what a variant costs."""
    return fields.money(field, raw, minimum=MIN_PRICE, maximum=MAX_PRICE, code="not_a_price")


def next_free_code(taken: Container[str]) -> str:
    """Return the first free code of A1 to A99, B1 to B99 and so on."""
    return next(free_codes(taken))


def free_codes(taken: Container[str]) -> Iterator[str]:
    """Yield the free codes in their order."""
    return (code for code in _codes() if code not in taken)


def _codes() -> Iterator[str]:
    letters = "ABCDEFGHJKMNPQRSTUVWXYZ"  # without I, L and O, misheard as digits
    pairs = [first + second for first in letters for second in letters]
    for prefix in [*letters, *pairs, *(pair + third for pair in pairs for third in letters)]:
        for number in range(1, 100):
            yield f"{prefix}{number}"


def _check_variants(fields: Fields, drafts: tuple[VariantDraft, ...]) -> Iterator[VariantDetails]:
    seen: set[tuple[str, str]] = set()
    for number, draft in enumerate(drafts):
        own = Fields(prefix=f"variants.{number}.")
        details = check_variant(own, draft)
        if details.option in seen:
            own.refuse("size", "doubled")
        seen.add(details.option)
        fields.problems.extend(own.problems)
        yield details
