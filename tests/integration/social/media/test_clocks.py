"""Broadcasts whose clocks do as they will: each edition of the playlist and each part is checked."""

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import av
import pytest

from etalase.social.media._adapters.remuxer import KeyFramesSpaced, PosterDrawn, SoundUnreadable
from etalase.social.media._adapters.replay import join_takes
from etalase.social.media._adapters.sources import ContainerSource
from etalase.social.media._model.matrix import turn_of
from tests.make.broadcasts import (
    AAC_SECONDS,
    Aired,
    Reel,
    Sent,
    broadcast,
    check_media,
    decode,
    leap,
    loudest,
    loudness,
    reclock,
    without,
)
from tests.make.containers import VIDEO_TAG, change_configuration, contain, edit_flv, is_configuration

MAX_PAUSE = 3.0
"""Seconds within which a show goes on."""


def play(content: bytes, container: str) -> ContainerSource:
    """Return a source that has been given all of a recording."""
    source = ContainerSource(container, limit_bytes=1 << 30)  # type: ignore[arg-type]
    source.write(content)
    source.close()
    return source


def count_pictures(sent: list[Sent]) -> int:
    """Return how many pictures were sent."""
    return sum(packet.kind == "video" for packet in sent)


@pytest.mark.parametrize("fps", [1, 3, 5, 8, 12, 15, 24, 25, 29.97, 30, 50, 60])
@pytest.mark.parametrize("sound", [True, False])
def test_every_rate_makes_a_playlist_that_keeps_its_promises(
    tmp_path: Path, fps: float, *, sound: bool
) -> None:
    sent = broadcast(seconds=8, fps=fps, gop=max(1, round(2 * fps)), sound=sound)
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    assert aired.seconds == pytest.approx(8, abs=0.1)
    assert decode(aired.takes)[0] == count_pictures(sent)
    assert loudest(aired.takes) > 0.1 if sound else loudest(aired.takes) == 0


@pytest.mark.parametrize("gop_seconds", [0.2, 0.5, 1.0, 2.0, 3.3, 8.3, 17.0])
def test_every_distance_of_key_frames_is_cut_and_measured(tmp_path: Path, gop_seconds: float) -> None:
    sent = broadcast(seconds=40, fps=15, gop=round(15 * gop_seconds))
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    message = [
        report.seconds for report in aired.message(KeyFramesSpaced) if isinstance(report, KeyFramesSpaced)
    ]
    assert message[-1] == pytest.approx(gop_seconds, abs=0.1)
    key_frames = sum(packet.key for packet in sent if packet.kind == "video")
    starts = sum(report.fragment.independent for era in aired.eras for _, report in era)
    assert starts == key_frames if gop_seconds >= 1 else starts >= 30


def jitter(packet: Sent) -> float:
    """Return a clock that wavers by 18 ms, as a browser's recorder has it."""
    return max(0.0, packet.says + (round(packet.made * 7_919) % 37 - 18) / 1_000) if packet.made else 0.0


def stuttering(packet: Sent) -> float:
    """Return a clock that shows two frames at one time, then waits."""
    return round(packet.made * 8) / 8 if packet.kind == "video" else packet.says


@pytest.mark.parametrize("clock", [jitter, stuttering])
@pytest.mark.parametrize("fps", [10, 25, 30])
def test_a_clock_that_wavers_breaks_nothing(tmp_path: Path, fps: int, clock: Callable[[Sent], float]) -> None:
    sent = reclock(broadcast(seconds=10, fps=fps, gop=round(fps * 1.6)), clock)
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    assert len(aired.eras) == 1
    assert aired.seconds == pytest.approx(10, abs=0.2)
    assert decode(aired.takes)[0] == count_pictures(sent)


LEAPS = [-90_000.0, -5.0, -1.0, -0.3, 0.2, 0.5, 1.9, 2.1, 5.0, 3_600.0]


@pytest.mark.parametrize("by", LEAPS)
@pytest.mark.parametrize("kinds", [("video",), ("audio",), ("video", "audio")], ids="+".join)
@pytest.mark.parametrize("gop_seconds", [1, 8])
def test_a_leap_of_a_clock_stops_no_show_and_shortens_no_replay(
    tmp_path: Path, by: float, kinds: tuple[str, ...], gop_seconds: int
) -> None:
    sent = leap(broadcast(seconds=20, fps=20, gop=20 * gop_seconds), 7.3, 60.0 + by, *kinds)
    sent = leap(sent, 0.0, 100_000.0, "video", "audio")
    sent = leap(sent, 7.3, -60.0, *kinds)
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    assert aired.longest_pause < MAX_PAUSE
    assert aired.seconds == pytest.approx(20, abs=0.5)
    assert decode(aired.takes)[0] == count_pictures(sent)
    is_new_clock = "video" in kinds and not -0.5 <= by <= 0.3
    assert len(aired.eras) == 1 + is_new_clock
    joined = join_takes(aired.takes, tmp_path, 1)
    assert joined is not None
    assert sum(joined.seconds) == pytest.approx(aired.seconds, abs=0.3)
    assert decode([joined.path])[0] == count_pictures(sent)


