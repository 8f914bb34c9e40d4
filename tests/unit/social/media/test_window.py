"""The sliding window of segments and parts."""

from datetime import UTC, datetime, timedelta

from etalase.social.media._model import window as windows
from etalase.social.media._model.cutter import TargetDurations
from etalase.social.media._model.window import Made, PlaylistRequest, Window

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PACE = TargetDurations(0.235, 2)


def fed(
    *durations: float, key_every: int = 5, window: Window | None = None, began: datetime = START
) -> Window:
    """Return a window after parts of these lengths; a segment has `key_every` of them."""
    window = window or Window()
    if window.era_began is None:
        window = windows.start_era(window, began)
    at = 0.0
    for index, duration in enumerate(durations):
        place = index % key_every
        made = Made(at, duration, independent=place == 0, closes=place == key_every - 1, pace=PACE)
        window = windows.add_part(window, made)
        at += duration
    return window


def test_a_part_that_closes_its_segment_is_followed_by_another_one() -> None:
    window = fed(*[0.2] * 11)
    assert [len(segment.parts) for segment in window.segments] == [5, 5, 1]
    assert [segment.closed for segment in window.segments] == [True, True, False]


def test_there_is_no_playlist_before_one_whole_segment() -> None:
    assert not fed(*[0.2] * 4).ready
    assert fed(*[0.2] * 5).ready


def test_what_is_promised_never_changes_once_it_is_told() -> None:
    window = fed(*[0.2] * 5)
    other = Made(1.0, 0.2, independent=True, closes=True, pace=TargetDurations(0.5, 6))
    assert windows.add_part(window, other).pace == window.pace == PACE


def test_a_new_era_closes_the_segment_and_an_empty_one_leaves_no_gap() -> None:
    window = fed(0.2)
    for _ in range(3):
        window = windows.start_era(window, START)
    window = fed(0.2, window=window)
    assert [segment.era for segment in window.segments] == [0, 1]
    assert window.segments[0].closed


def test_dates_of_a_new_era_never_go_back() -> None:
    window = windows.start_era(fed(*[0.2] * 5), START - timedelta(hours=1))
    window = fed(0.2, window=window)
    assert window.segments[1].started_at == START + timedelta(seconds=1)


def test_part_names_go_on_over_segments_and_eras() -> None:
    window = fed(*[0.2] * 6)
    window = fed(0.2, window=windows.start_era(window, START))
    names = [part.name for segment in window.segments for part in segment.parts]
    assert names == [f"part-{number}.m4s" for number in range(7)]
    assert window.next_part_name == "part-7.m4s"


def test_old_segments_are_listed_no_more_but_kept_for_a_while() -> None:
    window = fed(*[0.2] * 1_000, window=Window(6))
    assert 5 < sum(segment.duration_seconds for segment in windows.listed(window)) <= 6
    assert 10 < sum(segment.duration_seconds for segment in window.segments) <= 12


def test_a_wish_is_granted_when_the_part_is_there() -> None:
    window = fed(*[0.2] * 7)  # segment 0 closed with five parts, segment 1 open with two
    assert windows.contains(window, PlaylistRequest(0))
    assert windows.contains(window, PlaylistRequest(0, 9))  # what follows segment 0 is there
    assert windows.contains(window, PlaylistRequest(1, 1))
    assert not windows.contains(window, PlaylistRequest(1, 2))
    assert not windows.contains(window, PlaylistRequest(1))


def test_a_wish_far_ahead_is_told_apart() -> None:
    window = fed(*[0.2] * 7)
    assert not windows.is_far_ahead(window, PlaylistRequest(3))
    assert windows.is_far_ahead(window, PlaylistRequest(4))


def test_directives_that_make_no_sense_are_no_wish() -> None:
    for segment, part in [
        (None, "1"),
        ("-1", None),
        ("1.5", None),
        ("1", "x"),
        ("٣", None),
        ("9" * 20, None),
    ]:
        assert windows.read_playlist_request(segment, part) is None
    assert windows.read_playlist_request("7", "0") == PlaylistRequest(7, 0)


def test_only_a_parts_own_name_has_a_number() -> None:
    assert windows.part_number("part-12.m4s") == 12
    for name in ("part-012.m4s", "part-.m4s", "part--1.m4s", "segment-1.m4s", "part-1.m4s/..", "12"):
        assert windows.part_number(name) is None
