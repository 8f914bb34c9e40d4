"""The RTMP session hears every encoder's dialect, answers where it must, and never breaks on what comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.social.media._adapters.rtmp.amf import read_values
from etalase.social.media._adapters.rtmp.commands import read_stream_key
from etalase.social.media._adapters.rtmp.flv import Tag, find_foreign_codec
from etalase.social.media._adapters.rtmp.session import (
    Broken,
    Event,
    MediaCame,
    PublishAsked,
    PublishEnded,
    RtmpSession,
    ShookHands,
)
from tests.make.rtmp import (
    COMMAND_AMF3,
    CREATE_STREAM,
    HANDSHAKE,
    NULL,
    UNDEFINED,
    UNSUPPORTED,
    Said,
    an_object,
    call,
    connect,
    name,
    number,
    picture,
    publish,
    read_strictly,
    text,
    written,
)

KEY = "abcdefghij-0123456789abcdef0123456789abcdef"
OPENING = HANDSHAKE + connect() + CREATE_STREAM


def hear(
    content: bytes, *, piece: int = 0, session: RtmpSession | None = None
) -> tuple[list[Event], list[Said]]:
    """Return the events of a connection that lets everybody in, and what it says after the handshake."""
    heard = session or RtmpSession()
    step = piece or max(len(content), 1)
    events: list[Event] = []
    said = b""
    for start in range(0, len(content), step):
        new = heard.receive(content[start : start + step])
        while new:
            events += new
            if isinstance(new[-1], PublishAsked):
                heard.accept()
                new = heard.receive(b"")
            else:
                new = []
        said += heard.take_output()
    return events, read_strictly(said[1 + 2 * 1536 :] if session is None else said)


def answers(said: list[Said]) -> list[tuple[int, object, object]]:
    """Return the commands among what was said: message stream, name, and the code or value in them."""
    found = []
    for one in said:
        if one.type_id == 20:
            values = read_values(one.payload)
            last = values[-1]
            found.append((one.message_stream, values[0], last["code"] if isinstance(last, dict) else last))
    return found


def test_a_broadcast_from_connect_to_the_end() -> None:
    end = call(text("FCUnpublish"), number(6), NULL, text(KEY)) + call(
        text("deleteStream"), number(7), NULL, number(1)
    )
    events, said = hear(OPENING + publish(KEY) + picture(40) + end)
    tag = Tag(9, 40, b"\x17\x01\x00\x00\x00x")
    assert events == [ShookHands(), PublishAsked(1, "live", KEY), MediaCame(tag), PublishEnded()]
    assert answers(said) == [
        (0, "_result", "NetConnection.Connect.Success"),
        (0, "_result", 1.0),
        (1, "onStatus", "NetStream.Publish.Start"),
        (0, "_result", None),
        (1, "onStatus", "NetStream.Unpublish.Success"),
        (0, "_result", None),
    ]
    begin = [one for one in said if one.type_id == 4]
    assert begin == [Said(2, 0, 4, b"\x00\x00\x00\x00\x00\x01")]


@pytest.mark.parametrize("message_stream", [1, 2, 7])
def test_the_start_is_told_on_the_stream_that_asked(message_stream: int) -> None:
    asked = OPENING + CREATE_STREAM * 6 + publish(KEY, message_stream=message_stream)
    _, said = hear(asked + picture(1, message_stream=message_stream))
    start = next(one for one in said if b"Publish.Start" in one.payload)
    assert start.message_stream == message_stream
    begin = next(one for one in said if one.type_id == 4)
    assert int.from_bytes(begin.payload[2:], "big") == message_stream


@pytest.mark.parametrize(
    "more",
    [
        {"fourCcList": b"\x0a\x00\x00\x00\x03" + text("hvc1") + text("av01") + text("vp09")},
        {"fourCcList": b"\x0a\x00\x00\x00\x01" + text("*"), "capsEx": number(15)},
        {"videoFourCcInfoMap": an_object(avc1=number(3)), "audioFourCcInfoMap": an_object()},
        {"fourCcList": UNDEFINED, "x": UNSUPPORTED, "y": NULL},
        {"made": b"\x0b" + number(1e12)[1:] + b"\x00\x00"},
        {"long": b"\x0c\x00\x00\x00\x04long", "xml": b"\x0f\x00\x00\x00\x00"},
        {"list": b"\x08\x00\x00\x00\x01" + name("0") + text("a") + b"\x00\x00\x09"},
        {"typed": b"\x10" + name("C") + b"\x00\x00\x09", "three": b"\x11\x06\x09live"},
        {"objectEncoding": number(3)},
        {"objectEncoding": b"\x0a\x00\x00\x00\x00"},
        {"unheard_of": b"\x7f"},
    ],
)
def test_whatever_an_encoder_announces_it_connects_and_publishes(more: dict[str, bytes]) -> None:
    events, said = hear(HANDSHAKE + connect(**more) + CREATE_STREAM + publish(KEY))
    assert [event.name for event in events if isinstance(event, PublishAsked)] == [KEY]
    assert (0, "_result", "NetConnection.Connect.Success") in answers(said)


def test_who_announces_codecs_hears_which_are_taken_and_nobody_else_does() -> None:
    announced = {"fourCcList": b"\x0a\x00\x00\x00\x01" + text("hvc1")}
    message = [one.payload for one in hear(HANDSHAKE + connect(**announced))[1] if b"_result" in one.payload]
    assert "hvc1" in read_values(message[0])[2]["fourCcList"]
    plain = [one.payload for one in hear(HANDSHAKE + connect())[1] if b"_result" in one.payload]
    assert "fourCcList" not in read_values(plain[0])[2]


@pytest.mark.parametrize("kind", [(), (text("live"),), (text("record"),), (NULL,)])
def test_publish_may_come_without_a_type(kind: tuple[bytes, ...]) -> None:
    assert PublishAsked(1, "live", KEY) in hear(OPENING + publish(KEY, kind=kind))[0]


def test_commands_may_come_as_amf3() -> None:
    opening = call(b"\x00", text("connect"), number(1), an_object(app=text("live")), type_id=COMMAND_AMF3)
    create = call(b"\x00", text("createStream"), number(2), NULL, type_id=COMMAND_AMF3)
    hold_request = call(
        b"\x00", text("publish"), number(3), NULL, text(KEY), type_id=COMMAND_AMF3, message_stream=1
    )
    metadata = written(4, 15, 0, b"\x00" + text("@setDataFrame"))
    events, _ = hear(HANDSHAKE + opening + create + hold_request + metadata + picture(3))
    assert events[1:] == [PublishAsked(1, "live", KEY), MediaCame(Tag(9, 3, b"\x17\x01\x00\x00\x00x"))]


def test_aggregates_are_taken_apart() -> None:
    inside = bytes(Tag(8, 10, b"sound")) + bytes(Tag(9, 30, b"\x27picture"))
    events, _ = hear(OPENING + publish(KEY) + written(4, 22, 100, inside))
    assert events[2:] == [MediaCame(Tag(8, 100, b"sound")), MediaCame(Tag(9, 120, b"\x27picture"))]
    cut, _ = hear(OPENING + publish(KEY) + written(4, 22, 100, inside[:-9]))
    assert isinstance(cut[-1], Broken)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (("releaseStream", NULL, text(KEY)), [("_result", None)]),
        (("FCPublish", NULL, text(KEY)), [("_result", None), ("onFCPublish", "NetStream.Publish.Start")]),
        (("_checkbw", NULL), [("_result", None)]),
        (("getStreamLength", NULL, text(KEY)), [("_result", 0.0)]),
        (("createStream", NULL), [("_result", 2.0)]),
        (("deleteStream", NULL, number(1)), [("_result", None)]),
        (("FCUnpublish", NULL, text(KEY)), [("_result", None)]),
        (("play", NULL, text(KEY)), [("onStatus", "NetStream.Play.StreamNotFound")]),
        (("somethingNew", NULL), [("_error", "NetConnection.Call.Failed")]),
    ],
)
def test_every_question_is_answered(asked: tuple[object, ...], answered: list[tuple[str, object]]) -> None:
    first, *rest = asked
    question = call(text(str(first)), number(9), *(part for part in rest if isinstance(part, bytes)))
    _, said = hear(OPENING + question)
    assert [answer[1:] for answer in answers(said)[2:]] == answered


def test_a_refusal_says_why_on_the_stream_that_asked() -> None:
    session = RtmpSession()
    session.receive(OPENING + publish("wrong"))
    session.take_output()
    session.refuse("wrong_stream_key: This stream key opens no show.")
    (said,) = read_strictly(session.take_output(), size=4_096)
    values = read_values(said.payload)
    assert (said.message_stream, values[0], values[3]["level"]) == (1, "onStatus", "error")
    assert values[3]["code"] == "NetStream.Publish.BadName"
    assert values[3]["description"] == "wrong_stream_key: This stream key opens no show."


def test_who_sends_before_the_answer_loses_nothing() -> None:
    session = RtmpSession()
    everything = OPENING + publish(KEY) + picture(1) + picture(2)
    assert session.receive(everything) == [ShookHands(), PublishAsked(1, "live", KEY)]
    assert session.receive(picture(3)) == []
    session.accept()
    came = session.receive(b"")
    assert [event.tag.timestamp for event in came if isinstance(event, MediaCame)] == [1, 2, 3]


def test_another_broadcast_may_follow_on_the_same_connection() -> None:
    end = call(text("deleteStream"), number(0), NULL, number(1))
    again = end + CREATE_STREAM + publish(KEY, message_stream=2) + picture(5, message_stream=2)
    events, _ = hear(OPENING + publish(KEY) + again)
    assert [type(event) for event in events] == [
        ShookHands,
        PublishAsked,
        PublishEnded,
        PublishAsked,
        MediaCame,
    ]


def test_what_was_received_is_acknowledged_and_pings_are_answered() -> None:
    window = written(2, 5, 0, (20_000).to_bytes(4, "big"), message_stream=0)
    ping = written(2, 4, 0, b"\x00\x06\x00\x00\x01\x02", message_stream=0)
    sent = OPENING + publish(KEY) + window + picture(1, b"\x17" * 30_000) + ping
    _, said = hear(sent, piece=1_000)
    acknowledged = [int.from_bytes(one.payload, "big") for one in said if one.type_id == 3]
    assert acknowledged
    assert 20_000 <= acknowledged[0] <= 22_000
    assert b"\x00\x07\x00\x00\x01\x02" in [one.payload for one in said if one.type_id == 4]


def test_media_of_who_was_not_let_in_goes_nowhere_and_ends_soon() -> None:
    events, _ = hear(OPENING + picture(1, b"x" * 1_000) * 400)
    assert [type(event) for event in events] == [ShookHands, Broken]


@pytest.mark.parametrize(
    ("knock", "reason"),
    [
        (b"\x16\x03\x01\x02\x00\x01", "TLS"),
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP"),
        (b"POST /idle HTTP/1.1\r\n", "HTTP"),
        (b"\x06" + bytes(1536), "encrypted"),
        (b"\x00", "no RTMP"),
        (b"SSH-2.0-x\r\n", "no RTMP"),
    ],
)
def test_a_knock_at_the_wrong_door_is_known_by_its_first_byte(knock: bytes, reason: str) -> None:
    session = RtmpSession()
    (event,) = session.receive(knock)
    assert isinstance(event, Broken)
    assert reason in event.reason
    assert session.take_output() == b""
    assert session.receive(HANDSHAKE) == []


DIALOGUE = st.lists(
    st.sampled_from(
        [
            connect(),
            CREATE_STREAM,
            publish(KEY),
            picture(7),
            picture(0x0123_4567, b"\x17" * 500),
            call(text("deleteStream"), number(0), NULL, number(1)),
            call(text("FCPublish"), number(4), NULL, text(KEY)),
            written(2, 1, 0, (128).to_bytes(4, "big"), message_stream=0),
            written(4, 22, 50, bytes(Tag(8, 3, b"s"))),
            b"\x03",
            bytes(5),
            b"\xc6xyz",
        ]
    ),
    max_size=10,
)


@given(DIALOGUE, st.integers(1, 40))
def test_the_events_are_the_same_however_the_bytes_are_cut(parts: list[bytes], piece: int) -> None:
    content = HANDSHAKE + b"".join(parts)
    assert hear(content, piece=piece)[0] == hear(content)[0]


@given(st.binary(max_size=2_000), st.sampled_from([b"", HANDSHAKE, OPENING, OPENING + publish(KEY)]))
def test_no_bytes_raise_anything(content: bytes, before: bytes) -> None:
    session = RtmpSession()
    for event in session.receive(before):
        if isinstance(event, PublishAsked):
            session.accept()
    for start in range(0, len(content), 100):
        for event in session.receive(content[start : start + 100]):
            if isinstance(event, PublishAsked):
                session.refuse("no")
    session.take_output()


@pytest.mark.parametrize(
    ("app", "typed"),
    [
        ("live", KEY),
        ("live", f"{KEY} "),
        ("live", f" {KEY}\r\n"),
        ("live", f"{KEY}/"),
        ("live", f"/{KEY}"),
        ("live", f"{KEY}//"),
        ("live", f"{KEY} /"),
        ("live", f"{KEY}?"),
        ("live", f"{KEY}?a=b/c"),
        ("live", f"{KEY}/?a=b"),
        ("live", f"{KEY}%20"),
        ("live", f"live/{KEY}"),
        ("live", f"rtmp://host:1935/live/{KEY}"),
        (f"live/{KEY}", ""),
        (f"live/{KEY}/", ""),
        (f"live/{KEY}", "?a=b"),
        ("live/", KEY),
        ("live?a=b", KEY),
        ("", KEY),
        (f"live/{KEY}?a=b", "c"),
        (f"live?key={KEY}", ""),
        ("live", KEY.upper()),
        ("live", f"mp4:{KEY}"),
    ],
)
def test_a_key_is_found_wherever_it_was_typed(app: str, typed: str) -> None:
    assert read_stream_key(app, typed) == KEY


@pytest.mark.parametrize("typed", ["", "live", KEY[:-1], f"{KEY}0", f"x{KEY}", "\x00", "a" * 60_000])
def test_what_has_not_the_shape_of_a_key_is_none(typed: str) -> None:
    assert not read_stream_key("live", typed)


@pytest.mark.parametrize(
    ("body", "codec"),
    [
        (b"\x17\x00", None),
        (b"\x22", None),
        (b"\x90hvc1", None),
        (b"\x91av01", None),
        (b"\x96\x00hvc1", None),
        (b"\x90vvc1", "vvc1"),
        (b"\x1c\x00", "number 12"),
        (b"\x13", "number 3"),
        (b"", None),
    ],
)
def test_a_picture_that_nothing_here_decodes_is_known_at_once(body: bytes, codec: str | None) -> None:
    assert find_foreign_codec(Tag(9, 0, body)) == codec
    assert find_foreign_codec(Tag(8, 0, body)) is None
