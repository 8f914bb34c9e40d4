"""What a list tells of a show."""

from dataclasses import replace
from datetime import timedelta

from etalase.social.rooms import ShowState
from tests.make import rooms as make_rooms


def test_a_show_that_ended_before_it_should_have_begun_is_told_by_its_end() -> None:
    show = make_rooms.show(state=ShowState.ENDED)
    early = replace(show, starts_at=show.starts_at + timedelta(hours=3))
    assert early.ended_at is not None
    assert early.listed_at == early.ended_at < early.starts_at


def test_a_show_to_come_is_told_by_its_start() -> None:
    show = make_rooms.show(state=ShowState.PLANNED)
    assert show.listed_at == show.starts_at
