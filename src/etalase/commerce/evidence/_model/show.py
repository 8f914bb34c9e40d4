"""What a show has to say to an order: what it showed at a moment, and the seconds of its recording."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

SECONDS_BEFORE, SECONDS_AFTER = 20.0, 5.0
"""Of a hold: a viewer sees the show some seconds late, and decides before tapping."""
MAX_CLIP_SECONDS = 45.0
MAX_CLIPS = 4

Recording = Literal["none", "joining", "ready"]


class Moment(msgspec.Struct, frozen=True):
    """When units of a variant were held: what did the show show then?"""

    product_id: UUID
    variant_id: UUID
    at: datetime


class ShowQuestion(msgspec.Struct, frozen=True):
    """What commerce asks of a shop's show: moments, and nothing about who held or ordered."""

    shop_id: UUID
    show: str
    moments: tuple[Moment, ...]


class ShownThen(msgspec.Struct, frozen=True):
    """What a show showed at one moment. Prices are in minor units, seconds those of the recording.

    A pin's title is the one under which the tray has the offer now. `recording_seconds` is None where the
    recording does not show that moment: there is none, or it is from before or after the show.
    """

    at: datetime
    pinned_product_id: UUID | None
    pinned_title: str
    pinned_since: datetime | None
    pinned_until: datetime | None
    price_minor: int | None
    price_since: datetime | None
    recording_seconds: float | None


class ShowRecord(msgspec.Struct, frozen=True):
    """What a show says to the moments, in their order."""

    title: str
    started_at: datetime | None
    ended_at: datetime | None
    recording: Recording
    moments: tuple[ShownThen, ...]


class ClipQuestion(msgspec.Struct, frozen=True):
    """Which seconds of a show's recording are wanted, and which of them are looked for as frames."""

    shop_id: UUID
    show: str
    from_seconds: float
    to_seconds: float
    marks: tuple[float, ...]


class ClipFrame(msgspec.Struct, frozen=True):
    """A picture of the recording: its number from 1 on, its second there, and its second in the clip."""

    number: int
    recording_seconds: float
    clip_seconds: float


class Clip(msgspec.Struct, frozen=True):
    """Seconds of a recording as an mp4 of their own, with a frame for each of the marks, in their order."""

    content: bytes
    starts_at: float
    ends_at: float
    frames: tuple[ClipFrame, ...]


class ShowRecords(Protocol):
    """The shows' own records, in this process or behind a network."""

    async def recall(self, question: ShowQuestion) -> ShowRecord | None:
        """Return what the show says; None where the shop has no such show. Raises Away."""
        ...

    async def film(self, question: ClipQuestion) -> Clip | None:
        """Return the clip; None where there is no recording of it. Raises Away."""
        ...


def plan_clips(shop_id: UUID, show: str, seconds: Iterable[float]) -> tuple[ClipQuestion, ...]:
    """Return the clips that show these seconds of the recording: few, short, moments close by in one."""
    clips: list[tuple[float, float, list[float]]] = []
    for second in sorted(set(seconds)):
        begin, end = max(0.0, second - SECONDS_BEFORE), second + SECONDS_AFTER
        if clips and begin <= clips[-1][1] and end - clips[-1][0] <= MAX_CLIP_SECONDS:
            clips[-1] = (clips[-1][0], end, [*clips[-1][2], second])
        else:
            clips.append((begin, end, [second]))
    return tuple(_question(shop_id, show, *clip) for clip in clips[:MAX_CLIPS])


def _question(shop_id: UUID, show: str, begin: float, end: float, marks: Sequence[float]) -> ClipQuestion:
    return ClipQuestion(shop_id, show, begin, end, tuple(marks))
