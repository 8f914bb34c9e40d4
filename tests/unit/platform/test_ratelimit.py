"""How many tries, and how long to wait."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.kernel.clock import FixedClock
from etalase.platform.ratelimit import Limit, Spent, address_subject, network_of, spend_one

LIMIT = Limit("test", burst=3, every=timedelta(seconds=10))
START = FixedClock().now()
FRESH = Spent(START, START)


def test_a_burst_passes_then_one_for_each_interval() -> None:
    spent, waits = FRESH, []
    for second in (0, 0, 0, 0, 9, 10, 10):
        spent, wait = spend_one(LIMIT, spent, START + timedelta(seconds=second))
        waits.append(wait.total_seconds())
    assert waits == [0, 0, 0, 10, 1, 0, 10]


def test_after_a_rest_the_burst_is_whole_again_and_no_larger() -> None:
    spent, allowed = FRESH, 0
    for _ in range(10):
        spent, wait = spend_one(LIMIT, spent, START + timedelta(days=1))
        allowed += wait == timedelta()
    assert allowed == LIMIT.burst


@given(st.lists(st.floats(min_value=0, max_value=60), max_size=60))
def test_no_pattern_of_tries_beats_the_limit(pauses: list[float]) -> None:
    spent, now, allowed = FRESH, START, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        spent, wait = spend_one(LIMIT, spent, now)
        allowed += wait == timedelta()
    assert allowed <= LIMIT.burst + (now - START) / LIMIT.every


leaps = st.lists(st.integers(min_value=-86_400, max_value=86_400), max_size=60)


@given(leaps)
def test_no_leap_of_the_clock_makes_anybody_wait_longer_than_the_rule_says(seconds: list[int]) -> None:
    spent, now = FRESH, START
    for leap in seconds:
        now += timedelta(seconds=leap)
        spent, wait = spend_one(LIMIT, spent, now)
        assert wait <= LIMIT.every
        if wait:
            assert spend_one(LIMIT, spent, now + wait)[1] == timedelta()


@given(leaps)
def test_a_burst_passes_whatever_the_clock_does(seconds: list[int]) -> None:
    spent, now, waits = FRESH, START, []
    for leap in seconds[: LIMIT.burst]:
        now += timedelta(seconds=leap)
        spent, wait = spend_one(LIMIT, spent, now)
        waits.append(wait)
    assert not any(waits)


@given(st.integers(min_value=1, max_value=30), st.integers(min_value=0, max_value=60))
def test_a_clock_set_back_again_and_again_gives_no_more_tries(times: int, seconds: int) -> None:
    spent, now, allowed = FRESH, START, 0
    for _ in range(times):
        now -= timedelta(seconds=seconds)
        spent, wait = spend_one(LIMIT, spent, now)
        allowed += wait == timedelta()
    assert allowed <= LIMIT.burst


def test_an_ipv6_subscriber_is_one_subject() -> None:
    assert address_subject("2001:db8:1:2:aaaa::1") == address_subject("2001:db8:1:2:bbbb::9")
    assert address_subject("2001:db8:1:3::1") != address_subject("2001:db8:1:2::1")
    assert address_subject("203.0.113.7") == "203.0.113.7"
    assert address_subject("not an address") == "unknown"


@pytest.mark.parametrize(
    ("address", "public_url", "network"),
    [
        ("203.0.113.7", "https://shop.example", "203.0.113.7"),
        ("203.0.113.7", "http://127.0.0.1:8000", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "https://shop.example", "2001:db8:1::/48"),
        ("127.0.0.1", "https://shop.example", ""),
        ("::1", "http://192.168.1.5:8000", ""),
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1"),
        ("127.0.0.1", "http://localhost:8000", "127.0.0.1"),
        ("::ffff:127.0.0.1", "http://[::1]:8000", "127.0.0.1"),
        ("", "http://127.0.0.1:8000", ""),
    ],
)
def test_this_machine_is_a_network_where_people_reach_us_on_it_and_else_a_proxy(
    address: str, public_url: str, network: str
) -> None:
    assert network_of(address, public_url) == network
