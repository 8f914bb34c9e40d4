"""A track of sound without a gap, and how long pictures wait for it."""

from etalase.social.media._model.sound import Patience, SoundGrid
from etalase.social.media._model.timeline import CLOCK

FRAME = 1_024 * CLOCK // 48_000


def new_grid(frames: int = 0) -> SoundGrid:
    """Return a grid of 48 kHz in which that many frames have come in good time."""
    grid = SoundGrid(48_000, 1_024)
    for number in range(frames):
        assert grid.place(number * FRAME) == 0
    return grid


def test_a_clock_that_wavers_moves_no_sound() -> None:
    grid = new_grid(10)
    for number in range(10, 60):
        assert grid.place(number * FRAME + (-1) ** number * CLOCK // 20) == 0


def test_missing_sound_becomes_silence_of_the_same_length() -> None:
    grid = new_grid(10)
    assert grid.place(60 * FRAME) == 50
    assert grid.next_frame == 61


def test_late_sound_falls_out_and_sets_a_new_beat_when_it_stays_late() -> None:
    grid = new_grid(10)
    assert grid.fill(100 * FRAME) == 90
    placed = [grid.place((10 + number) * FRAME) for number in range(60)]
    assert placed[:40] == [None] * 40
    assert placed[-1] == 0


def test_silence_is_filled_up_to_the_moment_and_no_further() -> None:
    grid = new_grid()
    assert grid.fill(FRAME * 3 + 1) == 4
    assert grid.fill(FRAME * 3 + 1) == 0


def test_patience_is_as_long_as_the_sound_is_late() -> None:
    prompt, safari = Patience(), Patience()
    assert not safari.is_over(1.9)
    for _ in range(50):
        prompt.hear(0.05)
        safari.hear(1.0)
    assert prompt.is_over(0.5)
    assert not safari.is_over(1.5)
    assert safari.is_over(2.0)


def test_whoever_waited_in_vain_does_not_wait_again_until_sound_comes() -> None:
    patience = Patience()
    assert patience.is_over(2.1)
    assert patience.is_over(0.0)
    patience.hear(0.0)
    assert not patience.is_over(0.0)
