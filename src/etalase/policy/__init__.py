"""The law as dated data: rulebooks, and pure decisions with their reasons.

Nothing in here knows a country: a rulebook does. `decide(rulebook, facts)` answers with the clauses behind
the answer, each with its source and how sure it is.
"""

from etalase.policy.decide import Action, Facts, Verdict, decide
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
    "Rulebook",
    "RulebookUnknown",
    "Verdict",
    "decide",
    "list_rulebooks",
    "load_rulebook",
]