@pytest.mark.parametrize("catches_up", [False, True], ids=["goes on", "catches up"])
@pytest.mark.parametrize("kinds", [("video",), ("audio",), ("video", "audio")], ids="+".join)
@pytest.mark.parametrize("gop_seconds", [1, 8])
def test_a_clock_that_stands_still_stops_no_show_and_shortens_no_replay(
    tmp_path: Path, kinds: tuple[str, ...], gop_seconds: int, *, catches_up: bool
) -> None:
    def says(packet: Sent) -> float:
        if packet.kind not in kinds or packet.made < 7.3:
            return packet.made
        return 7.3 if packet.made < 12.3 else packet.made - (0 if catches_up else 5)

    sent = reclock(broadcast(seconds=20, fps=20, gop=20 * gop_seconds), says)
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    assert aired.longest_pause < MAX_PAUSE
    assert aired.seconds == pytest.approx(20, abs=0.5)
    assert decode(aired.takes)[0] == count_pictures(sent)
    assert loud_seconds(aired) == pytest.approx(20, abs=1.2), "what was said meanwhile is heard"
    joined = join_takes(aired.takes, tmp_path, 1)
    assert joined is not None
    assert sum(joined.seconds) == pytest.approx(20, abs=0.5)
    assert decode([joined.path])[0] == count_pictures(sent)


def test_a_clock_that_leaps_again_and_again_stops_no_show(tmp_path: Path) -> None:
    sent = broadcast(seconds=30, fps=20, gop=40)
    for number, by in enumerate((500.0, -900.0, 3.0, -3.0, 40_000.0, -7.0)):
        sent = leap(sent, 4.0 + 3.7 * number, by, "video", *(["audio"] if number % 2 else []))
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    assert aired.longest_pause < MAX_PAUSE
    assert aired.seconds == pytest.approx(30, abs=1.5)
    assert decode(aired.takes)[0] == count_pictures(sent)


@pytest.mark.parametrize("kinds", [("video",), ("audio",), ("video", "audio")], ids="+".join)
@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.7, 1.5, 4.0])
def test_a_hole_is_bridged(tmp_path: Path, kinds: tuple[str, ...], seconds: float) -> None:
    sent = broadcast(seconds=14, fps=25, gop=25)
    for kind in kinds:
        sent = without(sent, kind, 5.05, 5.05 + seconds)
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    is_break = len(kinds) == 2 and seconds > 2  # nothing came at all: the show goes on where it does
    assert aired.seconds == pytest.approx(14 - seconds * is_break, abs=0.2)
    assert decode(aired.takes)[0] == count_pictures(sent)
    assert aired.longest_pause < seconds + 0.5


def test_a_picture_that_is_gone_for_long_comes_back_with_its_next_key_frame(tmp_path: Path) -> None:
    sent = without(broadcast(seconds=40, fps=15, gop=30), "video", 5.0, 31.5)
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    assert len(aired.eras) == 2
    assert aired.longest_pause < 31.5 - 5.0
    assert aired.seconds == pytest.approx(5 + 10 + 8, abs=0.7)


@pytest.mark.parametrize(("start", "end"), [(0.0, 4.0), (2.0, 99.0), (3.0, 6.0), (0.0, 0.5)])
def test_sound_that_comes_late_or_goes_is_heard_while_it_is_there(
    tmp_path: Path, start: float, end: float
) -> None:
    sent = without(broadcast(seconds=12), "audio", start, end)
    aired = Aired(tmp_path).air(Reel(sent))
    check_media(aired)
    assert aired.longest_pause < 1.0
    heard = loud_seconds(aired)
    assert heard == pytest.approx(12 - (min(end, 12) - start), abs=0.4)


def loud_seconds(aired: Aired) -> float:
    """Return how long anything can be heard."""
    loud = 0
    for take in aired.takes:
        with av.open(take) as container:
            loud += sum(loudness(frame) > 0.1 for frame in container.decode(audio=0))
    return loud * AAC_SECONDS


@pytest.mark.parametrize("fragment_seconds", [0.5, 1.0, 2.0])
def test_picture_and_then_its_sound_play_without_a_stop(tmp_path: Path, fragment_seconds: float) -> None:
    """As Safari's recorder has it: a fragment's picture, then its sound, and the next fragment."""
    sent = broadcast(seconds=16, fps=30, gop=30)
    grouped = groupby(sent, key=lambda packet: int(packet.made / fragment_seconds))
    safari = [
        packet for _, group in grouped for packet in sorted(group, key=lambda packet: packet.kind == "audio")
    ]
    aired = Aired(tmp_path).air(Reel(safari))
    check_media(aired)
    assert aired.seconds == pytest.approx(16, abs=0.1)
    assert loud_seconds(aired) == pytest.approx(16, abs=0.3)


