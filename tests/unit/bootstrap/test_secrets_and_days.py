"""The program's own secrets, and the day on which it asks the law."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from etalase.bootstrap import Program, secret_of
from etalase.bootstrap._law import describe, warnings
from etalase.bootstrap._layout import are_apart
from etalase.kernel.clock import FixedClock
from etalase.platform.settings import SettingsInvalid
from etalase.policy import Action, Law
from tests.make.laws import book


def test_a_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    program = Program(data_dir=tmp_path / "data")
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret_of(program, "secret_key"), range(32)))
    (path,) = (tmp_path / "data").iterdir()
    assert made == {path.read_text()}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_crash_while_a_secret_is_made_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as crashing:
        crashing.setattr(os, "fsync", crash)
        with pytest.raises(OSError, match="no space"):
            secret_of(Program(data_dir=tmp_path), "bridge_key")
    assert list(tmp_path.iterdir()) == []
    assert len(secret_of(Program(data_dir=tmp_path), "bridge_key")) == 64


@pytest.mark.parametrize("kept", ["", "short"])
def test_a_secret_that_is_cut_short_is_refused(tmp_path: Path, kept: str) -> None:
    (tmp_path / "secret_key").write_text(kept)
    with pytest.raises(SettingsInvalid, match="cut short"):
        secret_of(Program(data_dir=tmp_path), "secret_key")


def test_where_the_planes_are_is_asked_of_the_law_of_the_moment() -> None:
    program = Program(rulebook="id")
    turn = datetime(2023, 9, 25, 17, tzinfo=UTC)  # midnight in Jakarta, when Permendag 31/2023 began
    clock = FixedClock(turn)
    assert are_apart(program, clock)
    clock.advance(seconds=-1)
    assert not are_apart(program, clock)


def test_planes_with_two_addresses_are_apart_before_the_law_wants_it() -> None:
    program = Program(social_url="https://live.example", commerce_url="https://shop.example")
    assert are_apart(program, FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))
    same = Program(social_url="https://live.example/", commerce_url="https://live.example")
    assert not are_apart(same, FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))


def test_an_operator_is_warned_a_month_before_the_law_needs_them() -> None:
    year = date(2026, 1, 1)
    ending = Law("x", [book("old", valid_until=year)])
    closing = Law(
        "x", [book("old", valid_until=year), book("new", year, refused=frozenset({Action.PAY_IN_ROOM}))]
    )
    turn = datetime(2025, 12, 31, 17, tzinfo=UTC)
    for now, warned in ((turn - timedelta(days=31), False), (turn - timedelta(days=29), True), (turn, True)):
        assert any("no rulebook" in message for message in warnings(ending, now, together=False)) == warned
        assert (
            any("ETALASE_COMMERCE_URL" in message for message in warnings(closing, now, together=True))
            == warned
        )
        assert not list(warnings(closing, now, together=False))
    assert "2025-12-31 17:00" in describe(ending, turn - timedelta(days=1))
    assert "no rulebook in force" in describe(ending, turn)
