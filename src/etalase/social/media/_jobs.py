"""Joins what was recorded into a replay. May be run twice; takes go after the replay is in the database."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
import structlog

from etalase.platform import outbox
from etalase.platform.db import Database
from etalase.platform.jobs import Job
from etalase.social.media import _store as store
from etalase.social.media._commands import FINISH_RECORDING
from etalase.social.media._engine.replay import join
from etalase.social.media._engine.takes import TakeFile, TakeFolder, remove_files
from etalase.social.media._events import RecordingFinished
from etalase.social.media._model.recording import RecordingView, append_chapters
from etalase.social.media._model.settings import Settings

log = structlog.get_logger(__name__)


class OvertakenError(Exception):
    """Another run of this job was faster; this one is tried again and finds what is left."""


class FinishRecording(msgspec.Struct, frozen=True):
    """Which show's takes to join."""

    show_id: UUID


def jobs_for(settings: Settings) -> tuple[Job[FinishRecording], ...]:
    """Return the jobs of this context, bound to the media folder."""

    async def finish(db: Database, payload: FinishRecording) -> None:
        await finish_recording(db, settings, payload.show_id)

    return (Job(FINISH_RECORDING, FinishRecording, finish),)


async def finish_recording(db: Database, settings: Settings, show_id: UUID) -> None:
    """Join the replay so far and the takes since then, save the result, let go what it replaces."""
    async with db.begin() as tx:
        await store.mark_joining(tx, show_id)
        before = (await store.find_recordings(tx, [show_id]))[show_id]
    folder = TakeFolder(settings.folder, show_id, db.clock)
    joined_already = {chapter.take for chapter in before.chapters}
    takes = [take for take in folder.list_takes() if take.path.name not in joined_already]
    after = await asyncio.to_thread(_join, settings.folder, folder.path, before, takes)
    async with db.begin() as tx:
        if after is None:
            await store.drop_empty(tx, show_id)
            return
        if not await store.save_replay(tx, after):
            raise OvertakenError
        await outbox.publish(tx, RecordingFinished(show_id, round(after.duration_seconds * 1_000)))
    obsolete = [key for key in (before.replay_key, before.poster_key) if key]
    done = [folder.path / chapter.take for chapter in after.chapters]
    await asyncio.to_thread(remove_files, [*done, *(settings.folder / key for key in obsolete)])


def _join(root: Path, folder: Path, before: RecordingView, takes: list[TakeFile]) -> RecordingView | None:
    """Do the blocking part. Nothing to add means None."""
    revision = before.revision + 1
    earlier = [root / before.replay_key] if before.replay_key else []
    joined = join([*earlier, *(take.path for take in takes)], folder, revision) if takes else None
    if joined is None:
        return None
    added = [
        (take.path.name, take.started_at, seconds)
        for take, seconds in zip(takes, joined.seconds[len(earlier) :], strict=True)
        if seconds > 0
    ]
    poster = str(joined.poster.relative_to(root)) if joined.poster else None
    return replace(
        before,
        status="ready",
        revision=revision,
        replay_key=str(joined.path.relative_to(root)),
        poster_key=poster,
        size_bytes=joined.path.stat().st_size,
        duration_seconds=sum(joined.seconds),
        chapters=append_chapters(before.chapters, added),
    )
