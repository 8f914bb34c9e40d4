"""A file that waits to be imported: looked at first, then run as a job. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from etalase.commerce.inventory._model.importing import ImportChoice

STEPS = 4
"""Read, checked, products written, stock moved."""


class ImportState(StrEnum):
    """An open import may still be decided about; one that is done or refused has changed all or nothing."""

    OPEN = "open"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that somebody sent, what was decided about it, and how far it is.

    `seen` marks the preview that was agreed to; `step` is one of STEPS.
    """

    id: UUID
    shop_id: UUID
    actor_id: UUID
    filename: str
    choice: ImportChoice
    seen: str
    state: ImportState
    step: int
    new_rows: int
    changed_rows: int
    created_at: datetime

    @property
    def is_under_way(self) -> bool:
        """Tell whether a job has it in hand."""
        return self.state in {ImportState.QUEUED, ImportState.RUNNING}

    @property
    def percent(self) -> int:
        """Return how much is done, of a hundred."""
        return 100 * self.step // STEPS
