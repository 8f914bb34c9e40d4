"""Double-entry bookkeeping of every rupiah.

A book per shop; entries that balance, posted once per source, never changed. It knows amounts and accounts,
not why they moved: who posts tells it, owns what it posted, and says what it should come to.
"""

from etalase.commerce.ledger._commands import post, post_all
from etalase.commerce.ledger._errors import MixedCurrencies, SourceReused, UnbalancedEntry
from etalase.commerce.ledger._model import (
    Entry,
    EntryView,
    LedgerAccount,
    OwnedBalance,
    Posting,
    check,
    credit,
    debit,
)
from etalase.commerce.ledger._queries import (
    balance,
    compare,
    find_unowned,
    recount,
    statement,
)
from etalase.commerce.ledger._store import find_last_number, list_posted_orders, trail, trial_balance

__all__ = [
    "Entry",
    "EntryView",
    "LedgerAccount",
    "MixedCurrencies",
    "OwnedBalance",
    "Posting",
    "SourceReused",
    "UnbalancedEntry",
    "balance",
    "check",
    "compare",
    "credit",
    "debit",
    "find_last_number",
    "find_unowned",
    "list_posted_orders",
    "post",
    "post_all",
    "recount",
    "statement",
    "trail",
    "trial_balance",
]
