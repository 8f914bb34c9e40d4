"""A show's track of sound: AAC goes through, everything else becomes AAC, and what is missing is silence.

Every show has this track, if only of silence: players stop where a track ends or begins late, and sound that
begins in the middle of a show is heard without a break.
"""

import functools
from dataclasses import dataclass
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer

from etalase.social.media._adapters.sources import Packet, Track
from etalase.social.media._model.sound import SoundGrid
from etalase.social.media._model.timeline import CLOCK

AUDIO_RATE = 48_000
AUDIO_BITS_PER_SECOND = 128_000
AAC_FRAME = 1_024
AAC_LC = 2
RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
ADTS = b"\xff"
"""How AAC begins that carries its configuration in each frame (ISO/IEC 13818-7, 6.2)."""
UNREADABLE_PACKETS = 50
"""A second of sound of which nothing can be decoded."""


@dataclass(frozen=True, slots=True)
class SoundAhead:
    """Frames of the era after this one: how they were made, and where the first one stands there."""

    track: Track | None
    ticks: int
    frames: list[bytes]


class SoundLane:
    """One era's sound. Frames are collected until a part takes them."""

    def __init__(self, output: OutputContainer, track: Track | None) -> None:
        self._track = track
        plain = _read_plain_aac(track)
        self._copies = plain is not None and track is not None and isinstance(track.template, AudioStream)
        self._encoder: AudioStream | None = None
        if plain is not None and track is not None and isinstance(track.template, AudioStream):
            output.add_stream_from_template(track.template)
            rate, channels = plain
        else:
            rate, channels = AUDIO_RATE, 2
            self._encoder = output.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
            self._encoder.bit_rate = AUDIO_BITS_PER_SECOND
            self._resampler = _new_resampler()
        self.grid = SoundGrid(rate, AAC_FRAME)
        self.frames: list[bytes] = []
        self._silent = silent_frame(rate, channels)
        self._undecoded = 0

    @property
    def taken_frames(self) -> int:
        """How many frames parts have taken so far."""
        return self.grid.next_frame - len(self.frames)

    def add(self, track: Track, packet: Packet, ticks: int) -> None:
        """Take a packet that belongs at `ticks`."""
        if self._copies and track is self._track:
            self._place(bytes(packet), ticks)
            return
        packet.pts = packet.dts = round(Fraction(ticks, CLOCK) / Fraction(packet.time_base))
        for encoded in self._encode(track, packet):
            moment = round((encoded.pts or 0) * Fraction(encoded.time_base) * CLOCK)
            self._place(bytes(encoded), moment)

    def fill(self, until_ticks: int) -> None:
        """Put silence where sound is missing until then."""
        self.frames += [self._silent] * self.grid.fill(until_ticks)

    def take(self, until_ticks: int, *, at_least: int) -> list[bytes]:
        """Return the frames that begin before `until_ticks`, and so many at least."""
        wanted = -(-until_ticks * self.grid.rate // (CLOCK * self.grid.frame_samples)) - self.taken_frames
        if wanted < at_least:
            wanted = at_least
            self.fill(self.grid.end_ticks + 1 if not self.frames else 0)
        taken, self.frames = self.frames[:wanted], self.frames[wanted:]
        return taken

    def ahead(self, end_ticks: int) -> SoundAhead:
        """Return the frames that no part has taken; the next era begins at `end_ticks`."""
        first = self.taken_frames * self.grid.frame_samples * CLOCK // self.grid.rate
        return SoundAhead(self._track if self._copies else None, first - end_ticks, self.frames)

    def take_over(self, ahead: SoundAhead) -> None:
        """Begin with the frames that the era before had too early. Those of another make are left out."""
        if ahead.track is not (self._track if self._copies else None):
            return
        for number, content in enumerate(ahead.frames):
            self._place(content, ahead.ticks + number * self.grid.frame_ticks)

    def is_unreadable(self) -> bool:
        """Tell whether sound comes of which nothing can be decoded."""
        return self._undecoded >= UNREADABLE_PACKETS

    def flush(self) -> None:
        """Take what the encoder still holds."""
        if self._encoder is not None and self._track is not None:
            for encoded in self._encoder.encode(None):
                self._place(bytes(encoded), round((encoded.pts or 0) * Fraction(encoded.time_base) * CLOCK))

    def _place(self, content: bytes, ticks: int) -> None:
        missing = self.grid.place(ticks)
        if missing is not None:
            self.frames += [*([self._silent] * missing), content]

    def _encode(self, track: Track, packet: Packet) -> list[Packet]:
        if self._encoder is None:
            return []
        self._track = track
        frames = _decode(track, packet)
        self._undecoded = 0 if frames else self._undecoded + 1
        return [
            encoded
            for frame in frames
            for even in self._resampler.resample(frame)
            for encoded in self._encoder.encode(even)
        ]


def _new_resampler() -> AudioResampler:
    return AudioResampler(
        format="fltp", layout="stereo", rate=AUDIO_RATE, frame_size=AAC_FRAME, options={"async": "1000"}
    )


def _decode(track: Track, packet: Packet) -> list[AudioFrame]:
    """Return the frames of a packet; a damaged one gives none."""
    if not isinstance(track.decoder, av.AudioCodecContext):
        return []
    if track.codec == "aac" and not track.decoder.extradata and bytes(packet)[:1] != ADTS:
        return []  # its decoder would guess rate and channels, and give noise
    try:
        return list(track.decoder.decode(packet))
    except (av.FFmpegError, ValueError):
        return []


def _read_plain_aac(track: Track | None) -> tuple[int, int] | None:
    """Return rate and channels of AAC that every phone plays as it is, None for all else.

    The configuration is read by ISO/IEC 14496-3, 1.6. AAC without it is no such sound, nor is that whose rate
    the decoder doubles (HE-AAC).
    """
    if track is None or track.codec != "aac" or not isinstance(track.decoder, av.AudioCodecContext):
        return None
    config = track.decoder.extradata or b""
    if len(config) < 2:  # noqa: PLR2004  # the shortest configuration
        return None
    kind, index = config[0] >> 3, (config[0] & 7) << 1 | config[1] >> 7
    channels, is_short = config[1] >> 3 & 15, bool(config[1] & 4)
    if kind != AAC_LC or index >= len(RATES) or channels not in {1, 2} or is_short:
        return None
    rate = RATES[index]
    return (rate, channels) if rate == track.decoder.sample_rate else None


@functools.lru_cache(maxsize=32)
def silent_frame(rate: int, channels: int) -> bytes:
    """Return a frame of AAC in which nothing is heard."""
    encoder = av.CodecContext.create("aac", "w")
    if not isinstance(encoder, av.AudioCodecContext):
        raise TypeError("no encoder for AAC")
    encoder.sample_rate, encoder.layout, encoder.format = rate, "mono" if channels == 1 else "stereo", "fltp"
    encoder.time_base = Fraction(1, rate)
    last = b""
    for number in range(4):
        frame = AudioFrame("fltp", encoder.layout, AAC_FRAME)
        frame.sample_rate, frame.pts = rate, number * AAC_FRAME
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        for packet in encoder.encode(frame):
            last = bytes(packet)
    return last
