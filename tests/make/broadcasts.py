"""Broadcasts made of packets whose clocks do whatever a test wants, and what comes out of them, checked."""

import functools
import io
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av

from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.social.media._adapters.pieces import Pieces
from etalase.social.media._adapters.remuxer import (
    EraStarted,
    FragmentMade,
    Remuxer,
    Report,
)
from etalase.social.media._adapters.sources import MediaSource, Packet, Track
from etalase.social.media._adapters.takes import TakeFolder
from etalase.social.media._model.cutter import Cutter
from etalase.social.media._model.playlist import render
from etalase.social.media._model.ports import TakeFile
from tests.make.fragments import ReadFragment, ReadTrack, read_fragment, read_init
from tests.make.playlists import PlaylistValidator

RATE = 48_000
AAC_SECONDS = 1_024 / RATE
MILLISECOND = Fraction(1, 1_000)


@dataclass(frozen=True)
class Sent:
    """A packet as an encoder sends it: when it was made, and what its clock says of it."""

    kind: str
    made: float
    says: float
    content: bytes
    key: bool = False
    shown_after: float = 0.0


@functools.cache
def film(frames: int, gop: int, size: tuple[int, int] = (64, 48)) -> tuple[tuple[bytes, bool], ...]:
    """Return frames of H.264 as Annex B, with a key frame every `gop`."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.time_base, encoder.framerate = "yuv420p", Fraction(1, 30), Fraction(30)
    encoder.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0",
    }
    encoded = []
    for number in range(frames):
        frame = av.VideoFrame(*size, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([(number * 7) % 256]) * plane.buffer_size)
        frame.pts = number
        encoded += [(bytes(packet), packet.is_keyframe) for packet in encoder.encode(frame)]
    return tuple(encoded)


@functools.cache
def tone(seconds: float) -> tuple[tuple[bytes, ...], bytes]:
    """Return frames of AAC, stereo at 48 kHz, and a recording of them."""
    written, wave = io.BytesIO(), array("f", ([0.25] * 64 + [-0.25] * 64) * 8).tobytes()
    with av.open(written, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=RATE, layout="stereo")
        packets = []
        for number in range(int(seconds / AAC_SECONDS)):
            frame = av.AudioFrame("fltp", "stereo", 1_024)
            frame.sample_rate, frame.pts = RATE, number * 1_024
            for plane in frame.planes:
                plane.update(wave)
            packets += stream.encode(frame)
        contents = tuple(bytes(packet) for packet in packets)
        output.mux(packets)
    return contents, written.getvalue()


def broadcast(
    *, seconds: float, fps: float = 30, gop: int = 30, sound: bool = True, size: tuple[int, int] = (64, 48)
) -> list[Sent]:
    """Return a faultless broadcast, in the order in which it is made."""
    frames = film(int(seconds * fps), gop, size)
    sent = [Sent("video", n / fps, n / fps, content, key) for n, (content, key) in enumerate(frames)]
    if sound:
        contents, _ = tone(seconds)
        sent += [Sent("audio", n * AAC_SECONDS, n * AAC_SECONDS, c, key=True) for n, c in enumerate(contents)]
    return sorted(sent, key=lambda packet: packet.made)


def reclock(sent: list[Sent], says: Callable[[Sent], float]) -> list[Sent]:
    """Return the broadcast with other times on its packets, in the same order."""
    return [replace(packet, says=says(packet)) for packet in sent]


def leap(sent: list[Sent], at: float, by: float, *kinds: str) -> list[Sent]:
    """Return the broadcast with the clock of these kinds leaping at a moment."""
    return reclock(sent, lambda p: p.says + by if p.made >= at and p.kind in kinds else p.says)


def without(sent: list[Sent], kind: str, start: float, end: float) -> list[Sent]:
    """Return the broadcast with a hole in one of its tracks."""
    return [packet for packet in sent if packet.kind != kind or not start <= packet.made < end]


class Reel:
    """A source that plays packets."""

    def __init__(
        self, sent: Iterable[Sent], *, is_configured: bool = True, matrix: bytes | None = None
    ) -> None:
        self._sent = list(sent)
        self._is_configured = is_configured
        self._matrix = matrix
        self.now = 0.0
        """When the last packet was made."""
        self.clock, self.began = FixedClock(), datetime.now(UTC)
        """The clock that goes on with it."""

    def open(self) -> list[Track]:
        """Return the tracks: a sound that is never sent is not declared."""
        video = av.CodecContext.create("h264", "r")
        tracks = [Track("video", "h264", video, None, self._matrix)]
        if any(packet.kind == "audio" for packet in self._sent):
            tracks.append(self._audio())
        self._tracks = {track.kind: track for track in tracks}
        return tracks

    def packets(self) -> Iterator[tuple[Track, Packet]]:
        """Yield them."""
        for sent in self._sent:
            self.now = sent.made
            self.clock.moment = max(self.clock.moment, self.began + timedelta(seconds=sent.made))
            packet: Packet = av.Packet(sent.content)
            packet.time_base = MILLISECOND
            packet.dts = round(sent.says * 1_000)
            packet.pts = packet.dts + round(sent.shown_after * 1_000)
            packet.is_keyframe = sent.key
            yield self._tracks["video" if sent.kind == "video" else "audio"], packet

    def close(self) -> None:
        """Do nothing: it ends by itself."""

    def _audio(self) -> Track:
        """Return the sound's track as a container gives it, or without its configuration."""
        if not self._is_configured:
            return Track("audio", "aac", av.CodecContext.create("aac", "r"))
        self._recording = av.open(io.BytesIO(tone(1.0)[1]), "r")
        stream = self._recording.streams.audio[0]
        return Track("audio", "aac", stream.codec_context, stream)


