"""What has happened to a show's video."""

from dataclasses import dataclass
from uuid import UUID

from etalase.kernel.events import Event


@dataclass(frozen=True, slots=True)
class RecordingFinished(Event):
    """The replay can be watched. Said again when the show went on and its replay grew."""

    name = "media.recording_finished"

    show_id: UUID
    duration_milliseconds: int
