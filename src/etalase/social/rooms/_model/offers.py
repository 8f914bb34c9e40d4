"""An offer as the room shows it: a copy of what the shop said, never the shop's own row."""

from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OfferVariant:
    """One thing that can be bought. `price_minor` is in whole rupiah."""

    variant_id: UUID
    label: str
    price_minor: int
    available: int


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer in a tray: all that a viewer sees of a product before tapping it."""

    product_id: UUID
    shop_slug: str
    title: str
    code: str
    photo_url: str | None
    url: str
    variants: tuple[OfferVariant, ...]


def with_stock(card: OfferCard, variant_id: UUID, available: int) -> OfferCard:
    """Return the card with this much of the variant left; the same card if it has no such variant."""
    variants = tuple(
        replace(variant, available=available) if variant.variant_id == variant_id else variant
        for variant in card.variants
    )
    return card if variants == card.variants else replace(card, variants=variants)
