"""A still picture of a key frame, and which way is up."""

import io
import struct
from collections.abc import Mapping
from typing import cast

import av
from av.buffer import Buffer
from av.sidedata.sidedata import Type as SideDataType
from PIL import Image

from etalase.social.media._model.matrix import turn_of

WIDEST_PIXELS = 540
JPEG_QUALITY = 78
TURNS = {
    (-1, 0, 0, 1): Image.Transpose.FLIP_LEFT_RIGHT,
    (1, 0, 0, -1): Image.Transpose.FLIP_TOP_BOTTOM,
    (-1, 0, 0, -1): Image.Transpose.ROTATE_180,
    (0, 1, -1, 0): Image.Transpose.ROTATE_270,
    (0, -1, 1, 0): Image.Transpose.ROTATE_90,
    (0, 1, 1, 0): Image.Transpose.TRANSPOSE,
    (0, -1, -1, 0): Image.Transpose.TRANSVERSE,
}


def draw_poster(key_frame: bytes, matrix: bytes | None = None) -> bytes | None:
    """Return a JPEG of an H.264 key frame (Annex B, with its parameter sets), or None if it is damaged."""
    try:
        with av.open(io.BytesIO(key_frame), "r", format="h264") as container:
            for frame in container.decode(video=0):
                return _encode(frame, matrix)
    except (av.FFmpegError, ValueError):
        return None
    return None


def _encode(frame: av.VideoFrame, matrix: bytes | None) -> bytes:
    width = min(frame.width, WIDEST_PIXELS)
    height = round(frame.height * width / frame.width)
    encoded = io.BytesIO()
    image: Image.Image = frame.to_image(width=width, height=height)  # type: ignore[no-untyped-call]
    stand_upright(image, matrix).save(encoded, "JPEG", quality=JPEG_QUALITY)
    return encoded.getvalue()


def stand_upright(image: Image.Image, matrix: bytes | None) -> Image.Image:
    """Return the image turned as the matrix says."""
    turn = TURNS.get(turn_of(matrix))
    return image if turn is None else image.transpose(turn)


def matrix_of(frame: av.VideoFrame) -> bytes | None:
    """Return the matrix that a decoded frame carries, as an mp4 would say it."""
    carried = cast("Mapping[SideDataType, Buffer]", frame.side_data).get(SideDataType.DISPLAYMATRIX)
    return None if carried is None else struct.pack(">9i", *struct.unpack("=9i", bytes(carried)))
