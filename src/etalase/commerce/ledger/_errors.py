"""Why the ledger says no."""

from etalase.kernel.errors import Refusal


class UnbalancedEntry(Refusal):
    """The debits and the credits of an entry differ, or it moves nothing."""

    code = "ledger_unbalanced"


class MixedCurrencies(Refusal):
    """One entry speaks of two currencies."""

    code = "ledger_mixed_currencies"


class SourceReused(Refusal):
    """The source is in the ledger already, with other postings: two facts claim one key."""

    code = "ledger_source_reused"
