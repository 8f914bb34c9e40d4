"""What has happened to who may come in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.kernel.events import Event


@dataclass(frozen=True)
class AccessEnded(Event):
    """Sessions and API tokens of an account have ended, of which `ended` names those of this plane.

    `everything`: whatever lets the account in anywhere has, but for what came from the session `kept`; where
    one is kept, its owner signed out of devices, and API tokens that are of no device stay.
    """

    name = "accounts.access_ended"
    account_id: UUID
    ended: tuple[UUID, ...]
    ended_at: datetime
    everything: bool = False
    kept: UUID | None = None
