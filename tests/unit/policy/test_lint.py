"""Rulebooks that come with the program are whole; what is doubtful in one is found; two are compared."""

from datetime import date

import pytest

from etalase.policy import Action, Law, Rulebook, compare_books, lint, list_laws, load_law, load_rulebook
from etalase.policy.rulebook import Clause
from tests.make.laws import book

YEAR = date(2026, 1, 1)


@pytest.mark.parametrize("name", list_laws())
def test_nothing_is_to_mend_in_what_is_shipped(name: str) -> None:
    law = load_law(name)
    assert [finding.what for finding in lint(law) if not finding.is_note] == []


def findings(*books: Rulebook) -> list[str]:
    return [finding.what for finding in lint(Law("x", books))]


def with_clause(clause: Clause) -> Rulebook:
    whole = book("own", valid_from=YEAR)
    return Rulebook(
        "own", "XX", "UTC", YEAR, whole.title, whole.decisions, (*whole.clauses, clause), date(2027, 1, 1)
    )


WORDS = {"en": "A.", "id": "A."}
REASON = {"en": "By people.", "id": "Oleh orang."}


@pytest.mark.parametrize(
    ("clause", "wrong"),
    [
        (Clause("a", "1", "s", "memory", WORDS), "a: nothing follows from it, and no reason says why"),
        (
            Clause("a", "1", "s", "memory", {"en": "A."}, not_enforced=REASON),
            "a: the text is not there in id",
        ),
        (
            Clause("a", "1", "s", "memory", WORDS, not_enforced={"id": "Oleh orang."}),
            "a: the reason why it is not enforced is not there in en",
        ),
        (
            Clause("a", "1", "s", "memory", WORDS, "price_now > 1", REASON),
            "a: its condition is asked by no decision",
        ),
        (
            Clause("a", "1", "s", "memory", WORDS, "", REASON, valid_from=date(2027, 1, 1)),
            "a: it begins when its rulebook holds no more",
        ),
        (
            Clause("a", "1", "s", "memory", WORDS, "", REASON, valid_until=YEAR),
            "a: it ends before it begins",
        ),
    ],
)
def test_a_doubtful_clause_is_found(clause: Clause, wrong: str) -> None:
    assert wrong in findings(with_clause(clause))


def test_a_gap_between_two_books_and_one_after_the_last_are_found() -> None:
    old, new = (
        book("old", date(2020, 1, 1), YEAR),
        book("new", date(2026, 2, 1), date(2027, 1, 1), zone="UTC"),
    )
    found = findings(old, new)
    assert [one[:26] for one in found] == ["from 2025-12-31 17:00 UTC ", "from 2027-01-01 00:00 UTC "]


def test_books_that_disagree_are_noted_once() -> None:
    strict = book("strict", refused=frozenset({Action.PAY_IN_ROOM}))
    found = [*lint(Law("x", [strict, book("mild", YEAR)]))]
    assert [(one.rulebook, one.is_note) for one in found] == [("strict", True)]
    assert "mild allows" in found[0].what


def test_what_changed_for_shops_on_the_day_of_2023() -> None:
    change = compare_books(load_rulebook("id/permendag-50-2020"), load_rulebook("id/permendag-31-2023"))
    assert {one.action for one in change.actions} == {
        Action.HOLD_IN_ROOM,
        Action.PAY_IN_ROOM,
        Action.REPORT_SALES,
    }
    assert "in-app-payment" in {clause.id for clause in change.added}
    assert change.removed == ()


def test_only_an_articles_number_is_no_change() -> None:
    old, new = load_rulebook("id/permendag-31-2023"), load_rulebook("id/permendag-19-2026")
    reworded = {before.id for before, _ in compare_books(old, new).reworded}
    assert "in-app-payment" not in reworded
    assert "foreign-merchants" in reworded
