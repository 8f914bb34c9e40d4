"""Recordings as programs and phones send them: FLV and mp4 with what they leave out or turn."""

import io
from collections.abc import Callable
from fractions import Fraction

import av

from tests.make.broadcasts import RATE, Sent, tone

AUDIO_TAG, VIDEO_TAG = 8, 9


def contain(
    sent: list[Sent], container: str, *, turned: int = 0, options: dict[str, str] | None = None
) -> bytes:
    """Return packets in a container, as they are."""
    first = next(packet.content for packet in sent if packet.kind == "video")
    written = io.BytesIO()
    with (
        av.open(io.BytesIO(first), "r", format="h264") as probe,
        av.open(written, "w", format=container, container_options=options or {}) as output,
    ):
        video = output.add_stream_from_template(probe.streams.video[0])
        audio = None
        if any(packet.kind == "audio" for packet in sent):
            audio = output.add_stream("aac", rate=RATE, layout="stereo")
        output.start_encoding()
        for packet in sent:
            av_packet: av.Packet[av.stream.Stream] = av.Packet(packet.content)
            av_packet.time_base = Fraction(1, 1_000)
            av_packet.pts = av_packet.dts = round(packet.says * 1_000)
            av_packet.is_keyframe = packet.key
            stream = video if packet.kind == "video" else audio
            assert stream is not None
            av_packet.stream = stream
            output.mux_one(av_packet)
    content = written.getvalue()
    return turn(content, turned) if turned else content


def turn(mp4: bytes, degrees: int) -> bytes:
    """Return an mp4 whose picture is turned clockwise, as phones write it."""
    at = mp4.index(b"tkhd") + 4 + 40
    one = 1 << 16
    matrices = {90: (0, one, -one, 0), 180: (-one, 0, 0, -one), 270: (0, -one, one, 0)}
    a, b, c, d = matrices[degrees]
    numbers = (a, b, 0, c, d, 0, 0, 0, 1 << 30)
    matrix = b"".join(number.to_bytes(4, "big", signed=True) for number in numbers)
    return mp4[:at] + matrix + mp4[at + 36 :]


def edit_flv(flv: bytes, keep: Callable[[int, int, bytes], bool], *, says_sound: bool = True) -> bytes:
    """Return an FLV with those tags for which `keep` (type, milliseconds, body) holds."""
    head = bytearray(flv[:13])
    if not says_sound:
        head[4] &= ~4
    at, kept = 13, []
    while at + 11 <= len(flv):
        kind, size = flv[at] & 31, int.from_bytes(flv[at + 1 : at + 4], "big")
        moment = int.from_bytes(flv[at + 4 : at + 7], "big") | flv[at + 7] << 24
        body = flv[at + 11 : at + 11 + size]
        if kind in {AUDIO_TAG, VIDEO_TAG} and keep(kind, moment, body):
            kept.append(flv[at : at + 15 + size])
        at += 15 + size
    return bytes(head) + b"".join(kept)


def change_configuration(flv: bytes, *, at_milliseconds: int, config: bytes) -> bytes:
    """Return an FLV whose AAC is configured anew in the middle."""
    at = 13
    while at + 11 <= len(flv):
        size = int.from_bytes(flv[at + 1 : at + 4], "big")
        moment = int.from_bytes(flv[at + 4 : at + 7], "big")
        if flv[at] & 31 == AUDIO_TAG and moment >= at_milliseconds:
            body = flv[at + 11 : at + 12] + b"\x00" + config
            head = bytes([AUDIO_TAG]) + len(body).to_bytes(3, "big") + flv[at + 4 : at + 11]
            tag = head + body + (11 + len(body)).to_bytes(4, "big")
            return flv[:at] + tag + flv[at:]
        at += 15 + size
    raise AssertionError("no sound so late")


def is_configuration(kind: int, body: bytes) -> bool:
    """Tell whether a tag is the configuration of AAC."""
    return kind == AUDIO_TAG and body[0] >> 4 == 10 and body[1] == 0


__all__ = ["tone"]
