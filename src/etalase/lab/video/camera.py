"""The show as a file that Chromium takes for a camera (`--use-file-for-fake-video-capture`).

The mark in it counts from the file's start: a page that reads it from the camera's preview and from the
stream at the same moment has the delay as their difference.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av

from etalase.lab.video.reel import Reel, ensure_reel
from etalase.lab.video.scene import HEIGHT, RATE, WIDTH


def write_camera(path: Path, folder: Path, *, seconds: float) -> None:
    """Write a YUV4MPEG2 file of this length (16 MB a second)."""
    reel = Reel(ensure_reel(folder))
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode("ascii"))
        for planes in _stamped(reel, round(seconds * RATE)):
            file.write(b"FRAME\n" + planes)


def _stamped(reel: Reel, count: int) -> Iterator[bytes]:
    for number, frame in enumerate(islice(reel.frames(), count)):
        milliseconds = number * 1_000 // RATE
        reel.stamp(frame, f"00:{milliseconds // 60_000:02}:{milliseconds // 1_000 % 60:02}", milliseconds)
        yield b"".join(_rows(frame))


def _rows(frame: av.VideoFrame) -> Iterator[bytes]:
    """Yield the planes without the padding at the end of their lines."""
    for plane in frame.planes:
        content = memoryview(plane)
        for y in range(plane.height):
            yield content[y * plane.line_size : y * plane.line_size + plane.width].tobytes()
