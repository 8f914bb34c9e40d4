"""What shows tell the rest of the social plane."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from etalase.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ShowWentLive(Event):
    """A show has begun."""

    name: ClassVar[str] = "rooms.show_went_live"
    show_id: UUID
    shop_id: UUID
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ShowWasEnded(Event):
    """A show is over."""

    name: ClassVar[str] = "rooms.show_was_ended"
    show_id: UUID
    shop_id: UUID
    ended_at: datetime
