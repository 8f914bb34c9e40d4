"""Pure decisions: the rulebooks in force and the facts go in, a verdict with its reasons comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from etalase.policy.condition import Condition, ConditionInvalid
from etalase.policy.deeds import Action, Facts
from etalase.policy.rulebook import Clause, Rulebook


@dataclass(frozen=True, slots=True)
class Reason:
    """A clause behind a verdict, and the rulebook that it stands in."""

    rulebook: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the rulebooks that gave it, and the clauses behind it.

    `unknown` names the facts that a clause asks for and nobody knows: then it is refused for them.
    """

    allowed: bool
    rulebooks: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[str, ...] = ()


def decide(books: Iterable[Rulebook], action: Action, facts: Facts) -> Verdict:
    """Answer by those of the books that are in force: the strictest wins.

    Strictest is who refuses; then who asks for a fact that is not known. What none of the books mentions is
    refused, and so is everything where none is in force; then the verdict names no rulebook.
    """
    answers = [
        _answer(book, action, facts)
        for book in books
        if book.is_in_force(facts.at) and action in book.decisions
    ]
    refusing = [one for one in answers if not one.allowed]
    deciding = [one for one in refusing if not one.unknown] or refusing or answers
    return Verdict(
        bool(answers) and not refusing,
        tuple(name for one in deciding for name in one.rulebooks),
        tuple(reason for one in deciding for reason in one.reasons),
        tuple(sorted({name for one in deciding for name in one.unknown})),
    )


def _answer(book: Rulebook, action: Action, facts: Facts) -> Verdict:
    """Answer by one book: it refuses by its word, or by those of its clauses whose condition holds."""
    decision, clauses = book.decisions[action], book.clauses_of(action, facts.at)
    if not decision.allowed and (clauses or not decision.clauses):
        return _verdict(book, clauses, allowed=False)
    known = facts.known()
    conditions = [(clause, clause.condition) for clause in clauses if clause.condition]
    refusing = [one for one, condition in conditions if _refuses(condition, known)]
    if refusing:
        return _verdict(book, refusing, allowed=False)
    missing = {one: condition.facts - known.keys() for one, condition in conditions}
    unsure = {one: names for one, names in missing.items() if names}
    if unsure:
        return _verdict(book, unsure, allowed=False, unknown=frozenset().union(*unsure.values()))
    return _verdict(book, clauses, allowed=True)


def _refuses(condition: Condition, known: Mapping[str, int]) -> bool:
    """Tell whether the clause refuses: its condition holds, or can't be answered by facts that are known."""
    if not condition.asks_only(known):
        return False
    try:
        return condition.holds(known)
    except ConditionInvalid:
        return True


def _verdict(
    book: Rulebook, clauses: Iterable[Clause], *, allowed: bool, unknown: frozenset[str] = frozenset()
) -> Verdict:
    reasons = tuple(Reason(book.id, clause) for clause in clauses)
    return Verdict(allowed, (book.id,), reasons, tuple(sorted(unknown)))
