"""Payments, refunds and payouts in PostgreSQL.

Lock order: a payment, then its refund. The ledger and the outbox are written after, in the same transaction.
"""

from etalase.commerce.payments._store.expected import (
    stream_expected,
)
from etalase.commerce.payments._store.options import (
    get_destination,
    set_cod,
    takes_cod,
)
from etalase.commerce.payments._store.payments import (
    add,
    find,
    find_all,
    find_captured,
    find_current,
    find_one,
    list_waiting_amounts,
    lock,
    lock_due,
    save,
    touch_unasked,
)
from etalase.commerce.payments._store.payouts import (
    add_payout,
    find_payout,
    find_payouts,
    lock_payouts,
    save_payout,
)
from etalase.commerce.payments._store.refunds import (
    add_refund,
    find_refunds,
    list_unsent_refunds,
    lock_refund,
    save_refund,
)
from etalase.commerce.payments._store.tables import (
    metadata,
    payments,
    payouts,
    refunds,
)

__all__ = [
    "add",
    "add_payout",
    "add_refund",
    "find",
    "find_all",
    "find_captured",
    "find_current",
    "find_one",
    "find_payout",
    "find_payouts",
    "find_refunds",
    "get_destination",
    "list_unsent_refunds",
    "list_waiting_amounts",
    "lock",
    "lock_due",
    "lock_payouts",
    "lock_refund",
    "metadata",
    "payments",
    "payouts",
    "refunds",
    "save",
    "save_payout",
    "save_refund",
    "set_cod",
    "stream_expected",
    "takes_cod",
    "touch_unasked",
]
