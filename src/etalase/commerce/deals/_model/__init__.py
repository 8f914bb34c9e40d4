"""What a deal is and how discounts apply. Pure."""

from etalase.commerce.deals._model.deal import (
    DEFAULT_PERCENT,
    DEFAULT_SECONDS,
    MAX_COUNTDOWN,
    MAX_PERCENT,
    MAX_SECONDS,
    MIN_COUNTDOWN,
    MIN_SECONDS,
    Deal,
    DealDraft,
    DealState,
    check_deal,
    extended,
    stopped,
)

__all__ = [
    "DEFAULT_PERCENT",
    "DEFAULT_SECONDS",
    "MAX_COUNTDOWN",
    "MAX_PERCENT",
    "MAX_SECONDS",
    "MIN_COUNTDOWN",
    "MIN_SECONDS",
    "Deal",
    "DealDraft",
    "DealState",
    "check_deal",
    "extended",
    "stopped",
]
