"""A show's recording: chapters joined into one replay, and where a moment of the show is in it. No I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

Status = Literal["joining", "ready"]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch without a break: the broadcaster's picture from `started_at` on."""

    take: str
    started_at: datetime
    offset_seconds: float
    duration_seconds: float


@dataclass(frozen=True, slots=True)
class ReplayFrame:
    """A picture of a replay: its number from 1 on, its second there, and its second in a clip of it."""

    number: int
    replay_seconds: float
    clip_seconds: float


@dataclass(frozen=True, slots=True)
class ReplayClip:
    """Seconds of a replay as an mp4 of their own; `frames` are those that were asked for, in order."""

    content: bytes
    starts_at: float
    ends_at: float
    frames: tuple[ReplayFrame, ...]


@dataclass(frozen=True, slots=True)
class RecordingView:
    """A replay as pages see it. Keys are paths below the media folder, None until the first joining."""

    show_id: UUID
    status: Status
    revision: int
    replay_key: str | None
    poster_key: str | None
    size_bytes: int
    duration_seconds: float
    chapters: tuple[Chapter, ...]

    @property
    def playable(self) -> bool:
        """Whether there is something to watch; a longer version may still be in the making."""
        return self.replay_key is not None

    @property
    def started_at(self) -> datetime | None:
        """When the first picture was taken."""
        return self.chapters[0].started_at if self.chapters else None

    def second_of(self, moment: datetime) -> float | None:
        """Return the second of the replay that shows this moment; None before its first and after its last.

        In a break it is the second at which the picture resumes.
        """
        first, last = self.started_at, self.chapters[-1:]
        if not self.playable or first is None or moment < first or moment >= ends_at(last[0]):
            return None
        return self.offset_of(moment)

    def offset_of(self, moment: datetime) -> float:
        """Return the second of the replay that shows this moment; of a break, where the picture resumes."""
        for chapter in self.chapters:
            if moment < ends_at(chapter):
                into = (moment - chapter.started_at).total_seconds()
                return chapter.offset_seconds + max(0.0, into)
        return self.duration_seconds


def append_chapters(
    known: tuple[Chapter, ...], added: list[tuple[str, datetime, float]]
) -> tuple[Chapter, ...]:
    """Return the chapters with new takes (name, start, seconds) put behind them.

    No moment is in two chapters: a start is told by the writer's clock, which may have gone back, a length by
    the broadcast.
    """
    chapters = list(known)
    for take, started_at, seconds in added:
        last = chapters[-1] if chapters else None
        offset = last.offset_seconds + last.duration_seconds if last else 0.0
        chapters.append(
            Chapter(take, max(started_at, ends_at(last)) if last else started_at, offset, seconds)
        )
    return tuple(chapters)


def ends_at(chapter: Chapter) -> datetime:
    """Return when the chapter's last picture was taken."""
    return chapter.started_at + timedelta(seconds=chapter.duration_seconds)
