"""RTMP messages come out of the chunk stream as they went in, however it is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.social.media._adapters.rtmp.chunks import (
    BROADCASTER_BYTES,
    STRANGER_BYTES,
    ChunkReader,
    ChunkStreamBroken,
    RtmpMessage,
    write_message,
)
from etalase.social.media._adapters.rtmp.flv import Tag, split_aggregate
from tests.make.rtmp import basic, written

CHUNK = 128


def read(content: bytes, max_unfinished_bytes: int = STRANGER_BYTES, *, piece: int = 0) -> list[RtmpMessage]:
    """Return the messages of these bytes, which come in pieces of a size, or at once."""
    reader = ChunkReader()
    reader.max_unfinished_bytes = max_unfinished_bytes
    step = piece or max(len(content), 1)
    pieces = [content[start : start + step] for start in range(0, len(content), step)]
    return [message for part in pieces for message in reader.feed(part)]


def begun(stream: int, size: int) -> bytes:
    """Return a message whose last chunk never comes."""
    return written(stream, 9, 0, b"x" * (size + 1))[: -(size % CHUNK + 2)]


def shrunk(stream: int) -> bytes:
    """Return the header of a message that says in its middle that it is one byte long."""
    return basic(1, stream) + b"\x00\x00\x00\x00\x00\x01\x09"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([3, 4, 63, 64, 319, 320, 65_000]),
            st.sampled_from([8, 9, 18]),
            st.integers(0, 0xFFFF_FFFF),
            st.binary(min_size=1, max_size=400),
        ),
        max_size=8,
    ),
    st.sampled_from([0, 1, 2, 7, 128]),
)
def test_messages_come_out_as_they_went_in(sent: list[tuple[int, int, int, bytes]], piece: int) -> None:
    got = read(b"".join(written(*message) for message in sent), piece=piece)
    assert [(m.type_id, m.timestamp, m.payload) for m in got] == [message[1:] for message in sent]


def test_deltas_add_up_and_type_3_repeats_the_last_one() -> None:
    full = (
        basic(0, 4)
        + (100).to_bytes(3, "big")
        + (2).to_bytes(3, "big")
        + b"\x08"
        + b"\x01\x00\x00\x00"
        + b"aa"
    )
    delta = basic(1, 4) + (23).to_bytes(3, "big") + (2).to_bytes(3, "big") + b"\x08" + b"bb"
    short = basic(2, 4) + (20).to_bytes(3, "big") + b"cc"
    got = read(full + delta + basic(3, 4) + b"dd" + short + basic(3, 4) + b"ee")
    assert [message.timestamp for message in got] == [100, 123, 146, 166, 186]
    assert b"".join(message.payload for message in got) == b"aabbddccee"


def test_messages_of_two_streams_may_be_interleaved() -> None:
    video, audio = written(6, 9, 0, b"v" * 200), written(4, 8, 0, b"a" * 10)
    first = 1 + 11 + CHUNK
    got = read(video[:first] + audio + video[first:])
    assert [message.payload for message in got] == [b"a" * 10, b"v" * 200]


def test_the_chunk_size_follows_the_senders_word() -> None:
    bigger = written(2, 1, 0, (4_096).to_bytes(4, "big"))
    payload = b"x" * 1_000
    one = basic(0, 6) + b"\x00\x00\x00" + (1_000).to_bytes(3, "big") + b"\x09" + b"\x01\x00\x00\x00" + payload
    assert [message.payload for message in read(bigger + one)] == [payload]


@pytest.mark.parametrize(
    "content",
    [
        written(2, 1, 0, b"\x00\x00\x00\x00"),
        written(2, 1, 0, b"\x80\x00\x00\x00"),
        written(2, 1, 0, b""),
        basic(0, 6) + b"\x00\x00\x00\xff\xff\xff\x09\x01\x00\x00\x00",
        b"".join(written(stream, 9, 0, b"x") for stream in range(3, 70)),
        written(6, 9, 0, b"x" * 70_000),
        b"".join(begun(stream, 30_000) for stream in (3, 4, 5)),
        basic(0, 6) + b"\x00\x00\x00\x00\x01\x00\x09\x01\x00\x00\x00" + b"x" * CHUNK + shrunk(6),
        basic(3, 6) + b"x",
        basic(2, 6) + b"\x00\x00\x00x",
    ],
)
@pytest.mark.parametrize("piece", [0, 1])
def test_what_is_no_chunk_stream_or_would_eat_memory_is_refused(content: bytes, piece: int) -> None:
    with pytest.raises(ChunkStreamBroken):
        read(content, piece=piece)


@pytest.mark.parametrize("size", [1, 2, 4_096, 65_536, 1 << 20, 0xFF_FFFF, 0x7FFF_FFFF])
def test_chunks_may_be_as_large_as_their_sender_likes(size: int) -> None:
    payload = bytes(range(256)) * 20
    content = written(2, 1, 0, size.to_bytes(4, "big")) + written(6, 9, 7, payload, chunk=size)
    for piece in (0, 1, 1_000):
        assert [message.payload for message in read(content, piece=piece)] == [payload]


def test_the_chunk_size_may_change_in_the_middle_of_a_message() -> None:
    payload = b"x" * 128 + b"y" * 300
    whole = written(6, 9, 0, payload)
    first, smaller = whole[: 12 + 128], written(2, 1, 0, (300).to_bytes(4, "big"))
    rest = basic(3, 6) + b"y" * 300
    assert [message.payload for message in read(first + smaller + rest)] == [payload]


def test_a_long_time_may_be_repeated_in_each_chunk_or_not() -> None:
    moment = 0x0123_4567
    whole = written(6, 9, moment, b"p" * 300)
    silent = whole.replace(basic(3, 6) + moment.to_bytes(4, "big"), basic(3, 6))
    assert len(silent) == len(whole) - 8
    for content in (whole, silent):
        for piece in (0, 1):
            got = read(content + written(4, 8, moment + 1, b"a"), piece=piece)
            assert [(m.timestamp, len(m.payload)) for m in got] == [(moment, 300), (moment + 1, 1)]


def test_time_goes_on_after_49_days() -> None:
    near = written(4, 8, 0xFFFF_FFFF, b"a")
    assert [m.timestamp for m in read(near + basic(2, 4) + b"\x00\x00\x15b")] == [0xFFFF_FFFF, 20]


def test_messages_without_content_are_messages() -> None:
    got = read(written(4, 8, 5, b"") + written(4, 8, 6, b"a"), piece=1)
    assert [(m.timestamp, m.payload) for m in got] == [(5, b""), (6, b"a")]


@given(st.binary(max_size=3_000), st.sampled_from([0, 1, 13]))
def test_whatever_comes_is_messages_or_broken(content: bytes, piece: int) -> None:
    try:
        read(content, piece=piece)
    except ChunkStreamBroken:
        return


@given(st.binary(max_size=700), st.integers(0, 0xFFFF_FFFF), st.integers(1, 300))
def test_what_we_write_is_read_again(payload: bytes, moment: int, size: int) -> None:
    sent = RtmpMessage(5, 20, moment, payload)
    message = written(2, 1, 0, size.to_bytes(4, "big"))
    assert read(message + write_message(sent, chunk_stream=3, chunk_size=size)) == [sent]


def test_whoever_has_shown_a_key_may_send_large_pictures_one_after_another() -> None:
    pictures = b"".join(written(6, 9, 0, b"x" * 3_000_000) for _ in range(4))
    assert len(read(pictures, BROADCASTER_BYTES)) == 4


def test_what_an_abort_drops_does_not_count_any_more() -> None:
    abort = written(2, 2, 0, (3).to_bytes(4, "big"))
    assert read((begun(3, 30_000) + abort) * 4) == []


def test_a_tag_of_flv_has_its_time_in_two_parts() -> None:
    tag = bytes(Tag(8, 0x0123_4567, b"abc"))
    assert tag == b"\x08\x00\x00\x03\x23\x45\x67\x01\x00\x00\x00abc" + (14).to_bytes(4, "big")


def test_an_aggregate_is_its_tags_counted_from_its_own_moment() -> None:
    inside = [Tag(8, 1_000, b"a" * 10), Tag(18, 1_000, b"meta"), Tag(9, 1_040, b"p" * 300)]
    content = b"".join(bytes(tag) for tag in inside)
    assert list(split_aggregate(content, 70)) == [Tag(8, 70, b"a" * 10), Tag(9, 110, b"p" * 300)]
    for end in (5, 20, len(content) - 100):
        with pytest.raises(ChunkStreamBroken):
            list(split_aggregate(content[:end], 70))
