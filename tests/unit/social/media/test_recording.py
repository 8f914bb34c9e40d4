"""Where a moment of the show is in its replay."""

from datetime import UTC, datetime, timedelta

import pytest

from etalase.kernel.ids import new_id
from etalase.social.media._model.recording import RecordingView, append_chapters

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def recorded(*takes: tuple[float, float]) -> RecordingView:
    """Return a replay of takes: seconds after the start, and length."""
    added = [(f"take-{at}", START + timedelta(seconds=at), length) for at, length in takes]
    length = sum(seconds for _, seconds in takes)
    return RecordingView(new_id(), "ready", 1, "replay.mp4", None, 1, length, append_chapters((), added))


@pytest.mark.parametrize(
    ("moment", "offset"),
    [(-5, 0), (0, 0), (30, 30), (60, 60), (75, 60), (90, 60), (100, 70), (150, 120), (999, 120)],
)
def test_a_moment_in_a_break_is_where_the_picture_resumes(moment: float, offset: float) -> None:
    view = recorded((0, 60), (90, 60))
    assert view.offset_of(START + timedelta(seconds=moment)) == offset


def test_a_replay_without_chapters_begins_at_its_beginning() -> None:
    assert recorded().offset_of(START) == 0
    assert recorded().started_at is None


def test_new_takes_go_behind_the_chapters_that_are_known() -> None:
    known = recorded((0, 60)).chapters
    assert [chapter.offset_seconds for chapter in append_chapters(known, [("next", START, 5.0)])] == [0, 60]
