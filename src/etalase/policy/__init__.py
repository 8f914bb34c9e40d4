"""The law as dated data: rulebooks, and one gate that decides with its reasons. No I/O but reading books.

Nothing in here knows a country: a rulebook does. A command asks `law.require(action, facts)` at the moment
of the deed; a page shows what `law.allows`. Each verdict names its clauses, their source, and how sure it is.
"""

from etalase.policy.compare import BookChange, compare_books
from etalase.policy.decide import Reason, Verdict, decide
from etalase.policy.deeds import Action, DiscountFacts, Facts, fact_names
from etalase.policy.law import (
    FactUnknown,
    KeptUntil,
    Law,
    LawRefusal,
    NoLawInForce,
    RefusedByLaw,
    list_laws,
    load_law,
)
from etalase.policy.lint import LintFinding, lint
from etalase.policy.rulebook import (
    Clause,
    Confidence,
    Rulebook,
    RulebookUnknown,
    list_rulebooks,
    load_rulebook,
)

__all__ = [
    "Action",
    "BookChange",
    "Clause",
    "Confidence",
    "DiscountFacts",
    "FactUnknown",
    "Facts",
    "KeptUntil",
    "Law",
    "LawRefusal",
    "LintFinding",
    "NoLawInForce",
    "Reason",
    "RefusedByLaw",
    "Rulebook",
    "RulebookUnknown",
    "Verdict",
    "compare_books",
    "decide",
    "fact_names",
    "lint",
    "list_laws",
    "list_rulebooks",
    "load_law",
    "load_rulebook",
]
