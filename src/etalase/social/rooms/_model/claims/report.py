"""A show's claims as its hosts see them: the till's part, which names nobody, and the lines that claimed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """One claim and how it stands with it. `line` is the id of the chat line that it came by, if it did.

    `hold_id` is what is held for it in a cart, until then; the host may let it go.
    """

    number: int
    asked_at: datetime
    variant_id: UUID
    quantity: int
    door: str
    line: str
    verdict: str
    standing: str
    hold_id: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NextInLine:
    """Somebody who waits: the number of their claim in the show, if they made one, and how many they want."""

    number: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class ShowLine:
    """How many wait for a variant, and who is next, the first first."""

    variant_id: UUID
    waiting: int
    first: tuple[NextInLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowClaims:
    """A show's last claims, the newest first, and the lines that somebody waits in."""

    claims: tuple[ClaimEntry, ...] = ()
    lines: tuple[ShowLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimsQuestion:
    """Which claims are asked for: those of a show, and the lines of what its tray offers."""

    shop_id: UUID
    show: str
    variant_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A line of the chat that claimed, and who wrote it."""

    name: str
    text: str
