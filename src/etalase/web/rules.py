"""Which rules apply here: the rulebooks in force, what each allows, and by which clauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get
from litestar.di import NamedDependency

from etalase.kernel.clock import Clock
from etalase.platform.i18n import Lazy, current_language, lazy
from etalase.policy import Action, Clause, Law, Rulebook
from etalase.web._pages import HtmlPage, page

ACTIONS: dict[Action, Lazy] = {
    Action.HOLD_IN_ROOM: lazy("Keep a unit for you inside a show"),
    Action.PAY_IN_ROOM: lazy("Pay inside a show"),
    Action.LINK_TO_SHOP: lazy("Go from a show to the shop's own site"),
    Action.REPORT_SALES: lazy("Tell a host, in the studio, what a show has sold"),
    Action.CLAIM_DISCOUNT: lazy("Offer something for less beside its price before"),
}
CONFIDENCE: dict[str, Lazy] = {
    "verified": lazy("Read in the text"),
    "secondary": lazy("Reported by others"),
    "memory": lazy("From memory"),
    "unverified": lazy("Not confirmed"),
}


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause in the reader's language."""

    text: str
    article: str
    source: str
    confidence: Lazy
    is_sure: bool
    not_enforced: str
    has_condition: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a rulebook says to an action."""

    action: Lazy
    allowed: bool
    clauses: Sequence[ClauseView]

    @property
    def depends(self) -> bool:
        """Whether it is allowed or not comes out only when it is done."""
        return self.allowed and any(clause.has_condition for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class BookView:
    """A rulebook that is in force, or will be."""

    title: str
    begins_at: datetime
    ends_at: datetime | None
    answers: Sequence[AnswerView]
    order_years: int | None
    keeping: Sequence[ClauseView]
    not_enforced: Sequence[ClauseView]


@get("/rules", include_in_schema=False)
async def show_rules(law: NamedDependency[Law], clock: NamedDependency[Clock]) -> HtmlPage:
    """Show the rulebooks in force, first those that decide something, and those still to come."""
    now = clock.now()
    books = sorted((_view(book, now) for book in law.books_at(now)), key=lambda book: not book.answers)
    coming = [_view(book, book.begins_at) for book in law.books if book.begins_at > now]
    return page("rules/rules.html", books=books, coming=coming)


def _view(book: Rulebook, at: datetime) -> BookView:
    kept = book.keeping.clauses if book.keeping else ()
    return BookView(
        title=_said(book.title),
        begins_at=book.begins_at,
        ends_at=book.ends_at,
        answers=[
            AnswerView(words, book.decisions[action].allowed, [*map(_clause, book.clauses_of(action, at))])
            for action, words in ACTIONS.items()
            if action in book.decisions
        ],
        order_years=book.keeping.order_years if book.keeping else None,
        keeping=[_clause(clause) for clause in book.clauses if clause.id in kept],
        not_enforced=[_clause(clause) for clause in book.clauses if clause.not_enforced],
    )


def _clause(clause: Clause) -> ClauseView:
    return ClauseView(
        text=_said(clause.text),
        article=clause.article,
        source=clause.source,
        confidence=CONFIDENCE[clause.confidence],
        is_sure=clause.confidence == "verified",
        not_enforced=_said(clause.not_enforced),
        has_condition=bool(clause.refuses_when),
    )


def _said(words: Any) -> str:
    """Return the words in the reader's language, else in any that there is."""
    said: str = words.get(current_language()) or next(iter(words.values()), "")
    return said


ROUTES: list[Any] = [show_rules]
