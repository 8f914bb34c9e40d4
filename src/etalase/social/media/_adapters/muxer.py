"""One era as a fragmented mp4: an init segment, then fragments of a part's length."""

import io
from fractions import Fraction

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from etalase.social.media._adapters.sources import Packet, Track
from etalase.social.media._model.boxes import Fragment, Init, Splitter

AUDIO_RATE = 48_000
AUDIO_BITS_PER_SECOND = 128_000
AAC_FRAME = 1_024
LONGEST_INTERLEAVE_SECONDS = 0.3
"""A track that falls silent must not hold the other back for longer."""


class _Sink:
    """Where the muxer writes; whole pieces are taken out."""

    def __init__(self) -> None:
        self._splitter = Splitter()
        self.pieces: list[Init | Fragment] = []

    def write(self, content: bytes) -> int:
        self.pieces += self._splitter.feed(bytes(content))
        return len(content)


class Muxer:
    """Takes packets, gives an init segment and fragments; times begin anew at the era's first key frame."""

    def __init__(self, first_frame: bytes | None, audio: Track | None, *, part_seconds: float) -> None:
        self._sink = _Sink()
        self._output = av.open(self._sink, "w", format="mp4", container_options=_options(part_seconds))
        self._video = None
        if first_frame is not None:
            # probing the frame tells size and parameter sets, wherever they stood in the source
            with av.open(io.BytesIO(first_frame), "r", format="h264") as probe:
                self._video = self._output.add_stream_from_template(probe.streams.video[0])
        self._audio = _AudioLane(self._output, audio) if audio else None
        self._last_dts: dict[int, Fraction] = {}

    def add_video(self, packet: Packet) -> list[Init | Fragment]:
        """Take a packet of H.264 whose times begin at the era's start."""
        if self._video is not None and self._moves_on(packet, 0):
            packet.stream = self._video
            self._output.mux(packet)
        return self._take()

    def add_audio(self, packet: Packet) -> list[Init | Fragment]:
        """Take a packet of the audio track as it came."""
        if self._audio is not None and self._moves_on(packet, 1):
            self._output.mux(self._audio.convert(packet))
        return self._take()

    def finish(self) -> list[Init | Fragment]:
        """Flush what is held; nothing may be added afterwards."""
        if self._audio is not None:
            self._output.mux(self._audio.flush())
        self._output.close()
        return self._take()

    def _moves_on(self, packet: Packet, lane: int) -> bool:
        """Tell whether the packet is later than the last one of its lane: the muxer takes no others."""
        if packet.dts is None:
            return False
        moment = packet.dts * Fraction(packet.time_base)
        if lane in self._last_dts and moment <= self._last_dts[lane]:
            return False
        self._last_dts[lane] = moment
        return True

    def _take(self) -> list[Init | Fragment]:
        pieces, self._sink.pieces = self._sink.pieces, []
        return pieces


class _AudioLane:
    """AAC goes through; everything else becomes AAC."""

    def __init__(self, output: av.container.OutputContainer, track: Track) -> None:
        self._track = track
        self._copies = track.codec == "aac" and isinstance(track.template, AudioStream)
        if isinstance(track.template, AudioStream) and self._copies:
            self._stream = output.add_stream_from_template(track.template)
            return
        self._stream = output.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        self._stream.bit_rate = AUDIO_BITS_PER_SECOND
        self._resampler = AudioResampler(
            format="fltp", layout="stereo", rate=AUDIO_RATE, frame_size=AAC_FRAME, options={"async": "1000"}
        )

    def convert(self, packet: Packet) -> list[Packet]:
        if self._copies:
            packet.stream = self._stream
            return [packet]
        frames = [frame for frame in _decode(self._track, packet) if isinstance(frame, av.AudioFrame)]
        return [
            encoded
            for frame in frames
            for even in self._resampler.resample(frame)
            for encoded in self._stream.encode(even)
        ]

    def flush(self) -> list[Packet]:
        return [] if self._copies else self._stream.encode(None)


def _decode(track: Track, packet: Packet) -> list[av.AudioFrame | av.VideoFrame]:
    """Return the frames of a packet; a damaged one gives none."""
    if not isinstance(track.decoder, av.AudioCodecContext | av.VideoCodecContext):
        return []
    try:
        return list(track.decoder.decode(packet))
    except av.FFmpegError:
        return []


def _options(part_seconds: float) -> dict[str, str]:
    return {
        "movflags": "empty_moov+default_base_moof+frag_keyframe+delay_moov",
        "frag_duration": str(round(part_seconds * 1_000_000)),
        "use_editlist": "0",
        "max_interleave_delta": str(round(LONGEST_INTERLEAVE_SECONDS * 1_000_000)),
    }
