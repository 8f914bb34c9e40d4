"""Numbered logs that many consumers follow at once, and the sockets that carry them.

A `Channel` numbers what happens, encodes each frame once for everybody and keeps the last frames in a ring,
so that whoever lost the connection goes on by number. It never waits for a consumer: one that cannot take a
frame at once is skipped, and catches up from the ring, or from a snapshot, when it can. What the frames
mean is the business of whoever publishes them.
"""

from websockets.frames import CloseCode

from etalase.platform.realtime._channel import NEEDS_SNAPSHOT, Channel, Consumer, Position
from etalase.platform.realtime._feed import Feed, LocalFeed, Log, OpenFeed
from etalase.platform.realtime._frames import Frame, FrameError, MessageReader, encode_close
from etalase.platform.realtime._pull import PullConsumer
from etalase.platform.realtime._socket import Admission, Rejection, Socket, SocketLimits, SocketSession
from etalase.platform.realtime._upgrade import Door, SocketServer, UpgradeRequest

__all__ = [
    "NEEDS_SNAPSHOT",
    "Admission",
    "Channel",
    "CloseCode",
    "Consumer",
    "Door",
    "Feed",
    "Frame",
    "FrameError",
    "LocalFeed",
    "Log",
    "MessageReader",
    "OpenFeed",
    "Position",
    "PullConsumer",
    "Rejection",
    "Socket",
    "SocketLimits",
    "SocketServer",
    "SocketSession",
    "UpgradeRequest",
    "encode_close",
]
