"""An offer as the room shows it: a copy of what the shop said, never the shop's own row."""

from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OfferDeal:
    """A lower price for a while, and for so many units: all variants under one `id` share them.

    `starts_at` and `ends_at` are Unix milliseconds. A buyer has at most `per_buyer` units, if any.
    """

    id: UUID
    price_minor: int
    left: int
    per_buyer: int | None
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class OfferVariant:
    """One thing that can be bought. `price_minor` is the shop's list price, in whole rupiah.

    `deal` runs or comes next.
    """

    variant_id: UUID
    label: str
    price_minor: int
    available: int
    deal: OfferDeal | None = None

    def price_at(self, moment: float) -> int:
        """Return what a unit costs at a moment in Unix milliseconds: the deal's price while it has units."""
        deal = self.deal
        if deal is None or not deal.left or not deal.starts_at <= moment < deal.ends_at:
            return self.price_minor
        return min(deal.price_minor, self.price_minor)

    def prices_from(self, moment: int) -> list[tuple[int, int]]:
        """Return from which moments on a unit costs how much: now, and when its deal begins and ends."""
        turns = (self.deal.starts_at, self.deal.ends_at) if self.deal else ()
        return [(at, self.price_at(at)) for at in (moment, *(turn for turn in turns if turn > moment))]


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


def with_deal_left(card: OfferCard, deal_id: UUID, left: int) -> OfferCard:
    """Return the card with so many units of the deal left; the same card if it has no such deal."""
    variants = tuple(
        replace(variant, deal=replace(variant.deal, left=left))
        if variant.deal is not None and variant.deal.id == deal_id
        else variant
        for variant in card.variants
    )
    return card if variants == card.variants else replace(card, variants=variants)


def with_figure(card: OfferCard, thing: UUID, figure: int) -> OfferCard:
    """Return the card with so much of the variant, or of the deal, left."""
    return with_deal_left(with_stock(card, thing, figure), thing, figure)
