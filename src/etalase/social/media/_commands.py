"""Stream keys, and handing takes over to be joined."""

from uuid import UUID

from etalase.platform import jobs
from etalase.platform.db import Tx
from etalase.social.media import _store as store
from etalase.social.media._model import keys

FINISH_RECORDING = "media.finish_recording"


class StreamKeys:
    """Shows, replaces and checks stream keys; holds the secret that they are derived from."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def get_key(self, tx: Tx, show_id: UUID) -> str:
        """Return the show's key, making one if it has none."""
        name = await store.find_key_name(tx, show_id) or await store.add_key_name(
            tx, show_id, keys.new_name()
        )
        return keys.derive(self._secret, show_id, name)

    async def replace_key(self, tx: Tx, show_id: UUID) -> str:
        """Give the show another key; the old one opens nothing any more."""
        name = keys.new_name()
        await store.replace_key_name(tx, show_id, name)
        return keys.derive(self._secret, show_id, name)

    async def find_show(self, tx: Tx, key: str) -> UUID | None:
        """Return the show that the key opens."""
        if not keys.is_key(key):
            return None
        name = keys.name_in(key)
        show_id = await store.find_show_of_key(tx, name)
        return show_id if show_id and keys.is_right(key, self._secret, show_id, name) else None


async def hand_over_takes(tx: Tx, show_id: UUID) -> None:
    """Have the show's takes joined into its replay once this transaction is durable."""
    await store.mark_joining(tx, show_id)
    await jobs.enqueue(tx, FINISH_RECORDING, {"show_id": show_id})
