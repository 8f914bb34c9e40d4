"""A host and the shops that vouched for them. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    """A host. `reference` is the other plane's name for them: opaque, and never an e-mail address."""

    account_id: UUID
    reference: str
    display_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HostGrant:
    """A shop's word that this person may hold its shows, in the given role of that shop."""

    shop_id: UUID
    shop_slug: str
    shop_name: str
    role: str
    granted_at: datetime
