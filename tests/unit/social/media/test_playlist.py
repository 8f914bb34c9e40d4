"""The playlist against the rules of RFC 8216bis that players rely on."""

from datetime import timedelta

from etalase.social.media._model import window as windows
from etalase.social.media._model.playlist import render
from etalase.social.media._model.window import Window
from tests.make.playlists import PlaylistValidator, read_playlist
from tests.unit.social.media.test_window import START, fed


def test_a_playlist_says_what_a_low_latency_player_needs() -> None:
    text = render(fed(*[0.2] * 12))
    assert text.splitlines()[:7] == [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,PART-HOLD-BACK=0.705",
        "#EXT-X-PART-INF:PART-TARGET=0.235",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-DISCONTINUITY-SEQUENCE:0",
    ]
    assert text.splitlines()[-1] == '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-12.m4s"'


def test_the_open_segment_shows_its_parts_and_no_length() -> None:
    playlist = read_playlist(render(fed(*[0.2] * 12)))
    assert [segment.duration for segment in playlist.segments] == [1.0, 1.0, None]
    assert len(playlist.segments[-1].parts) == 2


def test_parts_are_listed_for_three_targets_only() -> None:
    playlist = read_playlist(render(fed(*[0.2] * 100)))
    with_parts = [segment for segment in playlist.segments if segment.parts]
    assert 6 <= sum(segment.length for segment in with_parts) < 7.5
    assert playlist.segments[0].parts == []


def test_a_new_era_has_a_discontinuity_and_another_map() -> None:
    window = fed(*[0.2] * 7)
    window = fed(*[0.2] * 7, window=windows.start_era(window, START))
    playlist = read_playlist(render(window))
    assert [segment.map for segment in playlist.segments] == ["init-0.mp4"] * 2 + ["init-1.mp4"] * 2
    assert [segment.discontinuity for segment in playlist.segments] == [False, False, True, False]


def test_discontinuities_that_were_let_go_are_counted() -> None:
    window = fed(*[0.2] * 7, window=Window(6))
    window = fed(*[0.2] * 200, window=windows.start_era(window, START))
    playlist = read_playlist(render(window))
    assert playlist.discontinuity_sequence == 1
    assert not any(segment.discontinuity for segment in playlist.segments)


def test_an_ended_stream_says_so_and_hints_at_nothing() -> None:
    text = render(windows.end(fed(*[0.2] * 7)))
    assert text.endswith("#EXT-X-ENDLIST\n")
    assert "PRELOAD-HINT" not in text


def test_each_segment_tells_when_it_was_on_air() -> None:
    playlist = read_playlist(render(fed(*[0.2] * 12)))
    assert [segment.moment for segment in playlist.segments] == [
        START,
        START + timedelta(seconds=1),
        START + timedelta(seconds=2),
    ]


def test_a_delta_update_counts_what_lies_before_the_skip_boundary() -> None:
    window = fed(*[0.2] * 100)
    update = read_playlist(render(window, skips=True))
    assert (update.skipped, len(update.segments)) == (8, 12)
    assert "#EXT-X-MAP" not in render(window, skips=True)
    PlaylistValidator().take(render(window), render(window, skips=True))


def test_a_delta_update_keeps_a_break_behind_the_boundary_and_counts_one_before_it() -> None:
    early = fed(*[0.2] * 100, window=windows.start_era(fed(*[0.2] * 5), START))
    late = fed(*[0.2] * 5, window=windows.start_era(fed(*[0.2] * 100), START))
    for window, breaks in ((early, 0), (late, 1)):
        text = render(window, skips=True)
        assert "#EXT-X-SKIP" in text
        assert text.count("#EXT-X-DISCONTINUITY\n") == text.count("#EXT-X-MAP") == breaks
        PlaylistValidator().take(render(window), text)


def test_a_short_playlist_and_an_ended_one_have_nothing_to_skip() -> None:
    short, ended = fed(*[0.2] * 12), windows.end(fed(*[0.2] * 100))
    for window in (short, ended):
        assert render(window, skips=True) == render(window)
