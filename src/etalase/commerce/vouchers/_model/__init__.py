"""What a voucher is, and which one an order uses. Pure."""

from etalase.commerce.vouchers._model.book import Chosen, Purchase, Saving, VoucherBook, VoucherUse
from etalase.commerce.vouchers._model.voucher import (
    Voucher,
    VoucherDraft,
    VoucherState,
    check_voucher,
    stopped,
)

__all__ = [
    "Chosen",
    "Purchase",
    "Saving",
    "Voucher",
    "VoucherBook",
    "VoucherDraft",
    "VoucherState",
    "VoucherUse",
    "check_voucher",
    "stopped",
]
