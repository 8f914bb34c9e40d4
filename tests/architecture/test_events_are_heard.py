"""Every event sets something going, or says what it is for."""

from click.testing import CliRunner

from etalase.bootstrap import event_table
from etalase.bootstrap._event_table import UNHEARD, EventRow
from etalase.cli._main import etalase


def idle(rows: list[EventRow]) -> list[str]:
    """Return the events that nobody hears and nothing says why."""
    return [row.name for row in rows if not row.reactions and not row.reason]


def test_every_event_is_heard_or_has_a_reason() -> None:
    assert idle(event_table()) == []


def test_an_event_for_nothing_is_found() -> None:
    assert idle([EventRow("lamps.lamp_lit", ())]) == ["lamps.lamp_lit"]


def test_every_reason_is_still_needed() -> None:
    unheard = {row.name for row in event_table() if not row.reactions}
    assert set(UNHEARD) == unheard


def test_no_two_reactions_share_a_name_in_the_table_that_is_printed() -> None:
    printed = CliRunner().invoke(etalase, ["events"])
    assert printed.exit_code == 0
    lines = {line.split()[0]: line for line in printed.output.splitlines()}
    reactions = [name for row in event_table() for name in row.reactions]
    assert len(set(reactions)) == len(reactions)
    for row in event_table():
        assert all(name in lines[row.name] for name in (*row.reactions, row.reason))
