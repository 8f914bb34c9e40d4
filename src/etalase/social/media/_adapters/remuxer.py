"""A stream's thread: reads one broadcast, writes its takes to the disk, reports what viewers can fetch.

All blocking work of a stream is here and nowhere else: FFmpeg, file writes, posters. It knows no loop; what
it reports is handed over by the `report` that it was given.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import structlog

from etalase.social.media._adapters.h264 import find_parameter_sets, is_key_frame
from etalase.social.media._adapters.muxer import Muxer
from etalase.social.media._adapters.poster import draw_poster
from etalase.social.media._adapters.sources import Packet, Source, Track, UnreadableStream
from etalase.social.media._adapters.takes import Take, TakeFolder
from etalase.social.media._adapters.transcoder import PictureTranscoder
from etalase.social.media._model.boxes import Fragment, Init

log = structlog.get_logger(__name__)

LONGEST_JUMP_SECONDS = 5
"""Times that jump further than this, or back, begin a new era."""

LONGEST_WAIT_FOR_KEY_FRAMES = 600
"""Packets without any key frame before a stream counts as unreadable."""


@dataclass(frozen=True, slots=True)
class EraStarted:
    """Fragments that follow need this init segment."""

    init: bytes


@dataclass(frozen=True, slots=True)
class FragmentMade:
    """A part is ready."""

    fragment: Fragment


@dataclass(frozen=True, slots=True)
class PosterDrawn:
    """A still of what is on air."""

    jpeg: bytes


Report = EraStarted | FragmentMade | PosterDrawn


class Remuxer:
    """Runs one broadcast from its first byte to its last."""

    def __init__(
        self,
        source: Source,
        folder: TakeFolder,
        report: Callable[[Report], None],
        *,
        part_seconds: float,
        poster_seconds: float,
    ) -> None:
        self._source = source
        self._folder = folder
        self._report = report
        self._part_seconds = part_seconds
        self._poster_seconds = poster_seconds
        self._muxer: Muxer | None = None
        self._take: Take | None = None
        self._audio: Track | None = None
        self._sets = b""
        self._base = Fraction(0)
        self._last = Fraction(0)
        self._poster_due = Fraction(0)

    def run(self) -> None:
        """Work until the source ends. Raises UnreadableStream when it was no video at all."""
        try:
            tracks = self._source.open()
            video = next((track for track in tracks if track.kind == "video"), None)
            self._audio = next((track for track in tracks if track.kind == "audio"), None)
            if video is None:
                raise UnreadableStream("no picture")
            self._pump(video)
        finally:
            self._end_era()

    def _pump(self, video: Track) -> None:
        transcoder = None if video.codec == "h264" else PictureTranscoder(video)
        waited = 0
        for track, packet in self._source.packets():
            if track.kind == "audio":
                self._add_audio(packet)
                continue
            pictures: Iterator[Packet] = iter([packet]) if transcoder is None else transcoder.convert(packet)
            for picture in pictures:
                self._add_picture(picture)
            waited += 1
            if self._muxer is None and waited > LONGEST_WAIT_FOR_KEY_FRAMES:
                raise UnreadableStream("no key frame")

    def _add_picture(self, packet: Packet) -> None:
        if packet.dts is None:
            packet.dts = packet.pts
        if packet.dts is None:
            return
        moment = packet.dts * Fraction(packet.time_base)
        frame = bytes(packet) if packet.is_keyframe or self._muxer is None else b""
        if frame and is_key_frame(frame) and self._must_start_era(frame, moment):
            self._start_era(frame, moment)
        if self._muxer is None:
            return
        self._last = moment
        if frame and moment >= self._poster_due:
            self._draw_poster(frame, moment)
        self._shift(packet)
        self._publish(self._muxer.add_video(packet))

    def _add_audio(self, packet: Packet) -> None:
        if self._muxer is None or packet.dts is None:
            return
        self._shift(packet)
        if packet.dts >= 0:
            self._publish(self._muxer.add_audio(packet))

    def _must_start_era(self, frame: bytes, moment: Fraction) -> bool:
        sets = find_parameter_sets(frame)
        is_changed = bool(sets) and sets != self._sets
        has_jumped = not self._last <= moment <= self._last + LONGEST_JUMP_SECONDS
        return bool(sets or self._sets) and (self._muxer is None or is_changed or has_jumped)

    def _start_era(self, frame: bytes, moment: Fraction) -> None:
        self._end_era()
        sets = find_parameter_sets(frame)
        if not sets:
            frame = self._sets + frame
        self._sets = sets or self._sets
        self._base = moment
        self._poster_due = moment
        self._take = self._folder.start_take()
        self._muxer = Muxer(frame, self._audio, part_seconds=self._part_seconds)

    def _end_era(self) -> None:
        if self._muxer is not None:
            muxer, self._muxer = self._muxer, None
            self._publish(muxer.finish())
        if self._take is not None:
            self._take.close()
            self._take = None

    def _shift(self, packet: Packet) -> None:
        """Count the packet's times from the era's start."""
        offset = round(self._base / Fraction(packet.time_base))
        packet.pts = None if packet.pts is None else packet.pts - offset
        packet.dts = None if packet.dts is None else packet.dts - offset

    def _publish(self, pieces: list[Init | Fragment]) -> None:
        for piece in pieces:
            if self._take is not None:
                self._take.append(piece.content)
            if isinstance(piece, Init):
                self._report(EraStarted(piece.content))
            else:
                self._report(FragmentMade(piece))

    def _draw_poster(self, frame: bytes, moment: Fraction) -> None:
        self._poster_due = moment + Fraction(self._poster_seconds)
        poster = draw_poster(frame if find_parameter_sets(frame) else self._sets + frame)
        if poster is not None:
            self._report(PosterDrawn(poster))
