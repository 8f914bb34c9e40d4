"""What the check of the translations finds, in the package's own and in a folder that is wrong on purpose."""

from pathlib import Path

import pytest

from etalase.platform.i18n import check

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def entry(message: str, translated: str) -> str:
    return f'msgid "{message}"\nmsgstr "{translated}"\n\n'


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the one file of translations that there is."""
    folder = tmp_path / "id"
    folder.mkdir()
    monkeypatch.setattr("etalase.platform.i18n.locales_folder", lambda: tmp_path)
    return folder / "some.po"


def test_no_sentence_of_ours_has_the_translation_of_another() -> None:
    assert not check.find_borrowed("id")


def test_a_sentence_with_its_neighbours_translation_is_found(say: Path) -> None:
    same = "Boleh dikosongkan bila bisa diketahui dari tempatnya."
    say.write_text(
        HEADER
        + entry("If you leave it empty, we fill it in.", same)
        + entry("To join you need an account.", same),
        encoding="utf-8",
    )
    (problem,) = check.find_borrowed("id")
    assert "'To join you need an account.' says what" in problem


def test_short_labels_may_share_a_word(say: Path) -> None:
    say.write_text(HEADER + entry("Pay", "Pembayaran") + entry("Check out", "Pembayaran"), encoding="utf-8")
    assert not check.find_borrowed("id")


def test_a_translation_that_loses_a_value_is_found(say: Path) -> None:
    say.write_text(HEADER + entry("%(left)s of %(all)s left", "sisa %(left)s"), encoding="utf-8")
    (problem,) = check.find_borrowed("id")
    assert "fill in other values" in problem
