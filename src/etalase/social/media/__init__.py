"""Video in, low-latency segments out, recordings.

The engine carries what is on air and knows no database; it reaches one through its ports. What is recorded
lies in the media folder until a job has joined it into a replay. This context knows shows by their id only:
whose they are and who may broadcast, `rooms` says through the port `Broadcasts`.
"""

from etalase.social.media._adapters.browser import ChunkFeed
from etalase.social.media._adapters.clips import cut_clip
from etalase.social.media._adapters.database import DatabaseArchive, DatabaseKeyring
from etalase.social.media._adapters.engine import HouseEngine
from etalase.social.media._adapters.pieces import Blob
from etalase.social.media._adapters.recordings import DiskRecordingStore
from etalase.social.media._adapters.stream import (
    GONE,
    NO_SPACE,
    OVERLOADED,
    REPLACED,
    SHOW_OVER,
    SHUTTING_DOWN,
    UNREADABLE,
    Publication,
    Stream,
)
from etalase.social.media._commands import StreamKeys
from etalase.social.media._errors import (
    AlreadyBroadcasting,
    ChunkTooLarge,
    ShowNotOnAir,
    TooManyStreams,
    UnknownContainer,
    VideoTooFast,
    WrongStreamKey,
)
from etalase.social.media._jobs import jobs_for
from etalase.social.media._model.ports import (
    IngestAddresses,
    LiveView,
    MediaEngine,
    StreamHealth,
)
from etalase.social.media._model.recording import Chapter, RecordingView
from etalase.social.media._model.settings import MediaSettings
from etalase.social.media._model.window import read_playlist_request
from etalase.social.media._queries import find_recording, get_recording
from etalase.social.media._store import (
    find_recordings,
    list_replays,
)

__all__ = [
    "GONE",
    "NO_SPACE",
    "OVERLOADED",
    "REPLACED",
    "SHOW_OVER",
    "SHUTTING_DOWN",
    "UNREADABLE",
    "AlreadyBroadcasting",
    "Blob",
    "Chapter",
    "ChunkFeed",
    "ChunkTooLarge",
    "DatabaseArchive",
    "DatabaseKeyring",
    "DiskRecordingStore",
    "HouseEngine",
    "IngestAddresses",
    "LiveView",
    "MediaEngine",
    "MediaSettings",
    "Publication",
    "RecordingView",
    "ShowNotOnAir",
    "Stream",
    "StreamHealth",
    "StreamKeys",
    "TooManyStreams",
    "UnknownContainer",
    "VideoTooFast",
    "WrongStreamKey",
    "cut_clip",
    "find_recording",
    "find_recordings",
    "get_recording",
    "jobs_for",
    "list_replays",
    "read_playlist_request",
]
