"""When each offer was shown, for the replay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.social.rooms._model.log import OfferPinned, OfferUnpinned, RoomEvent
from etalase.social.rooms._model.show import milliseconds


@dataclass(frozen=True, slots=True)
class PinSpan:
    """An offer was shown from here to there, in seconds since the origin; `to_seconds` None: still shown."""

    product_id: UUID
    from_seconds: float
    to_seconds: float | None


def pin_spans(
    log: Iterable[tuple[int, RoomEvent]], origin: datetime, ended_at: datetime | None
) -> tuple[PinSpan, ...]:
    """Return the spans in order, from the log's events and their moments (Unix milliseconds)."""
    zero = milliseconds(origin)
    spans: list[PinSpan] = []
    shown: tuple[UUID, float] | None = None
    for at, event in log:
        if not isinstance(event, OfferPinned | OfferUnpinned):
            continue
        seconds = max(0.0, (at - zero) / 1000)
        if shown is not None:
            spans.append(PinSpan(shown[0], shown[1], seconds))
        shown = (event.product_id, seconds) if isinstance(event, OfferPinned) else None
    if shown is not None:
        end = None if ended_at is None else max(shown[1], (milliseconds(ended_at) - zero) / 1000)
        spans.append(PinSpan(shown[0], shown[1], end))
    return tuple(spans)
