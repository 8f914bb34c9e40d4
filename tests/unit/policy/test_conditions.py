"""A clause with a condition refuses by the facts of a deed; what is not known is asked for by name."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.policy import (
    Action,
    DiscountFacts,
    Facts,
    FactUnknown,
    Law,
    RefusedByLaw,
    Rulebook,
    RulebookUnknown,
    decide,
    load_law,
    load_rulebook,
)
from etalase.policy.rulebook import Clause, Decision
from tests.make.laws import INDONESIA, book

EUROPE = load_law("eu")
NOW = datetime(2026, 11, 28, 5, tzinfo=UTC)
CLAIM = Action.CLAIM_DISCOUNT
OPEN_BOOK = Path(__file__).parents[3] / "src/etalase/policy/rulebooks/open.toml"
LOWEST = "price_before > lowest_price_30_days"


def claimed(before: int, now: int, lowest: int | None, at: datetime = NOW) -> Facts:
    return Facts(at, DiscountFacts(price_before=before, price_now=now, lowest_price_30_days=lowest))


def with_condition(
    condition: str, valid_from: date | None = None, valid_until: date | None = None
) -> Rulebook:
    """Return a book that allows everything, and a discount unless the condition holds."""
    whole = book("own")
    words = {"en": "A.", "id": "A."}
    clause = Clause("a", "Article 2", "a test", "unverified", words, condition, {}, valid_from, valid_until)
    decisions = {**whole.decisions, CLAIM: Decision(allowed=True, clauses=("a",))}
    return Rulebook("own", "XX", "UTC", date(2020, 1, 1), whole.title, decisions, (*whole.clauses, clause))


@pytest.mark.parametrize(
    ("before", "lowest", "allowed"), [(100, 100, True), (100, 101, True), (100, 99, False), (0, 0, True)]
)
def test_in_europe_the_price_before_is_the_lowest_of_thirty_days(
    before: int, lowest: int, *, allowed: bool
) -> None:
    assert EUROPE.allows(CLAIM, claimed(before, 50, lowest)) is allowed


def test_a_discount_is_refused_with_the_clause_that_its_facts_break() -> None:
    with pytest.raises(RefusedByLaw) as refused:
        EUROPE.require(CLAIM, claimed(89_000, 69_000, 75_000))
    (reason,) = refused.value.verdict.reasons
    assert (reason.rulebook, reason.clause.id) == ("eu/consumer", "lowest-price")
    assert "6a" in reason.clause.article


def test_what_a_clause_asks_for_and_nobody_knows_is_refused_and_named() -> None:
    with pytest.raises(FactUnknown) as refused:
        EUROPE.require(CLAIM, claimed(89_000, 69_000, None))
    assert refused.value.facts["unknown"] == "lowest_price_30_days"
    assert EUROPE.decide(CLAIM, Facts(NOW)).unknown == ("lowest_price_30_days", "price_before")


def test_a_fact_that_no_clause_asks_for_may_be_unknown() -> None:
    INDONESIA.require(CLAIM, claimed(89_000, 69_000, None))
    assert not INDONESIA.allows(CLAIM, claimed(69_000, 69_000, None))


def test_a_refusal_goes_before_what_is_not_known() -> None:
    strict = book("strict", refused=frozenset({CLAIM}))
    verdict = decide([with_condition(LOWEST), strict], CLAIM, claimed(2, 1, None))
    assert (verdict.allowed, verdict.rulebooks, verdict.unknown) == (False, ("strict",), ())


def test_a_condition_that_fails_on_its_facts_refuses() -> None:
    law = Law("x", [with_condition("price_before / price_now > 3")])
    assert law.allows(CLAIM, claimed(4, 2, None))
    with pytest.raises(RefusedByLaw):
        law.require(CLAIM, claimed(4, 0, None))


def test_a_clause_holds_on_its_own_days_only() -> None:
    first, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    law = Law("x", [with_condition(LOWEST, valid_from=first.date(), valid_until=end.date())])
    instant = timedelta(microseconds=1)
    moments = (first - instant, first, end - instant, end)
    assert [law.allows(CLAIM, claimed(2, 1, 1, at)) for at in moments] == [True, False, False, True]
    assert law.next_turn(first - instant) == first
    assert law.next_turn(first) == end


def test_a_refusal_stands_while_one_of_its_clauses_is_in_force() -> None:
    whole = book("own", refused=frozenset({CLAIM}))
    dated = Clause("b", "2", "a test", "unverified", {"en": "B."}, valid_until=date(2026, 1, 1))
    decisions = {**whole.decisions, CLAIM: Decision(allowed=False, clauses=("b",))}
    law = Law(
        "x", [Rulebook("own", "XX", "UTC", date(2020, 1, 1), whole.title, decisions, (*whole.clauses, dated))]
    )
    assert not law.allows(CLAIM, claimed(2, 1, 2, datetime(2025, 12, 31, tzinfo=UTC)))
    assert law.allows(CLAIM, claimed(2, 1, 2, datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("condition", "wrong"),
    [
        ("price_before >", "is no condition"),
        ("prise_before > 3", "asks for prise_before, which claim_discount has not"),
        ("price_before", "neither true nor false"),
        ("price_before > 'much'", "No such overload"),
        ("foo(price_before)", "foo"),
    ],
)
def test_a_condition_that_can_not_be_asked_is_found_when_its_book_is_read(condition: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        with_condition(condition)


def test_a_decision_on_something_that_nobody_asks_is_refused(tmp_path: Path) -> None:
    shipped = OPEN_BOOK.read_text()
    (tmp_path / "own.toml").write_text(shipped.replace("pay_in_room", "pay_in_rome"))
    with pytest.raises(RulebookUnknown, match="pay_in_rome"):
        load_rulebook("own", tmp_path)


def test_laws_with_a_plus_are_one_and_the_strictest_holds(tmp_path: Path) -> None:
    shipped = OPEN_BOOK.read_text()
    own = shipped.replace(
        "[decisions.link_to_shop]\nallowed = true", "[decisions.link_to_shop]\nallowed = false"
    )
    (tmp_path / "platform.toml").write_text(own.replace('"open"', '"platform"'))
    law = load_law("eu + platform", tmp_path)
    assert law.name == "eu + platform"
    assert law.decide(Action.LINK_TO_SHOP, Facts(NOW)).rulebooks == ("platform",)
    assert not law.allows(CLAIM, claimed(2, 1, 1))
    with pytest.raises(RulebookUnknown, match="'mars'"):
        load_law("eu + mars")


ANSWERS = st.fixed_dictionaries(
    {action: st.sampled_from(["allowed", "refused", "silent"]) for action in Action}
)


def written(name: str, answers: dict[Action, str]) -> Rulebook:
    refused = frozenset(action for action, said in answers.items() if said == "refused")
    silent = frozenset(action for action, said in answers.items() if said == "silent")
    return book(name, refused=refused, silent=silent)


@given(st.lists(ANSWERS, max_size=3), ANSWERS, st.sampled_from(Action))
def test_another_book_never_allows_what_was_refused(
    answers: list[dict[Action, str]], more: dict[Action, str], action: Action
) -> None:
    """Each action has an answer, by a book that says it, or by none where all are silent."""
    books = [written(str(place), said) for place, said in enumerate(answers)]
    before = decide(books, action, claimed(2, 1, 2))
    after = decide([*books, written("more", more)], action, claimed(2, 1, 2))
    assert before.allowed is ({said[action] for said in answers} - {"silent"} == {"allowed"})
    assert bool(before.rulebooks) is any(said[action] != "silent" for said in answers)
    if before.rulebooks and not before.allowed:
        assert not after.allowed
