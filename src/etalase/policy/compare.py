"""What changes from one rulebook to another: for whom it will hold, before its day comes."""

from collections.abc import Iterable
from dataclasses import dataclass

from etalase.policy.deeds import Action
from etalase.policy.rulebook import Clause, Decision, Rulebook


@dataclass(frozen=True, slots=True)
class ActionChange:
    """What two rulebooks say to an action, where that differs; None where one says nothing."""

    action: Action
    before: Decision | None
    after: Decision | None


@dataclass(frozen=True, slots=True)
class BookChange:
    """All that differs. `reworded` are clauses of the same id that say or do something else now."""

    actions: tuple[ActionChange, ...]
    added: tuple[Clause, ...]
    removed: tuple[Clause, ...]
    reworded: tuple[tuple[Clause, Clause], ...]


def compare_books(before: Rulebook, after: Rulebook) -> BookChange:
    """Return what is another in the second rulebook."""
    old, new = _by_id(before.clauses), _by_id(after.clauses)
    answers = [ActionChange(one, before.decisions.get(one), after.decisions.get(one)) for one in Action]
    return BookChange(
        actions=tuple(one for one in answers if _allowed(one.before) is not _allowed(one.after)),
        added=tuple(clause for name, clause in new.items() if name not in old),
        removed=tuple(clause for name, clause in old.items() if name not in new),
        reworded=tuple(
            (old[name], new[name]) for name in old if name in new and _sense(old[name]) != _sense(new[name])
        ),
    )


def _by_id(clauses: Iterable[Clause]) -> dict[str, Clause]:
    return {clause.id: clause for clause in clauses}


def _allowed(decision: Decision | None) -> bool | None:
    return None if decision is None else decision.allowed


def _sense(clause: Clause) -> tuple[object, ...]:
    """Return what a clause says and does, whichever article it stands in."""
    return dict(clause.text), clause.refuses_when, bool(clause.not_enforced)
