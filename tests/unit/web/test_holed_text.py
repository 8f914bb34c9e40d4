"""A text with holes: what is filled in stands where it should, compressed or not."""

import gzip
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from etalase.web._holed_text import HoledText, hole

NAMES = ("csrf_token", "key")
WORDS = st.text(max_size=300)


@given(st.lists(WORDS, min_size=1, max_size=5), st.lists(st.sampled_from(NAMES), max_size=4), WORDS, WORDS)
def test_a_filled_text_is_the_same_by_both_ways(
    parts: Sequence[str], names: Sequence[str], one: str, other: str
) -> None:
    marked = parts[0] + "".join(hole(name) + part for name, part in zip(names, parts[1:], strict=False))
    text = HoledText(marked)
    for fillings in ({NAMES[0]: one, NAMES[1]: other}, {NAMES[0]: other, NAMES[1]: one}):
        expected = marked
        for name, filling in fillings.items():
            expected = expected.replace(hole(name), filling)
        assert text.fill(fillings) == expected.encode()
        assert gzip.decompress(text.fill_zipped(fillings)) == expected.encode()


def test_no_length_says_how_a_secret_is_like_what_stands_around_it() -> None:
    text = HoledText(f"token=abcdef0123456789 {hole('csrf_token')} token=abcdef0123456789")
    secrets = ("abcdef0123456789", "q8Zr0pLm3XwT7vKe")
    assert len({len(text.fill_zipped({"csrf_token": secret})) for secret in secrets}) == 1
