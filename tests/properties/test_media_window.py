"""Whatever a broadcaster does, playlists obey the rules and agree with the ones before them (RFC 8216bis)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from etalase.social.media._model import window as windows
from etalase.social.media._model.playlist import render
from etalase.social.media._model.window import Shape, Window
from tests.make.playlists import Playlist, read_playlist

PARTS = st.tuples(
    st.just("part"),
    st.sampled_from([0.033, 0.1, 0.2, 0.208, 0.233]),
    st.sampled_from([True, False, False, False]),
)
STEPS = st.lists(
    st.one_of(PARTS, PARTS, PARTS, st.just(("era", 0.0, False)), st.just(("close", 0.0, False))), max_size=300
)


def step(window: Window, what: tuple[str, float, bool], at: datetime) -> Window:
    """Apply one thing that a broadcaster does."""
    kind, duration, independent = what
    if kind == "era":
        return windows.start_era(window)
    if kind == "close":
        return windows.close_segment(window)
    return windows.add_part(window, duration, at, independent=independent)


def check_one(window: Window, playlist: Playlist) -> None:
    """Check the rules within one playlist."""
    assert all(round(segment.length) <= playlist.target for segment in playlist.segments)
    assert playlist.part_hold_back >= 2 * playlist.part_target
    assert all(
        part.duration <= playlist.part_target for segment in playlist.segments for part in segment.parts
    )
    assert playlist.hint == window.next_part_name
    names = [part.uri for segment in playlist.segments for part in segment.parts]
    assert len(names) == len(set(names))
    for before, after in zip(playlist.segments, playlist.segments[1:], strict=False):
        assert after.discontinuity == (before.map != after.map)
    for segment in playlist.segments:
        if segment.parts and segment.duration is not None:
            assert abs(sum(part.duration for part in segment.parts) - segment.duration) < 0.001


def check_two(before: Playlist, after: Playlist) -> None:
    """Check that a later playlist only goes on from an earlier one (section 6.2.1)."""
    assert before.target == after.target
    assert after.media_sequence >= before.media_sequence
    moved = after.media_sequence - before.media_sequence
    for old, new in zip(before.segments[moved:], after.segments, strict=False):
        assert (old.map, old.moment) == (new.map, new.moment)
        if old.duration is not None:
            assert (old.uri, old.duration) == (new.uri, new.duration)
    gone = [segment.discontinuity for segment in before.segments[:moved]]
    starts = after.segments and after.segments[0].discontinuity
    assert after.discontinuity_sequence >= before.discontinuity_sequence + sum(gone[1:])
    assert not starts


@given(STEPS)
def test_playlists_obey_the_rules_and_go_on_from_each_other(steps: list[tuple[str, float, bool]]) -> None:
    window = Window(Shape(window_seconds=6))
    at, last = datetime(2026, 11, 24, tzinfo=UTC), None
    for what in steps:
        window = step(window, what, at)
        at += timedelta(seconds=what[1])
        if window.ready:
            playlist = read_playlist(render(window))
            check_one(window, playlist)
            if last is not None:
                check_two(last, playlist)
            last = playlist


@given(STEPS)
def test_all_that_is_listed_is_kept(steps: list[tuple[str, float, bool]]) -> None:
    window = Window(Shape(window_seconds=6))
    for what in steps:
        window = step(window, what, datetime(2026, 11, 24, tzinfo=UTC))
        assert set(windows.listed(window)) <= set(window.segments)
        assert all(segment.closed for segment in window.segments[:-1])
        numbers = [segment.number for segment in window.segments]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
