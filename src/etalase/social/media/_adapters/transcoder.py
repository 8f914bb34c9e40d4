"""Makes H.264 of pictures that not every phone plays. Only then: it costs a fifth of a core."""

from collections.abc import Iterator
from fractions import Fraction

import av

from etalase.social.media._adapters.poster import matrix_of
from etalase.social.media._adapters.sources import Packet, Track

KEY_FRAME_SECONDS = 1.0
ASSUMED_RATE = 30
BITS_PER_PIXEL = 2.2
"""Per second; 720p comes to two megabits."""


class PictureTranscoder:
    """Takes packets of any codec, gives packets of H.264 as Annex B. It begins anew when the size changes."""

    def __init__(self, track: Track) -> None:
        self._track = track
        self._encoder: av.VideoCodecContext | None = None
        self._last_key: Fraction | None = None
        self.matrix = track.matrix
        """How the frames are turned: it is left as it is."""

    def convert(self, packet: Packet) -> Iterator[Packet]:
        """Return what the packet yields; a frame that cannot be decoded (yet) yields nothing."""
        decoder = self._track.decoder
        if not isinstance(decoder, av.VideoCodecContext):
            return
        try:
            frames = decoder.decode(packet)
        except av.FFmpegError:  # Chromium's VP8 begins with frames that need one never sent
            return
        for frame in frames:
            if frame.pts is not None and frame.time_base is not None:
                self.matrix = matrix_of(frame)
                yield from self._encode(frame)

    def _encode(self, frame: av.VideoFrame) -> Iterator[Packet]:
        encoder = self._encoder_for(frame)
        moment = (frame.pts or 0) * Fraction(frame.time_base or 1)
        is_due = self._last_key is None or moment - self._last_key >= KEY_FRAME_SECONDS
        frame.pict_type = av.video.frame.PictureType.I if is_due else av.video.frame.PictureType.NONE
        if is_due:
            self._last_key = moment
        yield from encoder.encode(frame)

    def _encoder_for(self, frame: av.VideoFrame) -> av.VideoCodecContext:
        known = self._encoder
        width, height = frame.width & ~1, frame.height & ~1  # 4:2:0 has no odd sizes
        if known is not None and (known.width, known.height) == (width, height):
            return known
        encoder = av.CodecContext.create("libx264", "w")
        if not isinstance(encoder, av.VideoCodecContext):
            raise TypeError("libx264 makes no pictures")
        encoder.width, encoder.height = width, height
        encoder.pix_fmt = "yuv420p"
        encoder.time_base = Fraction(frame.time_base or Fraction(1, 1_000))
        encoder.framerate = Fraction(ASSUMED_RATE)
        encoder.bit_rate = int(width * height * BITS_PER_PIXEL)
        encoder.thread_count = 1
        encoder.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "profile": "baseline",
            "x264-params": "scenecut=0:keyint=300",
        }
        self._encoder, self._last_key = encoder, None
        return encoder
