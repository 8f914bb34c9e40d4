"""The drawn loop as a file of key frames, made once; and the same frames with clock and mark, forever."""

import hashlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from etalase.lab.video import garments, marker, scene
from etalase.lab.video.scene import HEIGHT, RATE, STRIP_HEIGHT, STRIP_SHADE, WIDTH

CLOCK_CHARACTERS = "0123456789:"
_CELL = (26, 40)
_CLOCK_LEFT, _CLOCK_TOP = 166, HEIGHT - STRIP_HEIGHT + 6


def ensure_reel(folder: Path) -> Path:
    """Return the reel's file, drawn first if this version of the drawing has none yet (some ten seconds)."""
    drawing = inspect.getsource(scene) + inspect.getsource(garments)
    version = hashlib.sha256(drawing.encode()).hexdigest()[:12]
    path = folder / f"reel-{version}.mp4"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        _draw_reel(partial)
        partial.rename(path)
    return path


def _draw_reel(path: Path) -> None:
    options = {"preset": "ultrafast", "crf": "20", "x264-params": "keyint=1"}
    with av.open(path, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in scene.draw_frames():
            output.mux(stream.encode(av.VideoFrame.from_image(picture)))  # type: ignore[no-untyped-call]
        output.mux(stream.encode(None))


class Reel:
    """Frames of the loop to write into. Key frames only, so no frame needs another one unchanged."""

    def __init__(self, path: Path, notes: Path | None = None) -> None:
        self._path = path
        self._notes = notes
        self._glyphs = {character: _draw_glyph(character) for character in CLOCK_CHARACTERS}

    def frames(self) -> Iterator[av.VideoFrame]:
        """Yield the loop's frames without end; each may be changed before the next is asked for."""
        while True:
            with av.open(self._path) as loop:
                loop.streams.video[0].codec_context.thread_count = 1
                yield from loop.decode(loop.streams.video[0])

    def stamp(self, frame: av.VideoFrame, clock: str, milliseconds: int) -> None:
        """Write the clock and the mark into a frame, and note that it was."""
        plane = frame.planes[0]
        luma = memoryview(plane)
        marker.stamp(luma, plane.line_size, milliseconds)
        width, height = _CELL
        for index, character in enumerate(clock):
            glyph = self._glyphs[character]
            left = _CLOCK_LEFT + index * width
            for y in range(height):
                start = (_CLOCK_TOP + y) * plane.line_size + left
                luma[start : start + width] = glyph[y * width : (y + 1) * width]
        if self._notes is not None:
            with self._notes.open("a", encoding="ascii") as file:
                file.write(f"{marker.wrap(milliseconds)} {frame.pts}\n")


def _draw_glyph(character: str) -> bytes:
    picture = Image.new("L", _CELL, STRIP_SHADE)
    font = ImageFont.load_default(38)
    ImageDraw.Draw(picture).text((_CELL[0] / 2, _CELL[1] / 2), character, font=font, fill=228, anchor="mm")
    return picture.point(lambda shade: 16 + shade * 219 // 255).tobytes()  # luma has less room than RGB
