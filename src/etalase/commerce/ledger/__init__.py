"""Double-entry bookkeeping of every rupiah.

A book per shop; entries that balance, posted once per source, never changed. It knows amounts and accounts,
not why they moved: payments tells it.
"""

from etalase.commerce.ledger._commands import post
from etalase.commerce.ledger._errors import MixedCurrencies, SourceReused, UnbalancedEntry
from etalase.commerce.ledger._model import (
    Account,
    BalanceLine,
    Entry,
    EntryView,
    Posting,
    StatementPage,
    check,
    credit,
    debit,
)
from etalase.commerce.ledger._queries import (
    balance,
    balances_beside_orders,
    balances_by_order,
    recount,
    statement,
    trail,
    trial_balance,
)

__all__ = [
    "Account",
    "BalanceLine",
    "Entry",
    "EntryView",
    "MixedCurrencies",
    "Posting",
    "SourceReused",
    "StatementPage",
    "UnbalancedEntry",
    "balance",
    "balances_beside_orders",
    "balances_by_order",
    "check",
    "credit",
    "debit",
    "post",
    "recount",
    "statement",
    "trail",
    "trial_balance",
]
