"""Letters that bring a secret, as they wait to be written: the secret is made only when the letter leaves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

MAIL_CODE = "accounts.mail_code"
MAIL_RESET = "accounts.mail_reset"


@dataclass(frozen=True, slots=True)
class CodeEmail:
    """Digits are to be sent for the ticket of this hash."""

    ticket_hash: bytes
    language: str


@dataclass(frozen=True, slots=True)
class ResetEmail:
    """A link to choose a new password is to be sent; `reset_url` gets the secret as its last part."""

    account_id: UUID
    reset_url: str
    asked_at: datetime
    language: str
