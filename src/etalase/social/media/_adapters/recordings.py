"""Takes and replays in one folder a show: `take-<start>.mp4`, `replay-<revision>-<name>.mp4`, its poster."""

import fcntl
import os
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from etalase.kernel.clock import Clock
from etalase.social.media._adapters.replay import join_takes
from etalase.social.media._adapters.takes import TakeFolder
from etalase.social.media._model.ports import TakeFile
from etalase.social.media._model.recording import RecordingView, append_chapters


class FolderLock:
    """A show's folder, held by one run until it lets go or its process ends, however that ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)


class DiskRecordingStore:
    """See `ports.Shelf` for its promises."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._root = folder
        self._clock = clock

    def lock(self, show_id: UUID) -> FolderLock | None:
        """Hold the show's folder; None while another run holds it."""
        path = self._folder_of(show_id).path
        path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return FolderLock(descriptor)

    def list_takes(self, show_id: UUID) -> list[TakeFile]:
        """Return the takes on the disk in the order of their start."""
        return self._folder_of(show_id).list_takes()

    def join(self, before: RecordingView, takes: list[TakeFile]) -> RecordingView | None:
        """Write the next revision beside the present one, and remove what a crash left half made."""
        self._tidy(before)
        earlier = [self._root / before.replay_key] if before.replay_key else []
        revision = before.revision + 1
        folder = self._folder_of(before.show_id).path
        joined = join_takes([*earlier, *(take.path for take in takes)], folder, revision) if takes else None
        if joined is None:
            return None
        added = [
            (take.path.name, take.started_at, seconds)
            for take, seconds in zip(takes, joined.seconds[len(earlier) :], strict=True)
            if seconds > 0
        ]
        return replace(
            before,
            status="ready",
            revision=revision,
            replay_key=self._key(joined.path),
            poster_key=self._key(joined.poster) if joined.poster else None,
            size_bytes=joined.path.stat().st_size,
            duration_seconds=sum(joined.seconds),
            chapters=append_chapters(before.chapters, added),
        )

    def discard(self, before: RecordingView, after: RecordingView) -> None:
        """Remove joined takes and the replay that they replaced."""
        folder = self._folder_of(after.show_id).path
        obsolete = [self._root / key for key in (before.replay_key, before.poster_key) if key]
        for path in [*(folder / chapter.take for chapter in after.chapters), *obsolete]:
            path.unlink(missing_ok=True)

    def _tidy(self, view: RecordingView) -> None:
        path = self._folder_of(view.show_id).path
        for made in (*path.glob("replay-*"), *path.glob("poster-*")):
            if self._key(made) not in {view.replay_key, view.poster_key}:
                made.unlink(missing_ok=True)

    def _folder_of(self, show_id: UUID) -> TakeFolder:
        return TakeFolder(self._root, show_id, self._clock)

    def _key(self, path: Path) -> str:
        return str(path.relative_to(self._root))
