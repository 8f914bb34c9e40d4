"""RTMP messages come out of the chunk stream as they went in."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.social.media._adapters.rtmp import flv_tag
from etalase.social.media._adapters.rtmp_chunks import (
    BROADCASTER_BYTES,
    STRANGER_BYTES,
    ChunkReader,
    ChunkStreamBroken,
    RtmpMessage,
)

CHUNK = 128


async def read(content: bytes, most_unfinished_bytes: int = STRANGER_BYTES) -> list[RtmpMessage]:
    """Return the messages of a connection that ends after these bytes."""
    reader = asyncio.StreamReader()
    reader.feed_data(content)
    reader.feed_eof()
    chunks = ChunkReader(reader)
    chunks.most_unfinished_bytes = most_unfinished_bytes
    return [message async for message in chunks.messages()]


def basic(form: int, stream: int) -> bytes:
    """Return a basic header."""
    if stream < 64:
        return bytes([form << 6 | stream])
    if stream < 320:
        return bytes([form << 6, stream - 64])
    return bytes([form << 6 | 1]) + (stream - 64).to_bytes(2, "little")


def written(stream: int, type_id: int, timestamp: int, payload: bytes) -> bytes:
    """Return a message with a full header, cut into chunks."""
    stated = min(timestamp, 0xFFFFFF)
    more = timestamp.to_bytes(4, "big") if stated == 0xFFFFFF else b""
    header = (
        stated.to_bytes(3, "big") + len(payload).to_bytes(3, "big") + bytes([type_id]) + b"\x01\x00\x00\x00"
    )
    pieces = [payload[start : start + CHUNK] for start in range(0, len(payload), CHUNK)] or [b""]
    first = basic(0, stream) + header + more + pieces[0]
    return first + b"".join(basic(3, stream) + more + piece for piece in pieces[1:])


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
    )
)
async def test_messages_come_out_as_they_went_in(sent: list[tuple[int, int, int, bytes]]) -> None:
    got = await read(b"".join(written(*message) for message in sent))
    assert [(m.chunk_stream, m.type_id, m.timestamp, m.payload) for m in got] == sent


async def test_deltas_add_up_and_type_3_repeats_the_last_one() -> None:
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
    got = await read(full + delta + basic(3, 4) + b"dd" + short + basic(3, 4) + b"ee")
    assert [message.timestamp for message in got] == [100, 123, 146, 166, 186]
    assert b"".join(message.payload for message in got) == b"aabbddccee"


async def test_messages_of_two_streams_may_be_interleaved() -> None:
    video, audio = written(6, 9, 0, b"v" * 200), written(4, 8, 0, b"a" * 10)
    first = 1 + 11 + CHUNK
    got = await read(video[:first] + audio + video[first:])
    assert [message.payload for message in got] == [b"a" * 10, b"v" * 200]


async def test_the_chunk_size_follows_the_senders_word() -> None:
    bigger = written(2, 1, 0, (4_096).to_bytes(4, "big"))
    payload = b"x" * 1_000
    one = basic(0, 6) + b"\x00\x00\x00" + (1_000).to_bytes(3, "big") + b"\x09" + b"\x01\x00\x00\x00" + payload
    assert [message.payload for message in await read(bigger + one)] == [payload]


@pytest.mark.parametrize(
    "content",
    [
        written(2, 1, 0, b"\x00\x00\x00\x00"),
        written(2, 1, 0, b"\x7f\xff\xff\xff"),
        basic(0, 6) + b"\x00\x00\x00\xff\xff\xff\x09\x01\x00\x00\x00",
        b"".join(written(stream, 9, 0, b"x") for stream in range(3, 40)),
        written(6, 9, 0, b"x" * 70_000),
        b"".join(begun(stream, 30_000) for stream in (3, 4, 5)),
        basic(0, 6) + b"\x00\x00\x00\x00\x01\x00\x09\x01\x00\x00\x00" + b"x" * CHUNK + shrunk(6),
    ],
)
async def test_what_would_eat_memory_is_refused(content: bytes) -> None:
    with pytest.raises(ChunkStreamBroken):
        await read(content)


async def test_whoever_has_shown_a_key_may_send_large_pictures_one_after_another() -> None:
    pictures = b"".join(written(6, 9, 0, b"x" * 3_000_000) for _ in range(4))
    assert len(await read(pictures, BROADCASTER_BYTES)) == 4


async def test_what_an_abort_drops_does_not_count_any_more() -> None:
    abort = written(2, 2, 0, (3).to_bytes(4, "big"))
    assert await read((begun(3, 30_000) + abort) * 4) == []


def test_a_tag_of_flv_has_its_time_in_two_parts() -> None:
    tag = flv_tag(RtmpMessage(4, 1, 8, 0x0123_4567, b"abc"))
    assert tag == b"\x08\x00\x00\x03\x23\x45\x67\x01\x00\x00\x00abc" + (14).to_bytes(4, "big")
