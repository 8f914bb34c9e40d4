"""Vouchers: so much off an order, while their budget lasts. Who orders takes from it, and gives it back."""

from etalase.commerce.vouchers._commands import make_voucher, stop_voucher
from etalase.commerce.vouchers._errors import VoucherRefused
from etalase.commerce.vouchers._model import (
    Chosen,
    Purchase,
    Voucher,
    VoucherBook,
    VoucherDraft,
    VoucherState,
    VoucherUse,
)
from etalase.commerce.vouchers._queries import get_voucher_of, open_book, recount
from etalase.commerce.vouchers._store import (
    UseView,
    add_uses,
    give_back,
    list_uses,
    list_uses_of_orders,
    list_vouchers,
)

__all__ = [
    "Chosen",
    "Purchase",
    "UseView",
    "Voucher",
    "VoucherBook",
    "VoucherDraft",
    "VoucherRefused",
    "VoucherState",
    "VoucherUse",
    "add_uses",
    "get_voucher_of",
    "give_back",
    "list_uses",
    "list_uses_of_orders",
    "list_vouchers",
    "make_voucher",
    "open_book",
    "recount",
    "stop_voucher",
]
