"""What pages ask about recordings."""

from uuid import UUID

from etalase.platform.db import Tx
from etalase.social.media import _store as store
from etalase.social.media._errors import RecordingNotFound
from etalase.social.media._model.recording import RecordingView


async def find_recording(tx: Tx, show_id: UUID) -> RecordingView | None:
    """Return the show's recording, if it has one."""
    return (await store.find_recordings(tx, [show_id])).get(show_id)


async def get_recording(tx: Tx, show_id: UUID) -> RecordingView:
    """Return the show's recording. Raises RecordingNotFound when there is nothing to watch."""
    recording = await find_recording(tx, show_id)
    if recording is None or not recording.playable:
        raise RecordingNotFound
    return recording
