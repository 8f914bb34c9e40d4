"""The media engine, wired to the rooms whose shows it carries."""

from dataclasses import dataclass
from typing import Any

from etalase.bootstrap._figures import publish_figures
from etalase.bootstrap._program import Settings, secret_of
from etalase.platform.db import Database
from etalase.platform.jobs import Job
from etalase.social import media
from etalase.social.rooms import RoomBroadcasts, RoomService


@dataclass(frozen=True)
class VideoWiring:
    """What the social plane needs of it."""

    engine: media.HouseEngine
    stream_keys: media.StreamKeys
    jobs: tuple[Job[Any], ...]


def wire_video(settings: Settings, database: Database, rooms: RoomService) -> VideoWiring:
    """Put the engine together; recordings lie in the data folder, figures at /metrics."""
    folder = settings.program.data_dir / "media"
    stream_keys = media.StreamKeys(secret_of(settings.program, "secret_key").encode())
    engine = media.HouseEngine(
        settings.media,
        folder=folder,
        broadcasts=RoomBroadcasts(database, rooms.shows),
        keyring=media.DatabaseKeyring(database, stream_keys),
        archive=media.DatabaseArchive(database, folder),
        clock=database.clock,
    )
    publish_figures(rooms, engine)
    return VideoWiring(engine, stream_keys, media.jobs_for(media.DiskRecordingStore(folder, database.clock)))
