"""Sends the show through the real ingest, as OBS would: H.264 and AAC by RTMP, in real time.

`broadcast` works in the process that calls it and blocks; `Broadcaster` runs it as a process of its own, so
that the encoder and the server do not share an interpreter.
"""

import asyncio
import signal
import sys
import time
from array import array
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer

from etalase.lab.video.reel import Reel, ensure_reel
from etalase.lab.video.scene import HEIGHT, RATE, WIDTH
from etalase.lab.video.sound import SAMPLE_RATE, make_loop

BITS_PER_SECOND = 1_400_000
AAC_FRAME = 1_024
MAX_LATE_SECONDS = 1.0


def broadcast(
    url: str,
    folder: Path,
    *,
    seconds: float | None = None,
    key_frame_seconds: int = 1,
    notes: Path | None = None,
) -> None:
    """Send the show until `seconds` have passed, or without end. Raises av.FFmpegError when refused.

    In `notes` a line says of each picture which moment it shows, and when it is due, both in milliseconds.
    """
    reel = Reel(ensure_reel(folder), notes)
    tones = make_loop()
    with av.open(url, "w", format="flv", container_options={"flvflags": "no_duration_filesize"}) as output:
        picture = output.add_stream("libx264", rate=RATE, options=_encoder_options(key_frame_seconds))
        _send(output, picture, reel, tones, seconds)


def _send(
    output: OutputContainer, picture: av.VideoStream, reel: Reel, tones: "array[int]", seconds: float | None
) -> None:
    picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    picture.bit_rate = BITS_PER_SECOND
    picture.codec_context.thread_count = 1
    picture.codec_context.time_base = Fraction(1, 1_000)
    sound = output.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
    sound.bit_rate = 64_000
    began, heard = time.monotonic(), 0
    for number, frame in enumerate(reel.frames()):
        due = number / RATE
        if seconds is not None and due >= seconds:
            break
        wait = began + due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        elif wait < -MAX_LATE_SECONDS and number % 2:
            continue  # a busy machine shows fewer frames, not late ones
        now = time.time()
        frame.pts, frame.time_base = round(due * 1_000), Fraction(1, 1_000)
        reel.stamp(frame, f"{datetime.fromtimestamp(now).astimezone():%H:%M:%S}", int(now * 1_000))
        frame.pict_type = av.video.frame.PictureType.NONE
        output.mux(picture.encode(frame))
        while heard < due * SAMPLE_RATE:
            output.mux(sound.encode(_tones_at(tones, heard)))
            heard += AAC_FRAME


def _tones_at(tones: "array[int]", place: int) -> av.AudioFrame:
    start = place % len(tones)
    samples = tones[start : start + AAC_FRAME]
    samples += tones[: AAC_FRAME - len(samples)]
    frame = av.AudioFrame("s16", "mono", AAC_FRAME)
    frame.planes[0].update(samples.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, place, Fraction(1, SAMPLE_RATE)
    return frame


def _encoder_options(key_frame_seconds: int) -> dict[str, str]:
    every = RATE * key_frame_seconds
    return {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": "baseline",
        "x264-params": f"keyint={every}:min-keyint={every}:scenecut=0",
    }


GRACE_SECONDS = 20


class Broadcaster:
    """A broadcast in a process of its own."""

    def __init__(
        self, url: str, folder: Path, *, key_frame_seconds: int = 1, notes: Path | None = None
    ) -> None:
        self._command = (
            *(sys.executable, "-m", "etalase.lab.video", url, "--folder", str(folder)),
            *("--key-frame-seconds", str(key_frame_seconds)),
            *(("--notes", str(notes)) if notes else ()),
        )
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Begin. The picture comes when the reel is drawn."""
        self._running = await asyncio.create_subprocess_exec(*self._command, stdin=asyncio.subprocess.DEVNULL)

    async def stop(self) -> None:
        """End it in good order; who is stuck in a call of the network, and hears no signal, is killed."""
        if self._running is None or self._running.returncode is not None:
            return
        self._running.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await self._running.wait()
        except TimeoutError:
            self._running.kill()
            await self._running.wait()

    @property
    def pid(self) -> int | None:
        """The process, for whoever measures it."""
        return self._running.pid if self._running else None
