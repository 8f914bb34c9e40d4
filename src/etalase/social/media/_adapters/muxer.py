"""One era as a fragmented mp4: an init segment, then a fragment for each slot that the cutter gives."""

import io
from collections import deque

import av

from etalase.social.media._adapters.h264 import to_length_prefixed
from etalase.social.media._adapters.sound import SoundAhead, SoundLane
from etalase.social.media._adapters.sources import Packet, Track
from etalase.social.media._model.cutter import Cutter, Slot
from etalase.social.media._model.fragments import Fragment, Picture, Sound, write_fragment
from etalase.social.media._model.matrix import with_matrix
from etalase.social.media._model.sound import Patience
from etalase.social.media._model.timeline import CLOCK


class Muxer:
    """Takes packets, gives fragments; times are ticks since the era's first key frame."""

    def __init__(
        self,
        first_frame: bytes,
        audio: Track | None,
        cutter: Cutter,
        patience: Patience,
        *,
        matrix: bytes | None,
    ) -> None:
        self._written = io.BytesIO()
        options = {"movflags": "empty_moov+default_base_moof", "video_track_timescale": str(CLOCK)}
        self._output = av.open(self._written, "w", format="mp4", container_options=options)
        # probing the frame tells size and parameter sets, wherever they stood in the source
        with av.open(io.BytesIO(first_frame), "r", format="h264") as probe:
            self._output.add_stream_from_template(probe.streams.video[0])
        self._sound = SoundLane(self._output, audio)
        self._output.start_encoding()
        self.init = with_matrix(self._written.getvalue(), matrix)
        self._cutter = cutter
        self._patience = patience
        self._pictures: deque[Picture] = deque()
        self._slot: Slot | None = None
        self._sequence = 0
        self._end = 0
        cutter.begin_era()

    def add_video(self, picture: Picture) -> list[Fragment]:
        """Take a picture, later than all before."""
        content = to_length_prefixed(picture.content)
        self._pictures.append(Picture(content, picture.ticks, picture.shown_after, picture.key))
        if picture.ticks > 0:
            self._cutter.add(picture.ticks, key=picture.key)
        return self._cut()

    def add_audio(self, track: Track, packet: Packet, ticks: int) -> list[Fragment]:
        """Take a packet of sound."""
        self._patience.hear((self._pictures[-1].ticks - ticks) / CLOCK if self._pictures else 0.0)
        if ticks > -self._sound.grid.frame_ticks:
            self._sound.add(track, packet, ticks)
        return self._cut()

    @property
    def sound_is_unreadable(self) -> bool:
        """Whether sound comes of which nothing can be decoded."""
        return self._sound.is_unreadable()

    @property
    def sound_ahead(self) -> SoundAhead:
        """The sound that came before the picture that it belongs to, once the era is finished."""
        return self._sound.ahead(self._end)

    def take_over(self, ahead: SoundAhead | None) -> None:
        """Take the sound that was ahead of the era before, if it is of the same make."""
        if ahead is not None:
            self._sound.take_over(ahead)

    def finish(self, step: int, until: int | None) -> list[Fragment]:
        """Give what is left, up to where the next era begins.

        Without a next one the last picture stays for `step` ticks, or as long as there is sound.
        """
        fragments = self._cut()
        self._sound.flush()
        end = self._pictures[-1].ticks + step if self._pictures else 0
        if self._sound.frames:
            end = max(end, self._sound.grid.end_ticks)
        end = self._end = end if until is None else until
        slots = [self._slot] if self._slot else []
        slots += self._cutter.finish(end)
        self._sound.fill(end)
        fragments += [self._write(slot, end) for slot in slots]
        self._output.close()
        return fragments

    def _cut(self) -> list[Fragment]:
        """Return the fragments whose pictures have come, and their sound, unless it is waited for in vain."""
        fragments = []
        while (slot := self._slot or self._cutter.next_slot()) is not None:
            behind = self._pictures[-1].ticks - self._sound.grid.end_ticks
            if self._sound.grid.end_ticks < slot.end and not self._patience.is_over(behind / CLOCK):
                self._slot = slot
                break
            self._slot = None
            self._sound.fill(slot.end)
            fragments.append(self._write(slot, slot.end))
        return fragments

    def _write(self, slot: Slot, end: int) -> Fragment:
        """Write a slot. The last picture of all lasts until `end`."""
        pictures = []
        while self._pictures and self._pictures[0].ticks < slot.end:
            picture = self._pictures.popleft()
            following = self._pictures[0].ticks if self._pictures else max(end, slot.end)
            pictures.append((picture, following - picture.ticks))
        taken = self._sound.taken_frames
        frames = self._sound.take(slot.end, at_least=0 if pictures else 1)
        self._sequence += 1
        sound = Sound(taken * self._sound.grid.frame_samples, self._sound.grid.frame_samples, frames)
        first = pictures[0][0] if pictures else None
        return Fragment(
            write_fragment(self._sequence, pictures, sound),
            slot.start / CLOCK,
            (slot.end - slot.start) / CLOCK,
            independent=first is not None and first.key and first.ticks == slot.start,
            closes=slot.closes,
        )
