"""Takes and replays in one folder per show: `take-<start>.mp4`, `replay-<revision>.mp4` and its poster."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from etalase.kernel.clock import Clock
from etalase.social.media._adapters.replay import join_takes
from etalase.social.media._adapters.takes import TakeFolder
from etalase.social.media._model.ports import TakeFile
from etalase.social.media._model.recording import RecordingView, append_chapters


class DiskShelf:
    """See `ports.Shelf` for its promises."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._root = folder
        self._clock = clock

    def list_takes(self, show_id: UUID) -> list[TakeFile]:
        """Return the takes on the disk in the order of their start."""
        return self._folder_of(show_id).list_takes()

    def join(self, before: RecordingView, takes: list[TakeFile]) -> RecordingView | None:
        """Write the next revision of a replay beside the present one."""
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

    def _folder_of(self, show_id: UUID) -> TakeFolder:
        return TakeFolder(self._root, show_id, self._clock)

    def _key(self, path: Path) -> str:
        return str(path.relative_to(self._root))
