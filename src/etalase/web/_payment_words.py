"""Payments and their bookings in the reader's words."""

from etalase.commerce.ledger import EntryView, LedgerAccount
from etalase.commerce.payments import Means, Payment, PaymentState
from etalase.kernel.money import Money
from etalase.platform.i18n import Lazy, lazy

METHODS: dict[Means, Lazy] = {
    Means.QRIS_STATIC: lazy("QRIS of the shop"),
    Means.BANK_TRANSFER: lazy("Bank transfer"),
    Means.COD: lazy("Cash on delivery"),
    Means.QRIS: lazy("QRIS"),
    Means.VIRTUAL_ACCOUNT: lazy("Virtual account"),
}
STATES: dict[PaymentState, tuple[Lazy, str]] = {
    PaymentState.CREATED: (lazy("In preparation"), "neutral"),
    PaymentState.PENDING: (lazy("Waiting for money"), "warn"),
    PaymentState.CAPTURED: (lazy("Paid"), "good"),
    PaymentState.EXPIRED: (lazy("Time ran out"), "neutral"),
    PaymentState.CANCELLED: (lazy("Cancelled"), "neutral"),
    PaymentState.FAILED: (lazy("Failed"), "danger"),
    PaymentState.REFUND_PENDING: (lazy("To give back"), "danger"),
    PaymentState.REFUNDED: (lazy("Given back"), "info"),
}
"""Words and tone of the badge."""

KINDS: dict[str, Lazy] = {
    "payment_started": lazy("Buyer asked to pay"),
    "payment_captured": lazy("Money received"),
    "payment_expired": lazy("Time to pay ran out"),
    "payment_cancelled": lazy("Payment cancelled"),
    "payment_failed": lazy("Payment failed"),
    "stray_money_received": lazy("Money received too late or not as asked"),
    "stray_money_returned": lazy("Money sent back"),
    "refund_requested": lazy("Refund promised"),
    "payment_refunded": lazy("Refund sent"),
    "gateway_paid_out": lazy("Paid out by the payment service"),
    "gateway_payout_taken_back": lazy("Payout taken back"),
}
ACCOUNTS: dict[LedgerAccount, Lazy] = {
    LedgerAccount.BUYER_RECEIVABLE: lazy("Buyers owe"),
    LedgerAccount.COD_RECEIVABLE: lazy("Couriers bring"),
    LedgerAccount.SHOP_CASH: lazy("Your own account"),
    LedgerAccount.GATEWAY_CLEARING: lazy("At the payment service"),
    LedgerAccount.GATEWAY_FEES: lazy("Fees of the payment service"),
    LedgerAccount.SALES: lazy("Goods sold"),
    LedgerAccount.SHIPPING_INCOME: lazy("Shipping"),
    LedgerAccount.UNIQUE_AMOUNTS: lazy("Unique rupiah"),
    LedgerAccount.REFUNDS_GIVEN: lazy("Refunds"),
    LedgerAccount.REFUNDS_DUE: lazy("Owed back to buyers"),
}
PURSES = (LedgerAccount.SHOP_CASH, LedgerAccount.GATEWAY_CLEARING)


def method_words(payment: Payment) -> str:
    """Return how the payment is made."""
    return str(METHODS[payment.method.means])


def state_badge(payment: Payment) -> tuple[str, str]:
    """Return the words and the tone of the payment's badge."""
    words, tone = STATES[payment.state]
    return str(words), tone


def kind_words(entry: EntryView) -> str:
    """Return what an entry of the ledger is about."""
    words = KINDS.get(entry.kind)
    return str(words) if words is not None else entry.kind


def account_words(account: LedgerAccount) -> str:
    """Return the name of an account."""
    return str(ACCOUNTS[account])


def paid_out(entry: EntryView) -> Money:
    """Return what the payment service gave out of its purse with the entry, the fee included."""
    return -entry.moved(LedgerAccount.GATEWAY_CLEARING) if entry.kind == "gateway_paid_out" else Money(0)


def moved(entry: EntryView) -> Money:
    """Return what the entry brought into the shop's purses, less than zero for what went out."""
    return entry.moved(*PURSES)
