"""A rulebook decides, and says by which clause."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from etalase.policy import (
    Action,
    Facts,
    Law,
    NoLawInForce,
    RefusedByLaw,
    RulebookUnknown,
    decide,
    list_laws,
    list_rulebooks,
    load_law,
    load_rulebook,
)
from tests.make.laws import INDONESIA, JAKARTA, OPEN, book

NOW = Facts(datetime(2026, 11, 24, 5, tzinfo=UTC))
NEW_YEAR = datetime(2025, 12, 31, 17, tzinfo=UTC)
"""Midnight in Jakarta before the first day of 2026."""
SECOND = timedelta(microseconds=1)
HOLD, PAY, LINK = Action.HOLD_IN_ROOM, Action.PAY_IN_ROOM, Action.LINK_TO_SHOP


def test_the_open_rulebook_allows_buying_in_the_room() -> None:
    verdict = OPEN.decide(HOLD, NOW)
    assert verdict.allowed
    assert verdict.reasons == ()


def test_the_regulation_of_2026_refuses_payment_in_the_room_and_names_its_clause() -> None:
    with pytest.raises(RefusedByLaw) as refused:
        INDONESIA.require(PAY, NOW)
    (reason,) = refused.value.verdict.reasons
    clause = reason.clause
    assert reason.rulebook == "id/permendag-19-2026"
    assert "21(3)" in clause.article
    assert clause.confidence == "secondary"
    assert set(clause.text) == {"en", "id"}
    facts = refused.value.facts
    assert facts["rulebook"] == "id/permendag-19-2026"
    assert facts["action"] == "pay_in_room"
    assert (facts["article"], facts["source"]) == (clause.article, clause.source)


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2020, 11, 18), None),
        (date(2020, 11, 19), "id/permendag-50-2020"),
        (date(2023, 9, 25), "id/permendag-50-2020"),
        (date(2023, 9, 26), "id/permendag-31-2023"),
        (date(2026, 6, 7), "id/permendag-31-2023"),
        (date(2026, 6, 8), "id/permendag-19-2026"),
        (date(2036, 1, 1), "id/permendag-19-2026"),
    ],
)
def test_a_jurisdictions_books_follow_each_other_by_its_own_days(day: date, in_force: str | None) -> None:
    """From the first to the last moment of a day in Jakarta, whatever day it is elsewhere."""
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
    for at in (first, first + timedelta(days=1) - SECOND):
        trade = [held.id for held in INDONESIA.books_at(at) if "permendag" in held.id]
        assert trade == ([in_force] if in_force else [])


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        (JAKARTA, NEW_YEAR),
        ("Asia/Jayapura", NEW_YEAR - timedelta(hours=2)),
        ("America/New_York", NEW_YEAR + timedelta(hours=12)),
        ("UTC", NEW_YEAR + timedelta(hours=7)),
    ],
)
def test_the_day_turns_by_the_zone_of_the_book(zone: str, midnight: datetime) -> None:
    law = Law("x", [book("new", date(2026, 1, 1), zone=zone)])
    assert not law.allows(HOLD, Facts(midnight - SECOND))
    assert law.allows(HOLD, Facts(midnight))


def test_at_midnight_the_next_book_holds() -> None:
    year = date(2026, 1, 1)
    old, new = book("old", valid_until=year), book("new", year, refused=frozenset({HOLD}))
    law = Law("x", [new, old])
    assert law.allows(HOLD, Facts(NEW_YEAR - SECOND))
    assert law.decide(HOLD, Facts(NEW_YEAR)).rulebooks == ("new",)
    assert not law.allows(HOLD, Facts(NEW_YEAR))
    assert law.allows(PAY, Facts(NEW_YEAR))
    assert law.next_turn(NEW_YEAR - SECOND) == NEW_YEAR
    assert law.next_turn(NEW_YEAR) is None
    assert law.lapses_at(NEW_YEAR - SECOND) is None


def test_where_no_book_holds_all_is_refused_and_it_is_known_before() -> None:
    law = Law("x", [book("old", valid_until=date(2026, 1, 1))])
    assert law.lapses_at(NEW_YEAR - timedelta(days=90)) == NEW_YEAR
    assert law.lapses_at(NEW_YEAR) == NEW_YEAR
    for action in Action:
        law.require(action, Facts(NEW_YEAR - SECOND))
        with pytest.raises(NoLawInForce):
            law.require(action, Facts(NEW_YEAR))


def test_what_no_book_mentions_is_refused_and_counts_as_a_gap() -> None:
    law = Law("x", [book("mute", silent=frozenset({LINK}))])
    with pytest.raises(NoLawInForce):
        law.require(LINK, NOW)
    assert law.lapses_at(NOW.at) == NOW.at


def test_of_two_books_in_force_the_stricter_wins_and_gives_its_reasons() -> None:
    strict = book("strict", refused=frozenset({HOLD}))
    verdict = decide([book("mild"), strict, book("mute", silent=frozenset(Action))], HOLD, NOW)
    assert not verdict.allowed
    assert verdict.rulebooks == ("strict",)
    assert [reason.clause.id for reason in verdict.reasons] == ["strict-clause"]


def test_an_unknown_rulebook_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(RulebookUnknown, match=r"id/permendag-19-2026, .*open"):
        load_rulebook("../../etc/passwd")
    with pytest.raises(RulebookUnknown, match=r"id, id/kppu-2025, .*open"):
        load_law("nowhere")


def test_a_books_name_stands_for_the_law_of_its_jurisdiction() -> None:
    assert load_law("id/permendag-31-2023").books == INDONESIA.books


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("nonsense", "Expected '='"),
        ('id = "x"', "missing required field"),
        ("[[clauses]]", "missing required field"),
        ('zone = "Mars/Olympus"', "no such zone"),
        ("valid_until = 2020-01-01", "valid_until must be after"),
        ('[decisions.hold_in_room]\nallowed = true\nclauses = ["gone"]', "no such clause: gone"),
    ],
)
def test_a_book_of_the_operators_own_that_is_wrong_is_named(tmp_path: Path, text: str, wrong: str) -> None:
    whole = 'id = "x"\njurisdiction = ""\nzone = "UTC"\nvalid_from = 2026-01-01\n'
    rest = "[title]\n[decisions]\n"
    key = text.split("=", maxsplit=1)[0]
    lines = [line for line in whole.splitlines() if not line.startswith(key)]
    made = text if "required" in wrong or "'='" in wrong else "\n".join([*_placed(lines, text, rest)])
    (tmp_path / "own.toml").write_text(made)
    with pytest.raises(RulebookUnknown, match=wrong):
        load_law("own", tmp_path)


def _placed(lines: list[str], text: str, rest: str) -> list[str]:
    tables = text.startswith("[")
    return [*lines, *([] if tables else [text]), *(["[title]", text] if tables else [rest])]


def test_an_operators_own_book_joins_those_of_its_jurisdiction(tmp_path: Path) -> None:
    (tmp_path / "id").mkdir()
    (tmp_path / "id" / "ours.toml").write_text(
        'id = "id/ours"\njurisdiction = "ID"\nzone = "Asia/Jakarta"\nvalid_from = 2026-01-01\n'
        "[title]\n[decisions.link_to_shop]\nallowed = false\n"
    )
    assert load_law("id", tmp_path).decide(LINK, NOW).rulebooks == ("id/ours",)
    assert INDONESIA.allows(LINK, NOW)


@pytest.mark.parametrize("name", list_rulebooks())
def test_every_rulebook_rules_every_action_or_none_and_every_clause_tells_its_source(name: str) -> None:
    shipped = load_rulebook(name)
    assert shipped.id == name
    assert set(shipped.decisions) in ({*Action}, set())
    for clause in shipped.clauses:
        assert clause.source
        assert clause.text.keys() >= {"en", "id"}


@pytest.mark.parametrize("name", list_laws())
def test_no_shipped_law_has_a_gap_once_it_has_begun(name: str) -> None:
    law = load_law(name)
    assert law.lapses_at(law.books[0].begins_at) is None


@pytest.mark.parametrize(
    ("placed", "until"),
    [
        (datetime(2026, 11, 24, 5, tzinfo=UTC), datetime(2036, 11, 24, 5, tzinfo=UTC)),
        (datetime(2024, 2, 29, 5, tzinfo=UTC), datetime(2034, 3, 1, 5, tzinfo=UTC)),
    ],
)
def test_records_of_an_order_are_kept_for_ten_years_in_indonesia(placed: datetime, until: datetime) -> None:
    kept = INDONESIA.keeps_order_until(placed, NOW.at)
    assert kept is not None
    assert kept.until == until
    assert "80/2019" in kept.clause.article
    assert OPEN.keeps_order_until(placed, NOW.at) is None
