"""Video in, low-latency segments out, recordings.

The engine carries what is on air and knows no database; it reaches one through its ports. What is recorded
lies in the media folder until a job has joined it into a replay. This context knows shows by their id only:
whose they are and who may broadcast, `rooms` says through the port `Broadcasts`.
"""

from etalase.social.media._adapters import DatabaseArchive, DatabaseKeyring
from etalase.social.media._commands import StreamKeys, read_key_secret
from etalase.social.media._engine.browser import ChunkFeed, ChunkTooLarge, TooFast, UnknownContainer
from etalase.social.media._engine.engine import HouseEngine
from etalase.social.media._engine.pipe import PipeOverflow
from etalase.social.media._engine.ports import (
    Archive,
    Broadcasts,
    IngestAddresses,
    Keyring,
    LiveView,
    MediaEngine,
)
from etalase.social.media._engine.stream import (
    GONE,
    OVERLOADED,
    REPLACED,
    SHOW_OVER,
    SHUTTING_DOWN,
    UNREADABLE,
    Blob,
    Publication,
    Stream,
)
from etalase.social.media._errors import (
    NotWebRtc,
    RecordingNotFound,
    ShowNotOnAir,
    TooManyStreams,
    WrongStreamKey,
)
from etalase.social.media._events import RecordingFinished
from etalase.social.media._jobs import jobs_for
from etalase.social.media._model.recording import Chapter, RecordingView
from etalase.social.media._model.settings import Settings
from etalase.social.media._model.window import contains, part_number
from etalase.social.media._queries import find_recording, find_recordings, get_recording

__all__ = [
    "GONE",
    "OVERLOADED",
    "REPLACED",
    "SHOW_OVER",
    "SHUTTING_DOWN",
    "UNREADABLE",
    "Archive",
    "Blob",
    "Broadcasts",
    "Chapter",
    "ChunkFeed",
    "ChunkTooLarge",
    "DatabaseArchive",
    "DatabaseKeyring",
    "HouseEngine",
    "IngestAddresses",
    "Keyring",
    "LiveView",
    "MediaEngine",
    "NotWebRtc",
    "PipeOverflow",
    "Publication",
    "RecordingFinished",
    "RecordingNotFound",
    "RecordingView",
    "Settings",
    "ShowNotOnAir",
    "Stream",
    "StreamKeys",
    "TooFast",
    "TooManyStreams",
    "UnknownContainer",
    "WrongStreamKey",
    "contains",
    "find_recording",
    "find_recordings",
    "get_recording",
    "jobs_for",
    "part_number",
    "read_key_secret",
]
