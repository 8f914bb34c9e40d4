"""How many tries, and how long to wait."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from etalase.kernel.clock import FixedClock
from etalase.platform.ratelimit import Limit, address_subject, spend_one

LIMIT = Limit("test", burst=3, every=timedelta(seconds=10))
START = FixedClock().now()


def test_a_burst_passes_then_one_for_each_interval() -> None:
    clear_at, waits = START, []
    for second in (0, 0, 0, 0, 9, 10, 10):
        clear_at, wait = spend_one(LIMIT, clear_at, START + timedelta(seconds=second))
        waits.append(wait.total_seconds())
    assert waits == [0, 0, 0, 10, 1, 0, 10]


def test_after_a_rest_the_burst_is_whole_again_and_no_larger() -> None:
    clear_at, allowed = START, 0
    for _ in range(10):
        clear_at, wait = spend_one(LIMIT, clear_at, START + timedelta(days=1))
        allowed += wait == timedelta()
    assert allowed == LIMIT.burst


@given(st.lists(st.floats(min_value=0, max_value=60), max_size=60))
def test_no_pattern_of_tries_beats_the_limit(pauses: list[float]) -> None:
    clear_at, now, allowed = START, START, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        clear_at, wait = spend_one(LIMIT, clear_at, now)
        allowed += wait == timedelta()
    assert allowed <= LIMIT.burst + (now - START) / LIMIT.every


def test_an_ipv6_subscriber_is_one_subject() -> None:
    assert address_subject("2001:db8:1:2:aaaa::1") == address_subject("2001:db8:1:2:bbbb::9")
    assert address_subject("2001:db8:1:3::1") != address_subject("2001:db8:1:2::1")
    assert address_subject("203.0.113.7") == "203.0.113.7"
    assert address_subject("not an address") == "unknown"
