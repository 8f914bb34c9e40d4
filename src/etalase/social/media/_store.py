"""The tables of stream keys and recordings, and the only SQL of this context."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    Uuid,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.db import Tx
from etalase.social.media._model.recording import Chapter, RecordingView

metadata = MetaData()

stream_keys = Table(
    "media_stream_keys",
    metadata,
    Column("show_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("issued_at", DateTime(timezone=True), nullable=False),
)

recordings = Table(
    "media_recordings",
    metadata,
    Column("show_id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("replay_key", Text),
    Column("poster_key", Text),
    Column("size_bytes", BigInteger, nullable=False, server_default="0"),
    Column("duration_milliseconds", BigInteger, nullable=False, server_default="0"),
    Column("chapters", JSONB, nullable=False, server_default="[]"),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("status IN ('joining', 'ready')", name="media_recordings_status"),
    CheckConstraint("status <> 'ready' OR replay_key IS NOT NULL", name="media_recordings_ready_has_replay"),
)

_KEY = upsert(stream_keys)
_REPLACE_KEY = _KEY.on_conflict_do_update(
    index_elements=["show_id"],
    set_={"name": _KEY.excluded.name, "issued_at": _KEY.excluded.issued_at},
)
_RECORDING = upsert(recordings)
_MARK_JOINING = _RECORDING.on_conflict_do_update(
    index_elements=["show_id"],
    set_={"status": _RECORDING.excluded.status, "changed_at": _RECORDING.excluded.changed_at},
)


async def find_key_name(tx: Tx, show_id: UUID) -> str | None:
    """Return the public half of a show's key."""
    row = await tx.execute(select(stream_keys.c.name).where(stream_keys.c.show_id == show_id))
    found: str | None = row.scalar_one_or_none()
    return found


async def find_show_of_key(tx: Tx, name: str) -> UUID | None:
    """Return the show whose key has this public half."""
    row = await tx.execute(select(stream_keys.c.show_id).where(stream_keys.c.name == name))
    found: UUID | None = row.scalar_one_or_none()
    return found


async def add_key_name(tx: Tx, show_id: UUID, name: str) -> str:
    """Give the show a key's name unless it has one; return the one that holds."""
    row = {"show_id": show_id, "name": name, "issued_at": tx.clock.now()}
    await tx.execute(upsert(stream_keys).on_conflict_do_nothing(index_elements=["show_id"]), row)
    return await find_key_name(tx, show_id) or name


async def replace_key_name(tx: Tx, show_id: UUID, name: str) -> None:
    """Give the show another key's name."""
    await tx.execute(_REPLACE_KEY, {"show_id": show_id, "name": name, "issued_at": tx.clock.now()})


async def find_recordings(tx: Tx, show_ids: list[UUID]) -> dict[UUID, RecordingView]:
    """Return the recordings of those shows that have one."""
    rows = await tx.execute(select(recordings).where(recordings.c.show_id.in_(show_ids)))
    return {row.show_id: _view(row) for row in rows}


async def list_replays(tx: Tx, limit: int) -> list[UUID]:
    """Return the shows that can be watched again, the last recorded first."""
    playable = select(recordings.c.show_id).where(recordings.c.replay_key.is_not(None))
    rows = await tx.execute(playable.order_by(recordings.c.changed_at.desc()).limit(limit))
    return list(rows.scalars())


async def mark_joining(tx: Tx, show_id: UUID) -> None:
    """Say that takes are being joined; what can be watched already stays."""
    row = {"show_id": show_id, "status": "joining", "changed_at": tx.clock.now()}
    await tx.execute(_MARK_JOINING, row)


async def save_replay(tx: Tx, view: RecordingView) -> bool:
    """Put a finished replay in place of the revision before it; False if another one came first."""
    before = update(recordings).where(
        recordings.c.show_id == view.show_id, recordings.c.revision == view.revision - 1
    )
    replay = {
        "status": view.status,
        "revision": view.revision,
        "replay_key": view.replay_key,
        "poster_key": view.poster_key,
        "size_bytes": view.size_bytes,
        "duration_milliseconds": round(view.duration_seconds * 1_000),
        "chapters": [_chapter_row(chapter) for chapter in view.chapters],
        "changed_at": tx.clock.now(),
    }
    return bool((await tx.execute(before, replay)).rowcount)


async def drop_empty(tx: Tx, show_id: UUID) -> None:
    """Forget a recording to which nothing was ever joined; else say that it is ready as it is."""
    await tx.execute(
        recordings.delete().where(recordings.c.show_id == show_id, recordings.c.replay_key.is_(None))
    )
    await tx.execute(update(recordings).where(recordings.c.show_id == show_id).values(status="ready"))


def _view(row: Row[Any]) -> RecordingView:
    return RecordingView(
        show_id=row.show_id,
        status=row.status,
        revision=row.revision,
        replay_key=row.replay_key,
        poster_key=row.poster_key,
        size_bytes=row.size_bytes,
        duration_seconds=row.duration_milliseconds / 1_000,
        chapters=tuple(_chapter(entry) for entry in row.chapters),
    )


def _chapter(entry: Mapping[str, Any]) -> Chapter:
    started_at = datetime.fromisoformat(entry["started_at"])
    return Chapter(entry["take"], started_at, entry["offset_seconds"], entry["duration_seconds"])


def _chapter_row(chapter: Chapter) -> dict[str, object]:
    return {
        "take": chapter.take,
        "started_at": chapter.started_at.isoformat(),
        "offset_seconds": round(chapter.offset_seconds, 3),
        "duration_seconds": round(chapter.duration_seconds, 3),
    }
