"""Who may not write, and until when. Viewers see the events, not this list."""

from dataclasses import dataclass, field

from etalase.social.rooms._errors import Blocked, Muted


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

    def require_voice(self, viewer: str, now: int) -> None:
        """Refuse a viewer who may not write now."""
        if viewer in self.blocked:
            raise Blocked
        until = self.muted.get(viewer, 0)
        if until > now:
            raise Muted(until=until)
