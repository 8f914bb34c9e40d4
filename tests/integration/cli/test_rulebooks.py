"""`etalase rulebook` shows, checks and compares, in plain words."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from etalase.cli._main import etalase

OWN = """id = "platform"
jurisdiction = ""
zone = "UTC"
valid_from = 2026-01-01
valid_until = 2027-01-01
[title]
en = "Our own rules"
[decisions.link_to_shop]
allowed = false
clauses = ["why"]
[[clauses]]
id = "why"
article = "1"
source = "us"
confidence = "verified"
[clauses.text]
en = "Nobody leaves."
id = "Tidak ada yang pergi."
[[clauses]]
id = "dead"
article = "2"
source = "us"
confidence = "verified"
[clauses.text]
en = "Nothing."
id = "Tidak ada."
"""


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(etalase, ["rulebook", *arguments])
    return done.exit_code, done.output


def test_all_that_is_shipped_passes_the_check() -> None:
    status, said = run("check")
    assert status == 0
    assert said.splitlines()[-1].startswith("0 to mend")


def test_a_book_of_ones_own_is_checked(tmp_path: Path) -> None:
    (tmp_path / "platform.toml").write_text(OWN)
    status, said = run("check", "platform", "--folder", str(tmp_path))
    assert status == 1
    for found in (
        "mend  platform: the title is not there in id",
        "mend  platform: dead: nothing follows from it, and no reason says why",
        "on nothing is said of claim_discount, hold_in_room, pay_in_room, report_sales",
        "mend  platform: from 2027-01-01 00:00 UTC on",
    ):
        assert found in said
    status, said = run("check", "open + platform", "--folder", str(tmp_path))
    assert "note  platform: it refuses link_to_shop, which open allows; the strictest holds" in said


@pytest.mark.parametrize(
    ("language", "words"), [("en", "may not facilitate payment"), ("id", "dilarang memfasilitasi transaksi")]
)
def test_what_a_new_book_changes_is_told(language: str, words: str) -> None:
    status, said = run("diff", "id/permendag-50-2020", "id/permendag-31-2023", "--language", language)
    assert status == 0
    assert "pay_in_room: allowed → refused" in said
    assert words in said
    assert "link_to_shop" not in said


def test_a_condition_is_shown_with_its_answer() -> None:
    assert "claim_discount: allowed, unless price_before > lowest_price_30_days" in run("show", "eu")[1]
    assert "Not enforced:" in run("show", "id/kppu-2025")[1]


@pytest.mark.parametrize("arguments", [["check", "mars"], ["diff", "open", "mars"], ["diff", "mars", "open"]])
def test_an_unknown_book_is_named(arguments: list[str]) -> None:
    status, said = run(*arguments)
    assert status in {1, 2}
    assert "'mars'" in said
    assert "Traceback" not in said
