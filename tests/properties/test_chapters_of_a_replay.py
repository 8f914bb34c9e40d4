"""Chapters lie one after another, in the show's time and in the replay's, whatever clocks and lines did."""

import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.social.media._adapters.replay import join_takes
from etalase.social.media._adapters.takes import TakeFolder
from etalase.social.media._model.recording import Chapter, RecordingView, append_chapters, ends_at
from tests.make.broadcasts import SHOW, Aired, Reel, Sent, broadcast, check_media, leap

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
A_FRAME = 0.051
"""The longest frame that is sent here; and names of takes count milliseconds."""

TAKES = st.lists(
    st.tuples(st.floats(-7_200, 7_200), st.floats(0.001, 600), st.booleans()), min_size=1, max_size=8
)
"""Seconds from one start to the next (a clock may be set back), length, and whether a joining is between."""


def check_chapters(view: RecordingView) -> None:
    """Check that no moment is shown twice, and that the replay is what its chapters are."""
    at = 0.0
    for chapter in view.chapters:
        assert abs(chapter.offset_seconds - at) < 1e-6
        at += chapter.duration_seconds
        middle = chapter.duration_seconds / 2
        shown = view.offset_of(chapter.started_at + timedelta(seconds=middle))
        assert abs(shown - chapter.offset_seconds - middle) < 1e-5
    assert abs(view.duration_seconds - at) < 1e-6
    for before, after in pairwise(view.chapters):
        assert ends_at(before) <= after.started_at
        assert view.offset_of(ends_at(before)) <= view.offset_of(after.started_at)


def view_of(chapters: tuple[Chapter, ...]) -> RecordingView:
    """Return a replay that is as long as its chapters."""
    seconds = sum(chapter.duration_seconds for chapter in chapters)
    return RecordingView(new_id(), "ready", 1, "replay.mp4", None, 1, seconds, chapters)


@given(TAKES)
def test_no_moment_is_in_two_chapters(takes: list[tuple[float, float, bool]]) -> None:
    chapters: tuple[Chapter, ...] = ()
    waiting: list[tuple[str, datetime, float]] = []
    at = START
    for number, (step, seconds, joins) in enumerate(takes):
        at += timedelta(seconds=step)
        waiting.append((f"take-{number}", at, seconds))
        if joins:
            chapters, waiting = append_chapters(chapters, waiting), []
    view = view_of(append_chapters(chapters, waiting))
    assert [chapter.take for chapter in view.chapters] == [f"take-{n}" for n in range(len(takes))]
    check_chapters(view)


def early_sound(sent: list[Sent], seconds: float) -> list[Sent]:
    """Return a broadcast whose sound is sent so long before its picture."""
    return sorted(sent, key=lambda packet: packet.made - seconds * (packet.kind == "audio"))


def late_start(sent: list[Sent], seconds: float) -> list[Sent]:
    """Return a broadcast whose first packets come so late, and all at once, as on a bad line."""
    return [Sent(p.kind, max(p.made, seconds), p.says, p.content, p.key, p.shown_after) for p in sent]


BROADCASTS = st.lists(
    st.tuples(
        st.sampled_from([2.0, 3.4]),
        st.sampled_from([20, 30]),
        st.sampled_from([0.0, 0.2, 0.4]),  # sound is ahead
        st.sampled_from([0.0, 0.3, 1.0]),  # the first packets are late
        st.sampled_from([None, -5.0, 90.0]),  # both clocks leap
        st.sampled_from([0.0, 0.1, 30.0]),  # until the next broadcaster
    ),
    min_size=1,
    max_size=3,
)


@given(BROADCASTS)
@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])  # to shrink takes minutes
def test_a_replay_is_as_long_as_its_show(
    broadcasts: list[tuple[float, int, float, float, float | None, float]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        aired = Aired(Path(folder))
        for seconds, fps, ahead, late, leaps_by, pause in broadcasts:
            sent = broadcast(seconds=seconds, fps=fps, gop=fps // 2)
            if leaps_by is not None:
                sent = leap(sent, 1.3, leaps_by, "video", "audio")
            aired.air(Reel(late_start(early_sound(sent, ahead), late)))
            aired.clock.advance(seconds=pause)
        check_media(aired)
        joined = join_takes(aired.takes, aired.folder, 1)
        assert joined is not None
        added = [
            (take.path.name, take.started_at, seconds)
            for take, seconds in zip(aired.recordings, joined.seconds, strict=True)
        ]
        sent_seconds = sum(seconds for seconds, *_ in broadcasts)
        assert abs(sum(joined.seconds) - sent_seconds) < A_FRAME * len(added) * 2
        for (_, began, seconds), (_, following, _) in pairwise(added):
            assert began + timedelta(seconds=seconds - 0.002) <= following, "a take is longer than its time"
        check_chapters(view_of(append_chapters((), added)))


def test_takes_keep_their_order_when_the_clock_is_set_back(tmp_path: Path) -> None:
    clock = FixedClock()
    starts = []
    for back in (0, 0, 7_200, 1):
        clock.advance(seconds=-back)
        folder = TakeFolder(tmp_path, SHOW, clock)  # of a process of its own
        take = folder.start_take()
        take.append(b"init")
        take.append(b"fragment", until_seconds=2.5)
        take.close()
        following = folder.start_take()
        following.append(b"init")
        following.close()
        assert following.started_at >= take.started_at + timedelta(seconds=2.5)
        starts += [take.started_at, following.started_at]
    assert starts == sorted(set(starts))
    assert [take.started_at for take in folder.list_takes()] == starts
