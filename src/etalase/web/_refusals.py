"""What people and programs are told when something is refused: one table of status and words by code.

A refusal raised anywhere below becomes a page, a notice above a form, or the API's problem details, always by
`say`. What fails without being refused stands in `_failures`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from etalase.kernel.errors import Fact, Invalid, Refusal
from etalase.kernel.money import Money
from etalase.platform.i18n import Lazy, current_language, format_money, lazy
from etalase.policy import LawRefusal
from etalase.web._forms import field_words
from etalase.web._refusal_words import REFUSALS, RefusalWords

UNKNOWN_REFUSAL = RefusalWords(409, lazy("This can't be done"), lazy("Something stands in the way just now."))
"""For a code without a row; a test keeps the table whole."""


@dataclass(frozen=True, slots=True)
class RefusalText:
    """A refusal in the reader's words, ready for a page or for the API."""

    status: int
    code: str
    title: str
    detail: str
    errors: tuple[tuple[str, str, str], ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    clauses: tuple[Mapping[str, str], ...] = ()
    """Of the law that refuses, each with `rulebook`, `id`, `article`, `text`, `source`, `confidence`."""
    reference: str = ""
    """The request's id, where whoever runs the site has to look it up."""


def say(refusal: Refusal) -> RefusalText:
    """Return a refusal's words, for an error page, a notice above a form or the API."""
    answer = REFUSALS.get(refusal.code, UNKNOWN_REFUSAL)
    headers = {}
    if seconds := refusal.facts.get("retry_after_seconds"):
        headers["retry-after"] = str(seconds)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    facts = {**refusal.facts, **_clause_of(refusal)}
    return RefusalText(
        status=answer.status,
        code=refusal.code,
        title=str(answer.title),
        detail=_fill(answer.detail, facts | _amounts(facts)),
        errors=tuple((problem.field, problem.code, field_words(problem)) for problem in problems),
        facts=facts,
        headers=headers,
        clauses=_clauses_of(refusal),
    )


def _amounts(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the amounts of money among the facts as people read them: whole rupiah under these names."""
    return {
        name: format_money(Money(fact))
        for name, fact in facts.items()
        if (name == "price" or name.endswith("_minor")) and isinstance(fact, int)
    }


def _clause_of(refusal: Refusal) -> dict[str, Fact]:
    """Return what the law says, in the reader's language."""
    if not isinstance(refusal, LawRefusal):
        return {}
    said = [reason.clause.text.get(current_language(), "") for reason in refusal.verdict.reasons]
    return {"clause": " ".join(filter(None, said))}


def _clauses_of(refusal: Refusal) -> tuple[Mapping[str, str], ...]:
    """Return the clauses behind a refusal one by one, for programs."""
    if not isinstance(refusal, LawRefusal):
        return ()
    return tuple(
        {
            "rulebook": reason.rulebook,
            "id": reason.clause.id,
            "article": reason.clause.article,
            "text": reason.clause.text.get(current_language(), ""),
            "source": reason.clause.source,
            "confidence": reason.clause.confidence,
        }
        for reason in refusal.verdict.reasons
    )


def _fill(words: Lazy, facts: Mapping[str, Fact]) -> str:
    """Put the facts into the words; a fact that is missing must not turn a refusal into a failure."""
    text = str(words)
    try:
        return text % facts if facts else text
    except (KeyError, TypeError, ValueError):
        return text
