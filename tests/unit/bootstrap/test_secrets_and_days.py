"""The program's own secrets, and the day on which it asks the law."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etalase.bootstrap import Program, secret_of
from etalase.bootstrap._layout import are_apart, rulebook_of
from etalase.kernel.clock import FixedClock
from etalase.platform.i18n import day_of
from etalase.platform.settings import SettingsInvalid


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


def test_the_law_is_asked_for_the_day_that_it_is_in_jakarta() -> None:
    program = Program(rulebook="open")
    first = rulebook_of(program).valid_from
    morning = datetime(first.year, first.month, first.day, 1, tzinfo=UTC).replace(hour=0)
    late = FixedClock(morning)
    late.advance(seconds=-3600)
    assert day_of(late.now()) == first
    assert not are_apart(program, late)
    late.advance(seconds=-7 * 3600)
    assert are_apart(program, late)
