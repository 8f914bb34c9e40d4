"""The one gate of the law: asked by commands at the moment of a deed, and by pages for what they show.

A law is all dated rulebooks of a jurisdiction. It knows no clock: who asks says when. Between two dates at
which a book begins or ends every answer is the same, so all are decided once, and asking is a look-up.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from etalase.kernel.errors import Refusal
from etalase.policy.decide import Verdict, decide
from etalase.policy.deeds import FACTS_OF, Action, Facts
from etalase.policy.rulebook import Clause, Rulebook, RulebookUnknown, find_rulebooks, read_rulebook

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class LawRefusal(Refusal):
    """The law does not let this happen; `verdict` has the clauses."""

    def __init__(self, action: Action, verdict: Verdict) -> None:
        super().__init__(
            action=action.value,
            rulebook=", ".join(verdict.rulebooks),
            article="; ".join(reason.clause.article for reason in verdict.reasons),
            source="; ".join(reason.clause.source for reason in verdict.reasons),
            confidence="; ".join(reason.clause.confidence for reason in verdict.reasons),
            **({"unknown": ", ".join(verdict.unknown)} if verdict.unknown else {}),
        )
        self.verdict = verdict


class RefusedByLaw(LawRefusal):
    """A rulebook in force refuses it."""

    code = "refused_by_law"


class NoLawInForce(LawRefusal):
    """No rulebook that is in force says anything of it, so it is refused until one does."""

    code = "no_law_in_force"


class FactUnknown(LawRefusal):
    """A clause in force asks for a fact that is not known of this deed; `unknown` names it."""

    code = "fact_unknown"


@dataclass(frozen=True, slots=True)
class _Span:
    """From this instant to the next span's: the books that hold, and what they say where no facts matter."""

    books: tuple[Rulebook, ...]
    verdicts: dict[Action, Verdict]

    def answers(self, action: Action) -> bool:
        """Tell whether one of the books says anything of the action."""
        return any(action in book.decisions for book in self.books)


@dataclass(frozen=True, slots=True)
class KeptUntil:
    """Until when records are kept, and by which clause of which book."""

    until: datetime
    rulebook: str
    clause: Clause


class Law:
    """All dated rulebooks of one jurisdiction."""

    def __init__(self, name: str, books: Iterable[Rulebook]) -> None:
        self.name = name
        self.books = tuple(sorted(books, key=lambda book: (book.begins_at, book.id)))
        self.turns = tuple(sorted({turn for book in self.books for turn in book.turns}))
        self._spans = [self._span(at) for at in (BEFORE_ALL, *self.turns)]

    def decide(self, action: Action, facts: Facts) -> Verdict:
        """Return the verdict with its reasons, for a page that explains."""
        span = self._at(facts.at)
        return span.verdicts.get(action) or decide(span.books, action, facts)

    def allows(self, action: Action, facts: Facts) -> bool:
        """Tell whether it is allowed, for a page that shows what can be done."""
        return self.decide(action, facts).allowed

    def require(self, action: Action, facts: Facts) -> None:
        """Let the deed happen, or refuse it. Raises RefusedByLaw, FactUnknown, NoLawInForce."""
        refusal = self.refusal(action, facts)
        if refusal is not None:
            raise refusal

    def refusal(self, action: Action, facts: Facts) -> LawRefusal | None:
        """Return what the deed would be refused with, for a page that says so instead of offering it."""
        verdict = self.decide(action, facts)
        if verdict.allowed:
            return None
        if verdict.unknown:
            return FactUnknown(action, verdict)
        return (RefusedByLaw if verdict.rulebooks else NoLawInForce)(action, verdict)

    def answers(self, action: Action, at: datetime) -> bool:
        """Tell whether a book that holds at this instant says anything of the action."""
        return self._at(at).answers(action)

    def books_at(self, at: datetime) -> tuple[Rulebook, ...]:
        """Return the books that hold at this instant."""
        return self._at(at).books

    def keeps_order_until(self, placed_at: datetime, now: datetime) -> KeptUntil | None:
        """Return until when the records of an order are kept: the longest that a book in force asks for.

        None where no book asks for it.
        """
        asked = [
            KeptUntil(_years_later(placed_at, book.keeping.order_years), book.id, clause)
            for book in self.books_at(now)
            if book.keeping is not None
            for clause in book.clauses
            if clause.id in book.keeping.clauses
        ]
        return max(asked, key=lambda one: one.until, default=None)

    def next_turn(self, after: datetime) -> datetime | None:
        """Return the next instant at which a book, or a clause of one, begins or ends."""
        place = bisect_right(self.turns, after)
        return self.turns[place] if place < len(self.turns) else None

    def lapses_at(self, now: datetime) -> datetime | None:
        """Return from when on an action is left without an answer: `now` where one is; None for never."""
        if not self._is_whole(self._at(now)):
            return now
        first = bisect_right(self.turns, now)
        later = zip(self.turns[first:], self._spans[first + 1 :], strict=True)
        return next((turn for turn, span in later if not self._is_whole(span)), None)

    def _at(self, moment: datetime) -> _Span:
        return self._spans[bisect_right(self.turns, moment)]

    def _span(self, at: datetime) -> _Span:
        facts = Facts(at)
        books = tuple(book for book in self.books if book.is_in_force(at))
        constant = [action for action in Action if action not in FACTS_OF]
        return _Span(books, {action: decide(books, action, facts) for action in constant})

    @staticmethod
    def _is_whole(span: _Span) -> bool:
        return all(span.answers(action) for action in Action)


def list_laws(also: Path | None = None) -> tuple[str, ...]:
    """Return the names of all laws: a folder of rulebooks, or a book that stands alone."""
    return tuple(sorted({_law_of(name) for name in find_rulebooks(also)}))


def load_law(name: str, also: Path | None = None) -> Law:
    """Return the law of this name; a book's name stands for all books of its jurisdiction.

    Several names with a + between them are one law of all their books, such as a country's and the
    platform's own. `also` is a folder with the operator's own books. Raises RulebookUnknown with the names
    that exist, or with what is wrong with a book.
    """
    found, known = find_rulebooks(also), list_laws(also)
    laws = [_law_of(part) if part in found else part for part in map(str.strip, name.split("+"))]
    for law in laws:
        if law not in known:
            raise RulebookUnknown(f"no rulebook {law!r}; there are: {', '.join(sorted({*found, *known}))}")
    books = [read_rulebook(path) for book, path in found.items() if _law_of(book) in laws]
    return Law(" + ".join(dict.fromkeys(laws)), books)


def _years_later(moment: datetime, years: int) -> datetime:
    """Return the same day of a later year; after the 29th of February the 1st of March."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)


def _law_of(book: str) -> str:
    return book.split("/", maxsplit=1)[0]
