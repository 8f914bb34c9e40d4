"""The distance of key frames, as hosts are told."""

from etalase.social.media._model.keyframes import KeyFrames
from etalase.social.media._model.timeline import CLOCK


def message(gop_seconds: float, seconds: float, keys: KeyFrames | None = None) -> list[float]:
    """Return what is told of frames at ten a second."""
    keys = keys or KeyFrames()
    news = [
        keys.measure(number * CLOCK // 10, key=number % round(gop_seconds * 10) == 0)
        for number in range(round(seconds * 10))
    ]
    return [seconds for seconds in news if seconds is not None]


def test_an_even_distance_is_told_once() -> None:
    assert message(2.0, 20) == [2.0]


def test_rare_key_frames_are_told_before_the_second_one_comes() -> None:
    assert message(17.0, 10) == [4.1]
    assert message(17.0, 40) == [4.1, 17.0]


def test_nothing_is_told_before_the_first() -> None:
    keys = KeyFrames()
    assert keys.measure(0, key=False) is None
    assert keys.measure(10 * CLOCK, key=True) is None
