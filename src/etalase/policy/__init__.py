"""The law as dated data: rulebooks, and one gate that decides with its reasons. No I/O but reading books.

Nothing in here knows a country: a rulebook does. A command asks `law.require(action, facts)` at the moment
of the deed; a page shows what `law.allows`. Each verdict names its clauses, their source, and how sure it is.
"""

from etalase.policy.decide import Action, Facts, Verdict, decide
from etalase.policy.law import KeptUntil, Law, LawRefusal, NoLawInForce, RefusedByLaw, list_laws, load_law
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
    "Clause",
    "Confidence",
    "Facts",
    "KeptUntil",
    "Law",
    "LawRefusal",
    "NoLawInForce",
    "RefusedByLaw",
    "Rulebook",
    "RulebookUnknown",
    "Verdict",
    "decide",
    "list_laws",
    "list_rulebooks",
    "load_law",
    "load_rulebook",
]
