"""Passwords are hashed at the cost that is meant, and at no other for long."""

from etalase.platform.passwords import OWASP, Cost, Passwords

PASSWORD = "hujan sore di teras"


def test_a_hash_costs_what_owasp_asks_unless_somebody_says_otherwise() -> None:
    assert Passwords().cost == OWASP == Cost(passes=2, memory_kib=19_456)


async def test_a_hash_tells_at_which_cost_it_was_made() -> None:
    assert "$m=19456,t=2,p=1$" in await Passwords().hash(PASSWORD)
    assert "$m=8,t=1,p=1$" in await Passwords(Cost(passes=1, memory_kib=8)).hash(PASSWORD)


async def test_what_was_hashed_at_another_cost_is_right_still_and_hashed_anew() -> None:
    cheap = Passwords(Cost(passes=1, memory_kib=8))
    old = await cheap.hash(PASSWORD)
    is_right, newer = await Passwords().verify(PASSWORD, old)
    assert is_right
    assert newer is not None
    assert "$m=19456,t=2,p=1$" in newer
    assert await Passwords().verify(PASSWORD, newer) == (True, None)
    assert await Passwords().verify("something else", old) == (False, None)


async def test_a_new_cost_holds_for_the_hashes_after_it() -> None:
    one = Passwords()
    one.set_cost(Cost(passes=1, memory_kib=8))
    assert "$m=8,t=1,p=1$" in await one.hash(PASSWORD)
    assert await one.verify("whatever", None) == (False, None)
