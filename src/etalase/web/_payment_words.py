"""Payments and their bookings in the reader's words."""

from etalase.commerce.ledger import Account, EntryView
from etalase.commerce.payments import Means, PaymentView, State
from etalase.kernel.money import Money
from etalase.platform.i18n import Lazy, lazy

METHODS: dict[Means, Lazy] = {
    Means.QRIS_STATIC: lazy("QRIS of the shop"),
    Means.BANK_TRANSFER: lazy("Bank transfer"),
    Means.COD: lazy("Cash on delivery"),
    Means.QRIS: lazy("QRIS"),
    Means.VIRTUAL_ACCOUNT: lazy("Virtual account"),
}
STATES: dict[State, tuple[Lazy, str]] = {
    State.CREATED: (lazy("In preparation"), "neutral"),
    State.PENDING: (lazy("Waiting for money"), "warn"),
    State.CAPTURED: (lazy("Paid"), "good"),
    State.EXPIRED: (lazy("Time ran out"), "neutral"),
    State.CANCELLED: (lazy("Cancelled"), "neutral"),
    State.FAILED: (lazy("Failed"), "danger"),
    State.REFUND_PENDING: (lazy("To give back"), "danger"),
    State.REFUNDED: (lazy("Given back"), "info"),
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
ACCOUNTS: dict[Account, Lazy] = {
    Account.BUYER_RECEIVABLE: lazy("Buyers owe"),
    Account.COD_RECEIVABLE: lazy("Couriers bring"),
    Account.SHOP_CASH: lazy("Your own account"),
    Account.GATEWAY_CLEARING: lazy("At the payment service"),
    Account.GATEWAY_FEES: lazy("Fees of the payment service"),
    Account.SALES: lazy("Goods sold"),
    Account.SHIPPING_INCOME: lazy("Shipping"),
    Account.UNIQUE_AMOUNTS: lazy("Unique rupiah"),
    Account.REFUNDS_GIVEN: lazy("Refunds"),
    Account.REFUNDS_DUE: lazy("Owed back to buyers"),
}
PURSES = (Account.SHOP_CASH, Account.GATEWAY_CLEARING)


def method_words(payment: PaymentView) -> str:
    """Return how the payment is made."""
    return str(METHODS[payment.method.means])


def state_badge(payment: PaymentView) -> tuple[str, str]:
    """Return the words and the tone of the payment's badge."""
    words, tone = STATES[payment.state]
    return str(words), tone


def kind_words(entry: EntryView) -> str:
    """Return what an entry of the ledger is about."""
    words = KINDS.get(entry.kind)
    return str(words) if words is not None else entry.kind


def account_words(account: Account) -> str:
    """Return the name of an account."""
    return str(ACCOUNTS[account])


def paid_out(entry: EntryView) -> Money:
    """Return what the payment service gave out of its purse with the entry, the fee included."""
    return -entry.moved(Account.GATEWAY_CLEARING) if entry.kind == "gateway_paid_out" else Money(0)


def moved(entry: EntryView) -> Money:
    """Return what the entry brought into the shop's purses, less than zero for what went out."""
    return entry.moved(*PURSES)
