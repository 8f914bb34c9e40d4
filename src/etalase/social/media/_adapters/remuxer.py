"""A stream's thread: reads one broadcast, writes its takes to the disk, reports what viewers can fetch.

All blocking work of a stream is here and nowhere else: FFmpeg, file writes, posters. It knows no loop; what
it reports is handed over by the `report` that it was given.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

import av
import structlog

from etalase.social.media._adapters.h264 import find_parameter_sets, is_key_frame
from etalase.social.media._adapters.muxer import Muxer
from etalase.social.media._adapters.poster import draw_poster
from etalase.social.media._adapters.sound import SoundAhead
from etalase.social.media._adapters.sources import MediaSource, Packet, Track, UnreadableStream
from etalase.social.media._adapters.takes import Take, TakeFolder
from etalase.social.media._adapters.transcoder import PictureTranscoder
from etalase.social.media._model.cutter import Cutter, TargetDurations
from etalase.social.media._model.fragments import Fragment, Picture
from etalase.social.media._model.keyframes import KeyFrames
from etalase.social.media._model.sound import Patience
from etalase.social.media._model.timeline import CLOCK, Timeline

log = structlog.get_logger(__name__)

MAX_HOLD_SECONDS = 10
"""Sound without a picture for longer waits for the next key frame, as after a break."""

MAX_FRAMES_WITHOUT_KEY = 600
"""Packets without any key frame before a stream counts as unreadable."""

MAX_REORDER = 2 * CLOCK


@dataclass(frozen=True, slots=True)
class EraStarted:
    """Fragments that follow need this init segment; their clock began at `began`."""

    init: bytes
    began: datetime


@dataclass(frozen=True, slots=True)
class FragmentMade:
    """A part is ready. `pace` is what the playlist promises, once that is known."""

    fragment: Fragment
    pace: TargetDurations | None


@dataclass(frozen=True, slots=True)
class PosterDrawn:
    """A still of what is on air."""

    jpeg: bytes


@dataclass(frozen=True, slots=True)
class KeyFramesSpaced:
    """So many seconds lie between key frames now."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SoundUnreadable:
    """Nothing of the sound can be decoded (AAC without its configuration, say): viewers hear nothing."""


Report = EraStarted | FragmentMade | PosterDrawn | KeyFramesSpaced | SoundUnreadable


