"""One clock of many."""

import pytest

from etalase.social.media._model.timeline import CLOCK, Kind, Timeline

FRAME = CLOCK // 30


def play(
    timeline: Timeline, kinds: tuple[Kind, ...], start: float, seconds: float, *, at: float | None = None
) -> dict[Kind, int]:
    """Have pictures and sound come for a while, from `at`, on a clock that shows `start` by then.

    Return the last moments.
    """
    last: dict[Kind, int] = {}
    arrives = round((start if at is None else at) * CLOCK)
    for number in range(int(seconds * 30)):
        for kind in kinds:
            ticks = round(start * CLOCK) + number * FRAME
            last[kind] = timeline.place(kind, ticks, arrives + number * FRAME)[0]
    return last


@pytest.mark.parametrize("by", [-4_000.0, -20.0, -0.8, 0.5, 1.9, 2.5, 20.0, 4_000.0])
@pytest.mark.parametrize("kinds", [("video", "audio"), ("audio", "video")])
def test_a_leap_of_both_keeps_picture_and_sound_together(by: float, kinds: tuple[Kind, ...]) -> None:
    timeline = Timeline()
    before = play(timeline, kinds, 0.0, 2.0)
    after = play(timeline, kinds, 2.0 + by, 2.0, at=2.0)
    assert after["video"] - before["video"] == pytest.approx(2 * CLOCK, abs=2 * FRAME)
    assert abs(after["video"] - after["audio"]) <= FRAME


@pytest.mark.parametrize("by", [-4_000.0, -20.0, -0.8, 0.5, 1.9, 2.5, 20.0, 4_000.0])
@pytest.mark.parametrize("leaping", ["video", "audio"])
def test_a_leap_of_one_is_taken_out_of_it(by: float, leaping: Kind) -> None:
    timeline = Timeline()
    before = play(timeline, ("video", "audio"), 0.0, 2.0)
    last: dict[Kind, int] = {}
    for number in range(60):
        for kind in ("video", "audio"):
            clock = 2.0 + (by if kind == leaping else 0.0)
            arrives = 2 * CLOCK + number * FRAME
            last[kind] = timeline.place(kind, round(clock * CLOCK) + number * FRAME, arrives)[0]
    assert last[leaping] - before[leaping] == pytest.approx(2 * CLOCK, abs=2 * FRAME)
    assert abs(last["video"] - last["audio"]) <= 2 * FRAME


@pytest.mark.parametrize("missing", ["video", "audio"])
def test_a_hole_in_one_stays_while_the_other_goes_on(missing: Kind) -> None:
    timeline = Timeline()
    other: Kind = "audio" if missing == "video" else "video"
    before = play(timeline, ("video", "audio"), 0.0, 2.0)
    play(timeline, (other,), 2.0, 5.0)
    after = play(timeline, ("video", "audio"), 7.0, 0.1)
    assert after[missing] - before[missing] == pytest.approx(5.1 * CLOCK, abs=2 * FRAME)


def test_a_leap_is_told_once() -> None:
    timeline = Timeline()
    message = [
        timeline.place("video", ticks, number * FRAME)[1]
        for number, ticks in enumerate((0, FRAME, 90 * CLOCK, 90 * CLOCK + FRAME, FRAME, 0))
    ]
    assert message == [False, False, True, False, True, False]


def test_pictures_of_one_moment_follow_each_other() -> None:
    timeline = Timeline()
    moments = [
        timeline.place("video", ticks, number * FRAME)[0]
        for number, ticks in enumerate((0, FRAME, FRAME, FRAME - 10, 3 * FRAME))
    ]
    assert moments == sorted(set(moments))
    assert moments[-1] == 3 * FRAME


@pytest.mark.parametrize(("clock", "expected"), [(10.0, 10.0), (0.0, 10.0), (4_000.0, 10.0)])
def test_sound_that_begins_late_begins_where_the_picture_is(clock: float, expected: float) -> None:
    timeline = Timeline()
    play(timeline, ("video",), 0.0, 10.0)
    moment, has_leapt = timeline.place("audio", round(clock * CLOCK), 10 * CLOCK)
    assert moment == pytest.approx(expected * CLOCK, abs=2 * FRAME)
    assert not has_leapt


@pytest.mark.parametrize("seconds", [1.0, 5.0, 60.0])
@pytest.mark.parametrize("catches_up", [True, False])
@pytest.mark.parametrize("kinds", [("video",), ("audio",), ("video", "audio")], ids="+".join)
def test_a_clock_that_stands_still_is_replaced_by_that_of_arrival(
    kinds: tuple[Kind, ...], seconds: float, *, catches_up: bool
) -> None:
    timeline = Timeline()
    play(timeline, ("video", "audio"), 0.0, 2.0)
    last: dict[Kind, int] = {}
    for number in range(int((seconds + 2.0) * 30)):
        shown = max(0, number - int(seconds * 30)) + (catches_up and number > seconds * 30) * seconds * 30
        for kind in ("video", "audio"):
            ticks = 2 * CLOCK + round(shown if kind in kinds else number) * FRAME
            last[kind] = timeline.place(kind, ticks, 2 * CLOCK + number * FRAME)[0]
    assert last["video"] == pytest.approx((seconds + 4.0) * CLOCK, abs=3 * FRAME)
    assert abs(last["video"] - last["audio"]) <= 2 * FRAME


def test_a_network_that_holds_everything_back_for_seconds_moves_no_clock() -> None:
    timeline = Timeline()
    play(timeline, ("video", "audio"), 0.0, 2.0)
    for number in range(60):  # two seconds of it come at once, after two seconds of nothing
        for kind in ("video", "audio"):
            moment, has_leapt = timeline.place(kind, 2 * CLOCK + number * FRAME, 4 * CLOCK)
            assert moment == 2 * CLOCK + number * FRAME
            assert not has_leapt


def test_a_hole_that_took_its_time_is_no_leap() -> None:
    timeline = Timeline()
    play(timeline, ("video", "audio"), 0.0, 2.0)
    after = play(timeline, ("video", "audio"), 3.9, 1.0)
    assert after["video"] == pytest.approx(4.9 * CLOCK, abs=2 * FRAME)


@pytest.mark.parametrize("kinds", [("video",), ("video", "audio"), ("audio", "video")], ids="+".join)
def test_a_camera_that_begins_haltingly_has_not_leapt(kinds: tuple[Kind, ...]) -> None:
    """The first second comes in one piece; its first picture was taken long before the second one."""
    timeline = Timeline()
    for number in range(30):
        for kind in kinds:
            if kind == "video" and 0 < number < 20:
                continue
            moment, has_leapt = timeline.place(kind, number * FRAME, CLOCK)
            assert (moment, has_leapt) == (number * FRAME, False)


def test_pictures_dropped_before_a_slow_network_leave_a_hole_and_no_leap() -> None:
    """All is two seconds late from the start; then a second of pictures is dropped, and all comes at once."""
    timeline = Timeline()
    play(timeline, ("audio", "video"), 0.0, 10.0, at=2.0)
    for number in range(300, 420):
        for kind in ("audio", "video"):
            if kind == "video" and number < 330:
                continue
            moment, has_leapt = timeline.place(kind, number * FRAME, 12 * CLOCK)
            assert (moment, has_leapt) == (number * FRAME, False)
