"""Pure decisions: a rulebook and the facts go in, a verdict with its reasons comes out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etalase.policy.rulebook import Clause, Rulebook


class Action(StrEnum):
    """What the social plane may want to do with commerce."""

    HOLD_IN_ROOM = "hold_in_room"
    PAY_IN_ROOM = "pay_in_room"
    LINK_TO_SHOP = "link_to_shop"
    REPORT_SALES = "report_sales"
    """Tell a show's host, on the social plane, how many orders came of it and what they come to."""


@dataclass(frozen=True)
class Facts:
    """What is asked, and for which day."""

    action: Action
    day: date


@dataclass(frozen=True)
class Verdict:
    """The answer, the rulebook that gave it, and the clauses behind it."""

    allowed: bool
    rulebook: str
    reasons: tuple[Clause, ...] = ()


def decide(rulebook: Rulebook, facts: Facts) -> Verdict:
    """Answer by the rulebook. What it does not mention, or does not yet or no longer rule, is refused."""
    decision = rulebook.decisions.get(facts.action)
    if decision is None or not rulebook.is_in_force(facts.day):
        return Verdict(allowed=False, rulebook=rulebook.id)
    reasons = tuple(clause for clause in rulebook.clauses if clause.id in decision.clauses)
    return Verdict(decision.allowed, rulebook.id, reasons)
