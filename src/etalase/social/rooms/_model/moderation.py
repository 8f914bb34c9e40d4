"""Who may not write, and until when. Viewers see the events, not this list."""

from dataclasses import dataclass, field, replace

from etalase.social.rooms._errors import Blocked, Muted
from etalase.social.rooms._model.log import (
    RoomEvent,
    ViewerBlocked,
    ViewerMuted,
    ViewerUnblocked,
    ViewerUnmuted,
)


@dataclass(frozen=True, slots=True)
class Silenced:
    """A viewer who may not write: here until a moment (Unix milliseconds), or in all the shop's rooms."""

    viewer: str
    name: str | None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Moderation:
    """Mutes of this room (Unix milliseconds) and blocks of its shop."""

    muted: dict[str, int] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()

    def after(self, event: RoomEvent) -> "Moderation":
        """Return the lists after the event."""
        match event:
            case ViewerMuted(viewer=viewer, until=until):
                return replace(self, muted={**self.muted, viewer: until})
            case ViewerUnmuted(viewer=viewer):
                return replace(self, muted={who: until for who, until in self.muted.items() if who != viewer})
            case ViewerBlocked(viewer=viewer):
                return replace(self, blocked=self.blocked | {viewer})
            case ViewerUnblocked(viewer=viewer):
                return replace(self, blocked=self.blocked - {viewer})
            case _:
                return self

    def require_voice(self, viewer: str, now: int) -> None:
        """Refuse a viewer who may not write now."""
        if viewer in self.blocked:
            raise Blocked
        until = self.muted.get(viewer, 0)
        if until > now:
            raise Muted(until=until)
