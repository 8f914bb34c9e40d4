"""Joins takes into one mp4 that plays while it loads: by copying, or by transcoding where takes differ.

A take that a crash cut short ends with its last whole fragment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import structlog
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.stream import VideoStream

from etalase.kernel.ids import new_code
from etalase.social.media._adapters.poster import matrix_of, stand_upright
from etalase.social.media._adapters.sources import Packet
from etalase.social.media._model.matrix import Turn, read_matrix, turn_of

log = structlog.get_logger(__name__)

POSTER_AT_SECONDS = 8
POSTER_WIDTH = 720
NAME_LENGTH = 8
HEAD_BYTES = 4_096

TURNINGS: dict[Turn, tuple[tuple[str, str], ...]] = {
    (-1, 0, 0, 1): (("hflip", ""),),
    (1, 0, 0, -1): (("vflip", ""),),
    (-1, 0, 0, -1): (("hflip", ""), ("vflip", "")),
    (0, 1, -1, 0): (("transpose", "clock"),),
    (0, -1, 1, 0): (("transpose", "cclock"),),
    (0, 1, 1, 0): (("transpose", "cclock_flip"),),
    (0, -1, -1, 0): (("transpose", "clock_flip"),),
}
"""FFmpeg's filters that do what a matrix says."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The replay on the disk; `seconds` has the length of each source, zero for one that held nothing."""

    path: Path
    poster: Path | None
    seconds: list[float]


def join_takes(sources: list[Path], folder: Path, revision: int) -> Joined | None:
    """Write `replay-<revision>-<name>.mp4` and its poster; None when no source holds a picture.

    No two runs write to one file, whatever happens to the lock that keeps them apart.
    """
    whole = {path: shape for path in sources if (shape := _shape_of(path)) is not None}
    if not whole:
        return None
    name = f"{revision}-{new_code(NAME_LENGTH).lower()}"
    target = folder / f"replay-{name}.mp4"
    paths = list(whole)
    agree = len(set(whole.values())) == 1
    seconds = _copy(paths, target) if agree else _transcode(whole, target)
    lengths = dict(zip(paths, seconds, strict=True))
    poster = _draw_poster(target, folder / f"poster-{name}.jpg")
    return Joined(target, poster, [lengths.get(path, 0.0) for path in sources])


Shape = tuple[int, int, str, str, Turn]
"""Size as it is seen, parameter sets, audio, and how the picture is turned."""


def _shape_of(path: Path) -> Shape | None:
    """Return what must be equal for takes to be copied into one file."""
    try:
        with av.open(path) as take:
            if not take.streams.video or next(take.demux(video=0)).size == 0:
                return None
            turn = _turn_of(path)
            video = take.streams.video[0]
            sets = (video.codec_context.extradata or b"").hex()
            audio = [
                f"{lane.codec_context.name} {lane.rate} {lane.layout.name}" for lane in take.streams.audio[:1]
            ]
            size = (video.width, video.height) if turn[0] else (video.height, video.width)
            return *size, sets, "".join(audio), turn
    except (av.FFmpegError, StopIteration) as error:
        log.warning("media.take_unreadable", take=path.name, error=error)
        return None


