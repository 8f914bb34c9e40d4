"""What a shop takes off the way, as someone typed it. No I/O."""

from dataclasses import dataclass

from etalase.kernel.discounts import ShippingDiscount
from etalase.kernel.fields import Fields

MAX_MIN_SPEND = 10**12
MIN_OFF, MAX_OFF = 100, 10_000_000
"""In rupiah; no shop asks more for the way."""


@dataclass(frozen=True, slots=True)
class ShippingDiscountDraft:
    """From which sum on, and how much at most; without a sum there is no discount, without how much, all."""

    min_spend: str | int | None = None
    amount: str | int | None = None


def check_shipping_discount(draft: ShippingDiscountDraft) -> ShippingDiscount | None:
    """Return what was typed, or raise `Invalid` with every problem."""
    fields = Fields()
    if not _is_given(draft.min_spend):
        if _is_given(draft.amount):
            fields.refuse("min_spend", "required")
        fields.settle()
        return None
    found = ShippingDiscount(
        fields.money("min_spend", draft.min_spend, minimum=0, maximum=MAX_MIN_SPEND),
        fields.money("amount", draft.amount, minimum=MIN_OFF, maximum=MAX_OFF)
        if _is_given(draft.amount)
        else None,
    )
    fields.settle()
    return found


def _is_given(raw: str | int | None) -> bool:
    return raw is not None and bool(str(raw).strip())