class Remuxer:
    """Runs one broadcast from its first byte to its last."""

    def __init__(
        self,
        source: MediaSource,
        folder: TakeFolder,
        report: Callable[[Report], None],
        *,
        cutter: Cutter,
        poster_seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._folder = folder
        self._report = report
        self._cutter = cutter
        self._poster_ticks = round(poster_seconds * CLOCK)
        self._now = now
        self._timeline = Timeline()
        self._patience = Patience()
        self._key_frames = KeyFrames()
        self._muxer: Muxer | None = None
        self._take: Take | None = None
        self._audio: Track | None = None
        self._matrix: bytes | None = None
        self._sets = b""
        self._base = 0
        self._poster_due = 0
        self._is_era_due = False
        self._is_sound_reported = False

    def run(self) -> None:
        """Work until the source ends. Raises UnreadableStream when it was no video at all."""
        try:
            tracks = self._source.open()
            video = next((track for track in tracks if track.kind == "video"), None)
            self._audio = next((track for track in tracks if track.kind == "audio"), None)
            if video is None:
                raise UnreadableStream("no picture")
            if self._audio is None:
                self._patience.give_up()
            self._matrix = video.matrix
            self._pump(video)
        finally:
            self._end_era()

    def _pump(self, video: Track) -> None:
        transcoder = None if video.codec == "h264" else PictureTranscoder(video)
        waited = 0
        for track, packet in self._source.packets():
            if track.kind == "audio":
                self._add_audio(track, packet)
                continue
            pictures: Iterator[Packet] = iter([packet]) if transcoder is None else transcoder.convert(packet)
            for picture in pictures:
                self._matrix = self._matrix if transcoder is None else transcoder.matrix
                self._add_picture(picture)
            waited += 1
            if self._muxer is None and waited > MAX_FRAMES_WITHOUT_KEY:
                raise UnreadableStream("no key frame")

    def _add_picture(self, packet: Packet) -> None:
        if packet.dts is None:
            packet.dts = packet.pts
        if packet.dts is None:
            return
        scale = Fraction(packet.time_base) * CLOCK
        moment, has_leapt = self._timeline.place("video", round(packet.dts * scale), self._arrived())
        self._is_era_due |= has_leapt
        frame = bytes(packet)
        key = (packet.is_keyframe or self._muxer is None) and is_key_frame(frame)
        if (seconds := self._key_frames.measure(moment, key=key)) is not None:
            self._report(KeyFramesSpaced(seconds))
        if key and self._must_start_era(frame):
            self._start_era(frame, moment)
        if self._muxer is None:
            return
        if key and moment >= self._poster_due:
            self._draw_poster(frame, moment)
        shown_after = 0 if packet.pts is None else round((packet.pts - packet.dts) * scale)
        shown_after = min(max(shown_after, 0), MAX_REORDER)
        self._publish(self._muxer.add_video(Picture(frame, moment - self._base, shown_after, key)))

    def _add_audio(self, track: Track, packet: Packet) -> None:
        ticks = packet.pts if packet.dts is None else packet.dts
        if ticks is None:
            return
        if packet.has_sidedata("new_extradata"):
            self._reconfigure(track, bytes(packet.get_sidedata("new_extradata")))
        self._audio = self._audio or track
        said = round(ticks * Fraction(packet.time_base) * CLOCK)
        moment, _ = self._timeline.place("audio", said, self._arrived())
        if self._muxer is None:
            return
        self._publish(self._muxer.add_audio(self._audio, packet, moment - self._base))
        if self._muxer.sound_is_unreadable and not self._is_sound_reported:
            self._is_sound_reported = True
            self._report(SoundUnreadable())
        if self._timeline.sound_ahead() > MAX_HOLD_SECONDS * CLOCK:
            self._end_era()
            self._timeline, self._key_frames = Timeline(), KeyFrames()

    def _arrived(self) -> int:
        """Return when a packet came that is taken now: nearly at once, since this thread waits for them."""
        return round(self._now() * CLOCK)

    def _reconfigure(self, track: Track, config: bytes) -> None:
        """Read the sound by another configuration from here on; sound that is passed on needs a new era."""
        known = self._audio or track
        if track.codec != "aac" or config == (known.decoder.extradata or b""):
            return
        decoder = av.CodecContext.create("aac", "r")
        decoder.extradata = config
        self._audio = replace(known, decoder=decoder, template=None)
        self._is_era_due = True

    def _must_start_era(self, frame: bytes) -> bool:
        sets = find_parameter_sets(frame)
        is_changed = bool(sets) and sets != self._sets
        return bool(sets or self._sets) and (self._muxer is None or is_changed or self._is_era_due)

    def _start_era(self, frame: bytes, moment: int) -> None:
        waiting = self._end_era(moment)
        sets = find_parameter_sets(frame)
        if not sets:
            frame = self._sets + frame
        self._sets = sets or self._sets
        try:
            self._muxer = Muxer(frame, self._audio, self._cutter, self._patience, matrix=self._matrix)
        except (av.FFmpegError, IndexError, ValueError) as error:
            raise UnreadableStream(f"a key frame that tells no picture: {error}") from error
        self._base = moment
        self._poster_due = moment
        self._is_era_due = False
        self._take = self._folder.start_take()
        self._take.append(self._muxer.init)
        self._report(EraStarted(self._muxer.init, self._take.started_at))
        self._muxer.take_over(waiting)

    def _end_era(self, moment: int | None = None) -> SoundAhead | None:
        """End the era, at this moment if another begins there; return the sound that is ahead of it."""
        ahead = None
        if self._muxer is not None:
            muxer, self._muxer = self._muxer, None
            until = None if moment is None else moment - self._base
            self._publish(muxer.finish(self._timeline.picture_step, until))
            ahead = muxer.sound_ahead
        if self._take is not None:
            self._take.close()
            self._take = None
        return ahead

    def _publish(self, fragments: list[Fragment]) -> None:
        for fragment in fragments:
            if self._take is not None:
                ends = fragment.start_seconds + fragment.duration_seconds
                self._take.append(fragment.content, until_seconds=ends)
            self._report(FragmentMade(fragment, self._cutter.pace))

    def _draw_poster(self, frame: bytes, moment: int) -> None:
        self._poster_due = moment + self._poster_ticks
        whole = frame if find_parameter_sets(frame) else self._sets + frame
        poster = draw_poster(whole, self._matrix)
        if poster is not None:
            self._report(PosterDrawn(poster))
