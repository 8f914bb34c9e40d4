"""The demo's show: clothes that sway on a rail, a clock that tells the time, a mark that programs read.

The picture is drawn once and kept as key frames only; what is live (clock and mark) is written into each
frame's luma just before it is encoded. That is cheap: about a tenth of a core for 540 x 960 at 20 frames a
second.
"""

from etalase.lab.video.broadcast import Broadcaster, broadcast
from etalase.lab.video.camera import write_camera
from etalase.lab.video.marker import READ_MARKER_SCRIPT, read_marker, wrap
from etalase.lab.video.scene import HEIGHT, RATE, WIDTH

__all__ = [
    "HEIGHT",
    "RATE",
    "READ_MARKER_SCRIPT",
    "WIDTH",
    "Broadcaster",
    "broadcast",
    "read_marker",
    "wrap",
    "write_camera",
]