def test_one_session_carries_broadcasters_of_all_kinds(tmp_path: Path) -> None:
    aired = Aired(tmp_path)
    for fps, size, sound in (
        (30, (64, 48), True),
        (3, (64, 48), False),
        (12, (48, 64), True),
        (60, (64, 48), True),
    ):
        aired.clock.advance(seconds=3)
        aired.air(Reel(broadcast(seconds=7, fps=fps, gop=2 * fps, size=size, sound=sound)))
    check_media(aired)
    assert len(aired.eras) == 4
    assert aired.seconds == pytest.approx(28, abs=0.3)


def test_sound_without_its_configuration_leaves_the_picture_and_is_told(tmp_path: Path) -> None:
    aired = Aired(tmp_path).air(Reel(broadcast(seconds=8), is_configured=False))
    check_media(aired)
    assert aired.message(SoundUnreadable)
    assert decode(aired.takes)[0] == 240
    assert loudest(aired.takes) == 0


def test_an_flv_without_the_configuration_of_its_sound_shows_its_picture(tmp_path: Path) -> None:
    flv = edit_flv(
        contain(broadcast(seconds=8), "flv"), lambda kind, _, body: not is_configuration(kind, body)
    )
    aired = Aired(tmp_path).air(play(flv, "flv"))
    check_media(aired)
    assert aired.message(SoundUnreadable)
    assert decode(aired.takes)[0] == 240


def test_sound_that_changes_its_configuration_is_heard_on(tmp_path: Path) -> None:
    flv = contain(broadcast(seconds=10), "flv")
    changed = change_configuration(flv, at_milliseconds=4_000, config=bytes.fromhex("1210"))  # 44.1 kHz
    aired = Aired(tmp_path).air(play(changed, "flv"))
    check_media(aired)
    assert len(aired.eras) == 2
    assert decode(aired.takes)[0] == 300
    assert loud_seconds(aired) > 8


@pytest.mark.parametrize("late_seconds", [0.5, 3.0, 6.0])
@pytest.mark.parametrize("says_sound", [True, False])
def test_an_flv_whose_sound_begins_late_is_heard(
    tmp_path: Path, late_seconds: float, *, says_sound: bool
) -> None:
    flv = contain(broadcast(seconds=12), "flv")
    configuration: list[bytes] = []

    def keep(kind: int, moment: int, body: bytes) -> bool:
        if is_configuration(kind, body):
            configuration.append(body)
            return True
        return kind == VIDEO_TAG or moment >= late_seconds * 1_000

    late = edit_flv(flv, keep, says_sound=says_sound)
    assert configuration
    aired = Aired(tmp_path).air(play(late, "flv"))
    check_media(aired)
    assert loud_seconds(aired) == pytest.approx(12 - late_seconds, abs=0.6)
    assert decode(aired.takes)[0] == 360


@pytest.mark.parametrize(
    ("degrees", "turned"), [(90, (0, 1, -1, 0)), (180, (-1, 0, 0, -1)), (270, (0, -1, 1, 0))]
)
def test_a_phones_turn_is_kept_in_stream_still_and_replay(
    tmp_path: Path, degrees: int, turned: tuple[int, int, int, int]
) -> None:
    options = {"movflags": "empty_moov+default_base_moof+frag_keyframe"}
    mp4 = contain(broadcast(seconds=4), "mp4", turned=degrees, options=options)
    aired = Aired(tmp_path).air(play(mp4, "mp4"))
    check_media(aired)
    (video,) = (track for track in aired.inits[0].values() if track.kind == "video")
    assert turn_of(b"".join(number.to_bytes(4, "big", signed=True) for number in video.matrix)) == turned
    aired.air(Reel(broadcast(seconds=3, size=(32, 96))))  # another shape: the replay is transcoded
    for joined in (join_takes(aired.takes[:1], tmp_path, 1), join_takes(aired.takes, tmp_path, 2)):
        assert joined is not None
        assert joined.poster is not None
        wide, high = seen_size(joined.path)
        assert (high > wide) == (degrees != 180)
    stills = [report for report in aired.message(PosterDrawn) if isinstance(report, PosterDrawn)]
    with av.open(_file(tmp_path / "still.jpg", stills[0].jpeg)) as still:
        frame = next(still.decode(video=0))
        assert (frame.height > frame.width) == (degrees != 180)


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def seen_size(path: Path) -> tuple[int, int]:
    """Return the size of the first picture as players show it."""
    with av.open(path) as video:
        frame = next(video.decode(video=0))
        return (frame.height, frame.width) if abs(frame.rotation) == 90 else (frame.width, frame.height)