def _turn_of(path: Path) -> Turn:
    """Return how the picture is turned: the head of what we wrote begins with its track."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return turn_of(read_matrix(head) if b"tkhd" in head else None)


def _open_output(path: Path) -> OutputContainer:
    return av.open(path, "w", format="mp4", container_options={"movflags": "faststart"})


def _packets(take: InputContainer, kinds: tuple[str, ...]) -> Iterator[Packet]:
    """Yield packets up to where the take was cut off."""
    streams = [
        stream for stream in (*take.streams.video[:1], *take.streams.audio[:1]) if stream.type in kinds
    ]
    try:
        for packet in take.demux(streams):
            if packet.dts is not None and packet.size:
                yield packet
    except av.FFmpegError:
        return


def _copy(paths: list[Path], target: Path) -> list[float]:
    lengths = []
    with _open_output(target) as output:
        lanes: dict[str, av.stream.Stream] = {}
        offset = Fraction(0)
        for path in paths:
            with av.open(path) as take:
                for stream in (*take.streams.video[:1], *take.streams.audio[:1]):
                    if stream.type not in lanes:
                        lanes[stream.type] = output.add_stream_from_template(stream)
                end = offset
                for packet in _packets(take, tuple(lanes)):
                    end = max(end, offset + _end_of(packet)) if packet.stream.type == "video" else end
                    _move(packet, offset)
                    packet.stream = lanes[packet.stream.type]
                    output.mux(packet)
            lengths.append(float(end - offset))
            offset = end
    return lengths


def _move(packet: Packet, offset: Fraction) -> None:
    ticks = round(offset / Fraction(packet.time_base))
    packet.dts = None if packet.dts is None else packet.dts + ticks
    packet.pts = None if packet.pts is None else packet.pts + ticks


def _end_of(packet: Packet) -> Fraction:
    return ((packet.dts or 0) + (packet.duration or 0)) * Fraction(packet.time_base)


def _transcode(whole: dict[Path, Shape], target: Path) -> list[float]:
    """Bring every take to the largest one's size; slower than real time only on very small machines."""
    width, height = max(whole.values())[:2]
    lengths = []
    with _open_output(target) as output:
        picture = output.add_stream("libx264", rate=30, options={"preset": "veryfast", "crf": "23"})
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        picture.time_base = picture.codec_context.time_base = Fraction(1, 90_000)
        picture.codec_context.thread_count = 1  # shows on air go first
        sound = output.add_stream("aac", rate=48_000, layout="stereo")
        offset = Fraction(0)
        for path, shape in whole.items():
            with av.open(path) as take:
                fit = _Fit(take.streams.video[0], width, height, shape[-1])
                length = _encode_take(take, output, (picture, sound), fit, offset)
            lengths.append(float(length))
            offset += length
        output.mux(picture.encode(None))
        output.mux(sound.encode(None))
    return lengths


def _encode_take(
    take: InputContainer,
    output: OutputContainer,
    lanes: tuple[VideoStream, AudioStream],
    fit: "_Fit",
    offset: Fraction,
) -> Fraction:
    picture, sound = lanes
    end = Fraction(0)
    even = AudioResampler(format="fltp", layout="stereo", rate=48_000, frame_size=1_024)
    for packet in _packets(take, ("video", "audio")):
        end = max(end, _end_of(packet)) if packet.stream.type == "video" else end
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                fitted = fit.apply(frame)
                fitted.pts = round((_moment(frame) + offset) * 90_000)
                fitted.time_base = Fraction(1, 90_000)
                output.mux(picture.encode(fitted))
            elif isinstance(frame, av.AudioFrame):
                frame.pts = round((_moment(frame) + offset) * frame.sample_rate)
                frame.time_base = Fraction(1, frame.sample_rate)
                for piece in even.resample(frame):
                    output.mux(sound.encode(piece))
    return end


def _moment(frame: av.VideoFrame | av.AudioFrame) -> Fraction:
    return (frame.pts or 0) * Fraction(frame.time_base or 1)


class _Fit:
    """Stands a picture upright and scales it into a frame without distorting it."""

    def __init__(self, source: VideoStream, width: int, height: int, turn: Turn) -> None:
        self._graph = Graph()
        buffer = self._graph.add_buffer(template=source)
        turns = [self._graph.add(*turning) for turning in TURNINGS.get(turn, ())]
        scale = self._graph.add("scale", f"{width}:{height}:force_original_aspect_ratio=decrease")
        pad = self._graph.add("pad", f"{width}:{height}:(ow-iw)/2:(oh-ih)/2")
        format_ = self._graph.add("format", "yuv420p")
        sink = self._graph.add("buffersink")
        self._graph.link_nodes(buffer, *turns, scale, pad, format_, sink).configure()

    def apply(self, frame: av.VideoFrame) -> av.VideoFrame:
        self._graph.vpush(frame)
        fitted = self._graph.vpull()
        fitted.pict_type = av.video.frame.PictureType.NONE
        return fitted


def _draw_poster(replay: Path, target: Path) -> Path | None:
    """Save a still from early in the show."""
    try:
        with av.open(replay) as container:
            length = container.duration or 0
            container.seek(min(POSTER_AT_SECONDS * av.time_base, length // 3))
            frame = next(container.decode(video=0))
    except (av.FFmpegError, StopIteration):
        return None
    width = min(POSTER_WIDTH, frame.width)
    image = frame.to_image(width=width, height=round(frame.height * width / frame.width))  # type: ignore[no-untyped-call]
    stand_upright(image, matrix_of(frame)).save(target, "JPEG", quality=82)
    return target
