"""The playlist against the rules of RFC 8216bis that players rely on."""

from datetime import timedelta

from etalase.social.media._model import window as windows
from etalase.social.media._model.playlist import render
from etalase.social.media._model.window import Shape, Window
from tests.make.playlists import read_playlist
from tests.unit.social.media.test_window import START, fed


def test_a_playlist_says_what_a_low_latency_player_needs() -> None:
    text = render(fed(*[0.2] * 12))
    assert text.splitlines()[:7] == [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.706",
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
    window = fed(*[0.2] * 7, window=windows.start_era(window))
    playlist = read_playlist(render(window))
    assert [segment.map for segment in playlist.segments] == ["init-0.mp4"] * 2 + ["init-1.mp4"] * 2
    assert [segment.discontinuity for segment in playlist.segments] == [False, False, True, False]


def test_discontinuities_that_were_let_go_are_counted() -> None:
    window = fed(*[0.2] * 7, window=Window(Shape(window_seconds=6)))
    window = fed(*[0.2] * 200, window=windows.start_era(window))
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
