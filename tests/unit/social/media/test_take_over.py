"""An encoder that comes back is let in at once; two that both send don't push each other out for ever."""

from etalase.social.media._model.take_over import CALM_SECONDS, QUIET_SECONDS, TakeOvers


def come(contest: TakeOvers, now: float, heard_at: float) -> bool:
    """Return whether somebody is let in, and have it remembered."""
    is_allowed = contest.allows(now, heard_at)
    contest.note(now, heard_at)
    return is_allowed


def test_one_may_take_over_from_another_and_then_nobody_until_it_is_calm() -> None:
    contest = TakeOvers()
    assert come(contest, 100, heard_at=100)
    assert not come(contest, 101, heard_at=101)
    assert not come(contest, 100 + CALM_SECONDS, heard_at=100 + CALM_SECONDS)
    assert come(contest, 101 + 2 * CALM_SECONDS, heard_at=101 + 2 * CALM_SECONDS)


def test_an_encoder_that_keeps_trying_never_wins() -> None:
    contest = TakeOvers()
    come(contest, 0, heard_at=0)
    assert not any(come(contest, moment, heard_at=moment) for moment in range(1, 3_600, 30))


def test_the_place_of_one_who_is_silent_is_free_however_often_they_come_back() -> None:
    contest = TakeOvers()
    assert all(come(contest, moment, heard_at=moment - QUIET_SECONDS) for moment in range(100))
    assert not contest.is_contested(100)
