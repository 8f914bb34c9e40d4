"""Cuts seconds out of a replay by copying its packets: every picture is, bit by bit, the replay's own."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from etalase.social.media._adapters.sources import Packet
from etalase.social.media._model.recording import ReplayClip, ReplayFrame

MAX_BYTES = 24 << 20
"""Where a clip ends at the latest, whatever its picture is like."""


def cut_clip(
    replay: Path, from_seconds: float, to_seconds: float, marks: Sequence[float] = ()
) -> ReplayClip | None:
    """Return the replay from the key frame before `from_seconds` to `to_seconds`; None if nothing is there.

    A mark's frame is the last one that is shown at or before it. The same replay makes the same bytes.
    """
    try:
        with av.open(replay) as source:
            if not source.streams.video:
                return None
            return _Cut(source, source.streams.video[0]).make(from_seconds, to_seconds, marks)
    except (av.FFmpegError, OSError):
        return None


class _Cut:
    """One clip in the making."""

    def __init__(self, source: InputContainer, video: VideoStream) -> None:
        self._source = source
        self._video = video
        self._base = Fraction(video.time_base or 1)
        self._shown: list[tuple[Fraction, int]] = []

    def make(self, from_seconds: float, to_seconds: float, marks: Sequence[float]) -> ReplayClip | None:
        self._source.seek(int(from_seconds / self._base), stream=self._video, backward=True)
        target = BytesIO()
        options = {"fflags": "+bitexact"}
        with av.open(target, "w", format="mp4", options=options) as output:
            begin, end = self._copy(output, Fraction(to_seconds).limit_denominator(1000))
        if begin is None:
            return None
        frames = tuple(self._frame(Fraction(mark), begin) for mark in marks)
        return ReplayClip(target.getvalue(), float(begin), float(end), frames)

    def _copy(self, output: OutputContainer, stop: Fraction) -> tuple[Fraction | None, Fraction]:
        """Copy packets until the picture reaches `stop`; return the first picture's second, and the end."""
        lanes: dict[str, Stream] = {
            stream.type: output.add_stream_from_template(stream)
            for stream in (self._video, *self._source.streams.audio[:1])
        }
        begin: Fraction | None = None
        number, written, end = 0, 0, Fraction(0)
        for packet in self._packets():
            base, is_picture = Fraction(packet.time_base), packet.stream.type == "video"
            at = (packet.pts if packet.pts is not None else packet.dts or 0) * base
            if begin is None:
                if not is_picture:
                    continue
                begin, number = at, self._number_of(packet)
            if is_picture and (at >= stop or written > MAX_BYTES):
                break
            if at < begin:
                continue
            if is_picture:
                self._shown.append((at, number))
                number += 1
                end = max(end, at + (packet.duration or 0) * base)
            written += packet.size
            _move(packet, begin)
            packet.stream = lanes[packet.stream.type]
            output.mux(packet)
        return begin, end

    def _packets(self) -> Iterator[Packet]:
        for packet in self._source.demux([self._video, *self._source.streams.audio[:1]]):
            if packet.dts is not None and packet.size:
                yield packet

    def _number_of(self, packet: Packet) -> int:
        """Return which of the replay's pictures a packet is, from 1 on."""
        place = self._video.index_entries.search_timestamp(packet.dts or 0, any_frame=True)
        return max(place, 0) + 1

    def _frame(self, mark: Fraction, begin: Fraction) -> ReplayFrame:
        at, number = max(((at, number) for at, number in self._shown if at <= mark), default=self._shown[0])
        return ReplayFrame(number, float(at), float(at - begin))


def _move(packet: Packet, begin: Fraction) -> None:
    """Let the clip begin at zero."""
    ticks = round(begin / Fraction(packet.time_base))
    packet.dts = None if packet.dts is None else packet.dts - ticks
    packet.pts = None if packet.pts is None else packet.pts - ticks