@dataclass
class Aired:
    """What viewers of one session got, with every edition of the playlist checked as it came."""

    folder: Path
    pieces: Pieces = field(default_factory=lambda: Pieces(30.0))
    cutter: Cutter = field(default_factory=lambda: Cutter(0.2, 1.0))
    validator: PlaylistValidator = field(default_factory=PlaylistValidator)
    reports: list[Report] = field(default_factory=list)
    clock: FixedClock = field(default_factory=FixedClock)
    """Goes on as the source does, or with what was made of it where the source tells no time."""
    eras: list[list[tuple[ReadFragment, FragmentMade]]] = field(default_factory=list)
    inits: list[dict[int, ReadTrack]] = field(default_factory=list)
    longest_pause: float = 0.0
    """Seconds of the broadcast between one part and the next."""
    _source: MediaSource | None = None
    _part_at: float = 0.0
    _folder: TakeFolder | None = None

    def air(self, source: MediaSource) -> "Aired":
        """Run one broadcaster to the end."""
        self._source, self._part_at = source, 1.5  # the first second is looked at before anything is shown
        self._folder = self._folder or TakeFolder(self.folder, SHOW, self.clock)
        if isinstance(source, Reel):
            source.clock, source.began = self.clock, self.clock.now()
        now = (lambda: source.now) if isinstance(source, Reel) else time.monotonic
        Remuxer(source, self._folder, self._take, cutter=self.cutter, poster_seconds=10.0, now=now).run()
        self.pieces.close_segment()
        self._look()
        return self

    @property
    def recordings(self) -> list[TakeFile]:
        """The takes on the disk in their order."""
        return TakeFolder(self.folder, SHOW, self.clock).list_takes()

    @property
    def takes(self) -> list[Path]:
        """Where they lie."""
        return [take.path for take in self.recordings]

    @property
    def seconds(self) -> float:
        """How long the show is, by what the playlist said of closed segments."""
        return sum(segment.length for segment in self.validator.closed.values())

    def message(self, kind: type[Report]) -> list[Report]:
        """Return the reports of a kind."""
        return [report for report in self.reports if isinstance(report, kind)]

    def _take(self, report: Report) -> None:
        self.reports.append(report)
        if isinstance(report, EraStarted):
            self.pieces.start_era(report)
            self.eras.append([])
            self.inits.append(read_init(report.init))
        elif isinstance(report, FragmentMade):
            if not isinstance(self._source, Reel):
                self.clock.advance(seconds=report.fragment.duration_seconds)
            else:
                self.longest_pause = max(self.longest_pause, self._source.now - self._part_at)
                self._part_at = max(self._part_at, self._source.now)
            self.pieces.add(report)
            self.eras[-1].append((read_fragment(report.fragment.content, self.inits[-1]), report))
        self._look()

    def _look(self) -> None:
        if self.pieces.window.ready:
            self.validator.take(render(self.pieces.window), render(self.pieces.window, skips=True))


SHOW = new_id()
FRAME_SLACK = 0.0006


def check_media(aired: Aired) -> None:
    """Check what is in the parts against what is said of them."""
    for era in aired.eras:
        position, video_end, audio_end = 0.0, 0.0, 0.0
        for number, (read, report) in enumerate(era, 1):
            fragment = report.fragment
            end = fragment.start_seconds + fragment.duration_seconds
            assert abs(fragment.start_seconds - position) < FRAME_SLACK, "slots lie end to end"
            assert read.sequence == number
            assert read.video or read.audio
            if read.video is not None:
                assert abs(read.video.start - video_end) < FRAME_SLACK, "a gap between pictures"
                assert fragment.start_seconds - FRAME_SLACK <= read.video.start < end
                video_end = read.video.end
                assert video_end >= end - FRAME_SLACK, "the picture is gone before the part ends"
                starts = abs(read.video.start - fragment.start_seconds) < FRAME_SLACK
                assert fragment.independent == (read.video.begins_with_key and starts)
            else:
                assert not fragment.independent
            if read.audio is not None:
                assert abs(read.audio.start - audio_end) < FRAME_SLACK, "a gap in the sound"
                audio_end = read.audio.end
            assert -FRAME_SLACK <= audio_end - end <= AAC_SECONDS * 3, (
                f"sound ends at {audio_end}, part at {end}"
            )
            position = end


def decode(takes: list[Path]) -> tuple[int, float]:
    """Return how many pictures takes hold that can be decoded, and how long they are."""
    pictures, seconds = 0, 0.0
    for take in takes:
        with av.open(take) as container:
            moments = [frame.time or 0.0 for frame in container.decode(video=0)]
        pictures += len(moments)
        seconds += moments[-1] - moments[0]
    return pictures, seconds


def loudness(frame: av.AudioFrame) -> float:
    """Return the loudest sample of a decoded frame, of floats by plane."""
    samples = array("f", bytes(frame.planes[0]))[: frame.samples]
    return max(*samples, -min(samples))


def loudest(takes: list[Path]) -> float:
    """Return the loudest sample of all their sound."""
    loudest = 0.0
    for take in takes:
        with av.open(take) as container:
            loudest = max([loudest, *map(loudness, container.decode(audio=0))])
    return loudest
