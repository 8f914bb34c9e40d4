"""Pure decisions: the rulebooks in force and the facts go in, a verdict with its reasons comes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from etalase.policy.rulebook import Clause, Rulebook


class Action(StrEnum):
    """What the social plane may want to do with commerce."""

    HOLD_IN_ROOM = "hold_in_room"
    PAY_IN_ROOM = "pay_in_room"
    LINK_TO_SHOP = "link_to_shop"
    REPORT_SALES = "report_sales"
    """Tell a show's host, on the social plane, how many orders came of it and what they come to."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the law is told of a deed: its moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the rulebooks that gave it, and the clauses behind it."""

    allowed: bool
    rulebooks: tuple[str, ...] = ()
    reasons: tuple[Clause, ...] = ()


def decide(books: Iterable[Rulebook], action: Action, facts: Facts) -> Verdict:
    """Answer by those of the books that are in force: the strictest wins.

    What none of them mentions is refused, and so is everything where none is in force; then the verdict
    names no rulebook.
    """
    speaking = [book for book in books if book.is_in_force(facts.at) and action in book.decisions]
    refusing = [book for book in speaking if not book.decisions[action].allowed]
    deciding = refusing or speaking
    return Verdict(
        bool(speaking) and not refusing,
        tuple(book.id for book in deciding),
        tuple(clause for book in deciding for clause in book.clauses_of(action)),
    )
