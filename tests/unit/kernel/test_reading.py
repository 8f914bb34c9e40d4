"""What comes from outside is read, or is unreadable; nothing else happens."""

import msgspec
import pytest

from etalase.kernel.reading import JsonReader, Unreadable, read_json, read_number


class Request(msgspec.Struct):
    name: str
    count: int = 0


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"null",
        b'{"name": 1}',
        b'{"name": "\xff"}',
        b'{"name": "x", "count": ' + b"9" * 5_000 + b"}",
        b'{"name": "x", "more": ' + b"[" * 1_200 + b"]" * 1_200 + b"}",
        b'{"name":' * 100_000,
        b"[" * 1_000_000,
        "\ud800",
    ],
)
def test_what_can_not_be_read_is_unreadable(text: bytes | str) -> None:
    for kind in (Request, list[int]):
        with pytest.raises(Unreadable) as refused:
            read_json(text, kind)
        assert len(refused.value.why) <= 200
        assert refused.value.__suppress_context__


def test_any_value_may_not_be_nested_without_end() -> None:
    with pytest.raises(Unreadable):
        read_json(b'{"a":' * 1_200 + b"1" + b"}" * 1_200, dict[str, object])


def test_what_can_be_read_is_read() -> None:
    assert JsonReader[Request](Request).read(b'{"name": "x", "other": [[[]]]}') == Request("x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        " 1",
        "1_0",
        "1.0",
        "\N{ARABIC-INDIC DIGIT THREE}",
        "\N{SUPERSCRIPT TWO}",
        "9" * 16,
        "9" * 5_000,
    ],
)
def test_a_number_is_plain_digits_and_bounded(text: str) -> None:
    assert read_number(text) is None


def test_a_number_is_read() -> None:
    assert (read_number("0"), read_number("007"), read_number("9" * 15)) == (0, 7, 10**15 - 1)
    assert read_number("1000", max_digits=3) is None
