"""A still picture of a key frame."""

import io

import av
from PIL import Image

WIDEST_PIXELS = 540
JPEG_QUALITY = 78


def draw_poster(key_frame: bytes) -> bytes | None:
    """Return a JPEG of an H.264 key frame (Annex B, with its parameter sets), or None if it is damaged."""
    try:
        with av.open(io.BytesIO(key_frame), "r", format="h264") as container:
            for frame in container.decode(video=0):
                return _encode(frame)
    except (av.FFmpegError, ValueError):
        return None
    return None


def _encode(frame: av.VideoFrame) -> bytes:
    width = min(frame.width, WIDEST_PIXELS)
    height = round(frame.height * width / frame.width)
    encoded = io.BytesIO()
    image: Image.Image = frame.to_image(width=width, height=height)  # type: ignore[no-untyped-call]
    image.save(encoded, "JPEG", quality=JPEG_QUALITY)
    return encoded.getvalue()
