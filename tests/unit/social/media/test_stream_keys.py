"""Stream keys are derived, can be shown again, and cannot be guessed from what the database holds."""

from etalase.kernel.ids import new_id
from etalase.social.media._model import keys

SECRET = b"the house's secret"


def test_a_key_is_the_same_each_time_it_is_shown() -> None:
    show_id = new_id()
    assert keys.derive(SECRET, show_id, "abc") == keys.derive(SECRET, show_id, "abc")


def test_a_key_opens_its_own_show_only() -> None:
    mine, other, name = new_id(), new_id(), keys.new_name()
    key = keys.derive(SECRET, mine, name)
    assert keys.is_right(key, SECRET, mine, name)
    assert not keys.is_right(key, SECRET, other, name)
    assert not keys.is_right(key, b"another secret", mine, name)
    assert not keys.is_right(key[:-1], SECRET, mine, name)
    assert not keys.is_right("", SECRET, mine, name)


def test_the_name_is_found_in_any_key_that_is_typed() -> None:
    name = keys.new_name()
    assert keys.name_in(keys.derive(SECRET, new_id(), name)) == name
    assert keys.name_in("x") == "x"


def test_a_key_is_known_by_its_shape() -> None:
    key = keys.derive(SECRET, new_id(), keys.new_name())
    assert keys.is_key(key)
    for other in ("", key[:-1], key + "0", key.upper(), key + "\n", key.replace("-", "\x00"), "\ud800"):
        assert not keys.is_key(other)
