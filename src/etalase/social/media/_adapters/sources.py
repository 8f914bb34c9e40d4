"""What a broadcaster sends, as packets of one or two tracks, whatever protocol brought it.

H.264 leaves a source as Annex B with its parameter sets in front of each key frame, so that a change of
resolution is seen in one place, and one way of muxing serves all.
"""

import io
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Protocol, cast

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer
from av.packet import Packet as AvPacket
from av.stream import Stream as AvStream

from etalase.social.media._adapters.h264 import is_playable
from etalase.social.media._adapters.pipe import Pipe, PipeOverflow
from etalase.social.media._model.matrix import read_matrix

Kind = Literal["video", "audio"]
if TYPE_CHECKING:
    Packet = AvPacket[AvStream]
else:  # generic in its stub only
    Packet = AvPacket
PROBE_SECONDS = 1.5
"""How long a container may take to show its tracks."""


class UnreadableStream(Exception):
    """What came is no video that we can read."""


@dataclass(frozen=True, slots=True)
class Track:
    """One track as it comes. `decoder` turns its packets into frames where they cannot be passed on."""

    kind: Kind
    codec: str
    decoder: av.CodecContext
    template: AvStream | None = None
    matrix: bytes | None = None
    """How the picture is turned, as the header of an mp4's track says it; None if it stands upright."""


class MediaSource(Protocol):
    """The thread's side of a broadcast."""

    def open(self) -> list[Track]:
        """Wait until the tracks are known."""
        ...

    def packets(self) -> Iterator[tuple[Track, Packet]]:
        """Wait for packets until the broadcast ends."""
        ...

    def close(self) -> None:
        """Say from any thread that nothing follows; what has come is still read."""
        ...


class ContainerSource:
    """A broadcast that is a container's bytes: webm, mp4 or flv."""

    def __init__(self, container: Literal["webm", "mp4", "flv"], *, limit_bytes: int = 16 << 20) -> None:
        self.pipe = Pipe(limit_bytes=limit_bytes)
        self._format = {"webm": "matroska"}.get(container, container)
        self._input: InputContainer | None = None
        self._tracks: dict[int, Track] = {}
        self._to_annexb: BitStreamFilterContext | None = None

    def write(self, content: bytes) -> None:
        """Hand over the next bytes; never waits."""
        self.pipe.write(content)

    def close(self) -> None:
        """Say that nothing follows."""
        self.pipe.close()

    def open(self) -> list[Track]:
        """Read as far as the tracks."""
        options = {"analyzeduration": str(int(PROBE_SECONDS * 1_000_000)), "fpsprobesize": "0"}
        try:
            self._input = av.open(
                self.pipe, "r", format=self._format, container_options=options, buffer_size=16_384
            )
        except (av.FFmpegError, ValueError) as error:
            raise UnreadableStream(str(error)) from error
        for stream in (*self._input.streams.video[:1], *self._input.streams.audio[:1]):
            context = stream.codec_context
            if context is None:
                raise UnreadableStream(f"no decoder for the {stream.type} track")
            matrix, codec = None, _name_codec(context)
            if codec == "h264":
                matrix = _read_matrix(stream)
                self._to_annexb = BitStreamFilterContext("h264_mp4toannexb", stream)
            self._tracks[stream.index] = Track(cast("Kind", stream.type), codec, context, stream, matrix)
        return list(self._tracks.values())

    def packets(self) -> Iterator[tuple[Track, Packet]]:
        """Read the packets; a broken end is an end like another."""
        if self._input is None:
            raise RuntimeError("open it first")
        try:
            for packet in self._input.demux():
                if packet.stream_index not in self._tracks:
                    self._welcome(packet.stream)
                track = self._tracks.get(packet.stream_index)
                if track is None or packet.size == 0:
                    continue
                if track.codec == "h264" and self._to_annexb is not None:
                    for filtered in self._to_annexb.filter(packet):
                        yield track, filtered
                else:
                    yield track, packet
        except av.FFmpegError as error:
            raise UnreadableStream(str(error)) from error

    def _welcome(self, stream: AvStream) -> None:
        """Take in sound that begins late: a container may show its track only then."""
        context: av.CodecContext | None = stream.codec_context
        knows_sound = any(track.kind == "audio" for track in self._tracks.values())
        if context is not None and context.type == "audio" and not knows_sound:
            self._tracks[stream.index] = Track("audio", context.name, context, stream)


def _name_codec(context: av.CodecContext) -> str:
    """Name the codec; H.264 that browsers don't play is another one, and transcoded as all others are."""
    is_rare = context.name == "h264" and not is_playable(context.extradata or b"")
    return "h264 of a rare profile" if is_rare else context.name


def _read_matrix(stream: AvStream) -> bytes | None:
    """Return how the source says that its picture is turned, by writing the head of an mp4 with it."""
    written = io.BytesIO()
    try:
        with av.open(written, "w", format="mp4", container_options={"movflags": "empty_moov"}) as output:
            output.add_stream_from_template(stream)
            output.start_encoding()
            return read_matrix(written.getvalue())
    except (av.FFmpegError, ValueError):
        return None  # its header is not whole; frames tell their size later


class FrameSource:
    """A broadcast that is encoded frames: WebRTC's."""

    def __init__(self, *, limit_frames: int = 1_500) -> None:
        self._frames: queue.Queue[tuple[Track, Packet] | None] = queue.Queue(limit_frames)
        self._tracks: list[Track] = []
        self._closed = False

    def add_track(self, kind: Kind, codec: str) -> Track:
        """Declare a track before the first frame."""
        decoder = av.CodecContext.create(codec, "r")
        if isinstance(decoder, av.AudioCodecContext):
            decoder.sample_rate = 48_000
            decoder.layout = "stereo"
        track = Track(kind, codec, decoder)
        self._tracks.append(track)
        return track

    def put(self, track: Track, content: bytes, ticks: int, clock_rate: int, *, key: bool) -> None:
        """Hand over a frame; never waits."""
        packet: Packet = AvPacket(content)
        packet.pts = packet.dts = ticks
        packet.time_base = Fraction(1, clock_rate)
        packet.is_keyframe = key
        try:
            self._frames.put_nowait((track, packet))
        except queue.Full:
            raise PipeOverflow("frames wait") from None

    def close(self) -> None:
        """Say that nothing follows."""
        if not self._closed:
            self._closed = True
            try:
                self._frames.put_nowait(None)
            except queue.Full:  # the thread is stuck and sees the flag when it moves again
                return

    def open(self) -> list[Track]:
        """Return the tracks of the session description."""
        return self._tracks

    def packets(self) -> Iterator[tuple[Track, Packet]]:
        """Wait for frames."""
        while not (self._closed and self._frames.empty()):
            item = self._frames.get()
            if item is None:
                return
            yield item
