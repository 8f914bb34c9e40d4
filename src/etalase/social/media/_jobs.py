"""Joins what was recorded into a replay, one run a show at a time.

May be run twice; takes go after the replay is in the database.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from uuid import UUID

import msgspec

from etalase.platform.db import Database
from etalase.platform.jobs import Job
from etalase.social.media import _store as store
from etalase.social.media._commands import FINISH_RECORDING
from etalase.social.media._model.ports import RecordingStore

LOCK_SECONDS = 0.25
"""How long a run waits before it looks again whether another one is done with the show."""


class Overtaken(Exception):  # named for what happened, like refusals
    """Another run of this job was faster; this one is tried again and finds what is left."""


class FinishRecording(msgspec.Struct, frozen=True):
    """Which show's takes to join."""

    show_id: UUID


def jobs_for(recordings: RecordingStore) -> tuple[Job[FinishRecording], ...]:
    """Return the jobs of this context, bound to where recordings lie."""

    async def finish(db: Database, payload: FinishRecording) -> None:
        await finish_recording(db, recordings, payload.show_id)

    return (Job(FINISH_RECORDING, FinishRecording, finish),)


async def finish_recording(db: Database, recordings: RecordingStore, show_id: UUID) -> None:
    """Join the replay so far and the finished takes since then, save the result, let go what it replaces.

    A broadcaster may be on air again already: the take that is being written is handed over at its own end.
    """
    async with _holding(recordings, show_id):
        await _join_what_is_fresh(db, recordings, show_id)


async def _join_what_is_fresh(db: Database, recordings: RecordingStore, show_id: UUID) -> None:
    async with db.begin() as tx:
        await store.mark_joining(tx, show_id)
        before = (await store.find_recordings(tx, [show_id]))[show_id]
    joined_already = {chapter.take for chapter in before.chapters}
    takes = await asyncio.to_thread(recordings.list_takes, show_id)
    fresh = [take for take in takes if take.finished and take.path.name not in joined_already]
    after = await asyncio.to_thread(recordings.join, before, fresh)
    async with db.begin() as tx:
        if after is None:
            await store.drop_empty(tx, show_id)
            return
        if not await store.save_replay(tx, after):
            raise Overtaken
    await asyncio.to_thread(recordings.discard, before, after)


@asynccontextmanager
async def _holding(recordings: RecordingStore, show_id: UUID) -> AsyncIterator[None]:
    """Let one run at a time join the show's takes: a show that ends soon after a break wants two at once."""
    while (lock := await asyncio.to_thread(recordings.lock, show_id)) is None:  # noqa: ASYNC110  may be far away
        await asyncio.sleep(LOCK_SECONDS)
    with closing(lock):
        yield
