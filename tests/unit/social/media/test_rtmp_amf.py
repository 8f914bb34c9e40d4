"""What commands say is read, whatever types an encoder uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.social.media._adapters.rtmp.amf import read_values, write_values
from tests.make.rtmp import NULL, OBJECT_END, UNDEFINED, UNSUPPORTED, an_object, name, number, text

TAIL = text("after it")
LONG = "x" * 70_000


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (number(1.5), 1.5),
        (b"\x01\x01", True),
        (b"\x01\x00", False),
        (text("é"), "é"),
        (b"\x02\x00\x02\xff\xfe", "\ufffd\ufffd"),
        (NULL, None),
        (UNDEFINED, None),
        (UNSUPPORTED, None),
        (b"\x07\x00\x01", None),
        (an_object(app=text("live"), deep=an_object(n=number(2))), {"app": "live", "deep": {"n": 2.0}}),
        (b"\x08\x00\x00\x00\x63" + name("a") + number(1) + OBJECT_END, {"a": 1.0}),
        (b"\x0a\x00\x00\x00\x02" + text("av01") + text("hvc1"), ["av01", "hvc1"]),
        (b"\x0a\x00\x00\x00\x00", []),
        (b"\x0b" + number(1e12)[1:] + b"\x00\x00", 1e12),
        (b"\x0c" + len(LONG).to_bytes(4, "big") + LONG.encode(), LONG),
        (b"\x0f\x00\x00\x00\x04<a/>", "<a/>"),
        (b"\x10" + name("a.Class") + name("a") + number(1) + OBJECT_END, {"a": 1.0}),
        (b"\x11\x04\x81\x00", 128.0),
        (b"\x11\x04\xff\xff\xff\xff", -1.0),
        (b"\x11\x05" + number(2.5)[1:], 2.5),
        (b"\x11\x06\x09live", "live"),
        (b"\x11\x01", None),
        (b"\x11\x03", True),
        (b"\x11\x08\x01" + number(5)[1:], 5.0),
        (b"\x11\x09\x05\x01\x06\x09av01\x06\x00", ["av01", "av01"]),
        (b"\x11\x09\x01\x03a\x03\x01", {"a": True}),
        (b"\x11\x0a\x0b\x01\x03a\x06\x03b\x01", {"a": "b"}),
        (b"\x11\x0a\x13\x01\x03a\x03", {"a": True}),
        (b"\x11\x0c\x05ab", b"ab"),
        (b"\x11\x0d\x05\x00" + bytes(8), None),
        (b"\x11\x0f\x03\x00" + bytes(8), None),
        (b"\x11\x10\x03\x00\x01\x03", None),
        (b"\x11\x11\x03\x00\x06\x03k\x03", None),
    ],
)
def test_each_type_is_read_and_what_follows_it_too(content: bytes, value: object) -> None:
    assert read_values(content + TAIL) == [value, "after it"]


@pytest.mark.parametrize(
    "content",
    [
        b"\x04",  # a movie clip, which nobody sends
        b"\x0e",
        b"\x77",
        b"\x02\xff\xffshort",
        b"\x0a\xff\xff\xff\xff",
        b"\x0c\xff\xff\xff\xffx",
        b"\x03\x00\x01a",
        b"\x0a\x00\x00\x00\x01" * 5_000,
        b"\x03\x00\x01a" * 5_000,
        b"\x11\x0a\x07\x01",  # it writes itself, in its own way
        b"\x11\x09\x81\xff\xff\xff",
        b"\x11\x06\x10",
        b"\x0a\x00\x00\xff\xff" + b"\x11\x01" * 30_000,
    ],
)
def test_what_cannot_be_read_ends_the_values_and_nothing_else(content: bytes) -> None:
    assert read_values(TAIL + content) == ["after it"]


@given(st.binary(max_size=400))
def test_no_bytes_raise(content: bytes) -> None:
    read_values(content)
    read_values(b"\x11" + content)


simple = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20)
values = st.recursive(
    simple,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner),
    max_leaves=10,
)


@given(st.lists(values, max_size=4))
def test_what_we_write_is_read_again(sent: list[object]) -> None:
    assert read_values(write_values(*sent)) == sent
