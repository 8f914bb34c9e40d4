"""OBS, ffmpeg, GStreamer and cameras by RTMP (Adobe's RTMP 1.0, Enhanced RTMP v2).

From the wire inwards: `chunks` makes messages of bytes, `amf` reads what commands say, `session` is the
protocol without any I/O, `server` has the sockets, the rules of who may come, and the engine behind it.
"""

from etalase.social.media._adapters.rtmp.server import RtmpServer

__all__ = ["RtmpServer"]
