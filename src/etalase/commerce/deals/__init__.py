"""Flash deals: who may have how many units of an offer for less, and when. The units are the inventory's."""

from etalase.commerce.deals._commands import extend_deal, start_deal, stop_deal
from etalase.commerce.deals._errors import DealOver, DealTooLong
from etalase.commerce.deals._events import DealChanged
from etalase.commerce.deals._model import (
    Deal,
    DealDraft,
    DealState,
)
from etalase.commerce.deals._queries import (
    find_deals,
    find_lowest_prices,
    get_deal_of,
    list_deals,
)

__all__ = [
    "Deal",
    "DealChanged",
    "DealDraft",
    "DealOver",
    "DealState",
    "DealTooLong",
    "extend_deal",
    "find_deals",
    "find_lowest_prices",
    "get_deal_of",
    "list_deals",
    "start_deal",
    "stop_deal",
]
