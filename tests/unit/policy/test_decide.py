"""A rulebook decides, and says by which clause."""

from datetime import date

import pytest

from etalase.policy import Action, Facts, RulebookUnknown, decide, list_rulebooks, load_rulebook

TODAY = date(2026, 11, 24)


def test_the_open_rulebook_allows_buying_in_the_room() -> None:
    verdict = decide(load_rulebook("open"), Facts(Action.HOLD_IN_ROOM, TODAY))
    assert verdict.allowed
    assert verdict.reasons == ()


def test_the_regulation_of_2026_refuses_payment_in_the_room_and_names_its_clause() -> None:
    verdict = decide(load_rulebook("id/permendag-19-2026"), Facts(Action.PAY_IN_ROOM, TODAY))
    assert not verdict.allowed
    (clause,) = verdict.reasons
    assert "21(3)" in clause.article
    assert clause.confidence == "secondary"
    assert clause.source
    assert set(clause.text) == {"en", "id"}


def test_a_day_before_the_law_was_in_force_is_not_decided_by_it() -> None:
    book = load_rulebook("id/permendag-19-2026")
    link = Action.LINK_TO_SHOP
    assert decide(book, Facts(link, date(2026, 6, 8))).allowed
    assert not decide(book, Facts(link, date(2026, 6, 7))).allowed


def test_an_unknown_rulebook_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(RulebookUnknown, match="id/permendag-19-2026, open"):
        load_rulebook("../../etc/passwd")


@pytest.mark.parametrize("name", list_rulebooks())
def test_every_rulebook_rules_every_action_and_every_clause_tells_its_source(name: str) -> None:
    book = load_rulebook(name)
    assert set(book.decisions) == set(Action)
    for clause in book.clauses:
        assert clause.source
        assert clause.text.keys() >= {"en", "id"}
