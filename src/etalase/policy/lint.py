"""What is doubtful in a law's rulebooks, though each can be read: for whoever writes one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from etalase.policy.deeds import Action
from etalase.policy.law import Law
from etalase.policy.rulebook import Clause, Rulebook

LANGUAGES = frozenset({"en", "id"})


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something that whoever writes the rulebook should look at; a note may be as it should."""

    rulebook: str
    what: str
    is_note: bool = False


def lint(law: Law) -> Iterator[LintFinding]:
    """Yield dead clauses, words that are missing in a language, gaps in time, and books that disagree."""
    for book in law.books:
        yield from _lint_book(book)
    yield from _gaps(law)
    yield from _disagreements(law)


def _lint_book(book: Rulebook) -> Iterator[LintFinding]:
    if missing := LANGUAGES - book.title.keys():
        yield LintFinding(book.id, f"the title is not there in {_list(missing)}")
    for clause in book.clauses:
        for fault in _lint_clause(book, clause):
            yield LintFinding(book.id, f"{clause.id}: {fault}")


def _lint_clause(book: Rulebook, clause: Clause) -> Iterator[str]:
    named = clause.id in book.named_clauses
    if missing := LANGUAGES - clause.text.keys():
        yield f"the text is not there in {_list(missing)}"
    if clause.not_enforced and (missing := LANGUAGES - clause.not_enforced.keys()):
        yield f"the reason why it is not enforced is not there in {_list(missing)}"
    if not named and not clause.not_enforced:
        yield "nothing follows from it, and no reason says why"
    if named and clause.not_enforced:
        yield "a decision stands on it, yet it is said not to be enforced"
    if clause.refuses_when and not any(clause.id in one.clauses for one in book.decisions.values()):
        yield "its condition is asked by no decision"
    if clause.valid_from and book.valid_until and clause.valid_from >= book.valid_until:
        yield "it begins when its rulebook holds no more"
    if clause.valid_until and clause.valid_until <= (clause.valid_from or book.valid_from):
        yield "it ends before it begins"


def _gaps(law: Law) -> Iterator[LintFinding]:
    """Say from which moments on, after the first book began, some action has no answer."""
    for at in law.turns:
        unanswered = [action for action in Action if not law.answers(action, at)]
        if unanswered:
            books = _list({book.id for book in law.books_at(at)}) or law.name
            yield LintFinding(
                books, f"from {at:%Y-%m-%d %H:%M} UTC on nothing is said of {_list(unanswered)}"
            )


def _disagreements(law: Law) -> Iterator[LintFinding]:
    said: set[tuple[str, ...]] = set()
    for at in law.turns:
        for action in Action:
            for strict, mild in _opposed(law, action, at):
                if (strict, mild, action) not in said:
                    said.add((strict, mild, action))
                    what = f"it refuses {action}, which {mild} allows; the strictest holds"
                    yield LintFinding(strict, what, is_note=True)


def _opposed(law: Law, action: Action, at: datetime) -> Iterator[tuple[str, str]]:
    speaking = [book for book in law.books_at(at) if action in book.decisions]
    for strict in speaking:
        for mild in speaking:
            if not strict.decisions[action].allowed and mild.decisions[action].allowed:
                yield strict.id, mild.id


def _list(names: set[str] | frozenset[str] | list[Action]) -> str:
    return ", ".join(sorted(names))
