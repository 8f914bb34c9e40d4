"""Payments, refunds and payouts in PostgreSQL.

Lock order: a payment, then its refund. The ledger and the outbox are written after, in the same transaction.
"""

from etalase.commerce.payments._store.expected import expected_balances, read_at_one_moment
from etalase.commerce.payments._store.options import (
    find_takers_of_cod,
    set_cod,
    takes_cod,
)
from etalase.commerce.payments._store.payments import (
    add_all,
    find,
    find_by_token,
    find_current,
    find_latest,
    list_captured,
    list_of_orders,
    list_to_confirm,
    list_waiting_amounts,
    lock,
    lock_due,
    page_payments,
    save,
    touch_unasked,
)
from etalase.commerce.payments._store.payouts import (
    add_payout,
    find_payout,
    find_payout_by_key,
    list_payouts,
    lock_payouts,
    save_payout,
)
from etalase.commerce.payments._store.refunds import (
    add_refund,
    list_refunds,
    list_refunds_to_send,
    list_unsent_refunds,
    lock_refund,
    save_refund,
)
from etalase.commerce.payments._store.tables import metadata

__all__ = [
    "add_all",
    "add_payout",
    "add_refund",
    "expected_balances",
    "find",
    "find_by_token",
    "find_current",
    "find_latest",
    "find_payout",
    "find_payout_by_key",
    "find_takers_of_cod",
    "list_captured",
    "list_of_orders",
    "list_payouts",
    "list_refunds",
    "list_refunds_to_send",
    "list_to_confirm",
    "list_unsent_refunds",
    "list_waiting_amounts",
    "lock",
    "lock_due",
    "lock_payouts",
    "lock_refund",
    "metadata",
    "page_payments",
    "read_at_one_moment",
    "save",
    "save_payout",
    "save_refund",
    "set_cod",
    "takes_cod",
    "touch_unasked",
]
