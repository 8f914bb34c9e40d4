"""What an engine is, and what it needs of others. Another engine (MediaMTX, say) takes the same ports."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable
from uuid import UUID

from etalase.social.media._model.recording import RecordingView


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """What a host should know of what they send; nothing is measured before it comes."""

    key_frame_seconds: float | None = None
    key_frames_are_rare: bool = False
    """Newcomers wait for a picture."""
    sound_is_unreadable: bool = False
    is_contested: bool = False
    """Two encoders with the same stream key have met within the last minute."""


@dataclass(frozen=True, slots=True)
class LiveView:
    """A show's stream at this moment. `playlist_url` is None until one whole segment exists."""

    show_id: UUID
    session: str
    playlist_url: str | None
    poster_url: str | None
    broadcasting: bool
    health: StreamHealth = StreamHealth()


@dataclass(frozen=True, slots=True)
class IngestAddresses:
    """Where OBS or ffmpeg send to. The stream key goes beside the RTMP address and as WHIP's bearer token."""

    rtmp_url: str | None
    whip_path: str


@runtime_checkable
class MediaEngine(Protocol):
    """Takes video in, gives playlists out, keeps recordings. Few methods, so that it can be replaced."""

    async def start(self) -> None:
        """Open the listeners and finish the recordings that a crash left behind."""
        ...

    def dismiss(self) -> None:
        """Begin to stop: requests that wait for video are answered, broadcasters sent away."""
        ...

    async def stop(self) -> None:
        """Close the listeners; the last segment of each stream is flushed and recorded."""
        ...

    async def end(self, show_id: UUID) -> None:
        """Send the broadcaster away, since the show is over, and finish the recording."""
        ...

    def replace_key(self, show_id: UUID) -> None:
        """Send away whoever broadcasts with the show's old stream key."""
        ...

    def find_live(self, show_id: UUID) -> LiveView | None:
        """Return the show's stream, if it has one."""
        ...

    def list_addresses(self, show_code: str) -> IngestAddresses:
        """Return where the host's programs send the video."""
        ...


class Broadcasts(Protocol):
    """Whoever owns the shows: `rooms` implements it, `bootstrap` hands it over."""

    async def find_show(self, code: str) -> UUID | None:
        """Return the show with this code."""
        ...

    async def admits(self, show_id: UUID) -> bool:
        """Tell whether the show may be broadcast now (planned or live, not ended)."""
        ...

    async def on_publish(self, show_id: UUID, session: str, playlist_url: str) -> None:
        """Hear that viewers can watch; said again when the broadcaster comes back into the same session."""
        ...

    async def on_idle(self, show_id: UUID, session: str) -> None:
        """Hear that the broadcaster is gone, and may be back in this session within `reconnect_seconds`."""
        ...

    async def on_end(self, show_id: UUID, session: str) -> None:
        """Hear that the session is over; another one may begin if the show goes on."""
        ...


class Keyring(Protocol):
    """Knows the stream keys."""

    async def find_show(self, key: str) -> UUID | None:
        """Return the show that this key opens."""
        ...


class Archive(Protocol):
    """Takes over what was recorded."""

    async def finish(self, show_id: UUID) -> None:
        """Have the show's takes joined into its replay, soon and even if this process dies now."""
        ...

    async def finish_leftovers(self) -> None:
        """Do the same for all takes that an earlier process left behind."""
        ...


@dataclass(frozen=True, slots=True)
class TakeFile:
    """A take on the disk. One that is not finished is still being written, and must not be joined."""

    path: Path
    started_at: datetime
    finished: bool


class RecordingLock(Protocol):
    """A show's part of the shelf, held."""

    def close(self) -> None:
        """Let go; the end of the process does so too."""
        ...


class RecordingStore(Protocol):
    """Where takes and replays lie. Its methods block: they are called in a thread."""

    def lock(self, show_id: UUID) -> RecordingLock | None:
        """Hold the show's part, against other processes too; None while another run holds it."""
        ...

    def list_takes(self, show_id: UUID) -> list[TakeFile]:
        """Return the takes that are not joined yet, in the order of their start."""
        ...

    def join(self, before: RecordingView, takes: list[TakeFile]) -> RecordingView | None:
        """Write a replay's next revision: what there was, and the takes; None if they hold no picture.

        Call it under the lock only: every other replay of the show goes.
        """
        ...

    def discard(self, before: RecordingView, after: RecordingView) -> None:
        """Remove what the next revision has made superfluous."""
        ...
