"""What the law is asked about: each action, and the facts that rulebooks may ask for, by their names."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Action(StrEnum):
    """What somebody may want to do: a decision point of the law."""

    HOLD_IN_ROOM = "hold_in_room"
    """Keep a unit for a viewer, inside the room."""
    PAY_IN_ROOM = "pay_in_room"
    """Begin a payment inside the room."""
    LINK_TO_SHOP = "link_to_shop"
    """Send a viewer to the shop's own site."""
    REPORT_SALES = "report_sales"
    """Tell a show's host, on the social plane, how many orders came of it and what they come to."""
    CLAIM_DISCOUNT = "claim_discount"
    """Offer something for less, beside the price that it had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountFacts:
    """A claimed discount: amounts of one unit, in the smallest unit of the currency; None is not known."""

    price_before: int
    """Shown struck through, beside the new price."""
    price_now: int
    lowest_price_30_days: int | None
    """At which it was offered in the 30 days before, deals among them."""


DeedFacts = DiscountFacts
FACTS_OF: Mapping[Action, type[DeedFacts]] = MappingProxyType({Action.CLAIM_DISCOUNT: DiscountFacts})
"""What a rulebook may ask about an action besides its moment; nothing about one that has no row."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the law is told of a deed: its moment, and what its action has in FACTS_OF."""

    at: datetime
    deed: DeedFacts | None = None

    def known(self) -> dict[str, int]:
        """Return what is known of the deed, by name."""
        if self.deed is None:
            return {}
        named = {field.name: getattr(self.deed, field.name) for field in fields(self.deed)}
        return {name: value for name, value in named.items() if value is not None}


def fact_names(action: Action) -> frozenset[str]:
    """Return the facts that are given of an action, known or not."""
    return frozenset(field.name for field in fields(FACTS_OF[action])) if action in FACTS_OF else frozenset()
