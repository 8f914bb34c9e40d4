"""The names of the work that is done later, and what it is told. `_jobs` does it."""

from datetime import datetime
from uuid import UUID

import msgspec

MAIL_JOB = "orders.send_mail"
"""Of one message; asked for by earlier versions."""
EMAILS_JOB = "orders.send_emails"
COMPLETE_JOB = "orders.complete"
TURN_MAIL_JOB = "orders.send_turn_mail"
TAKEN_BACK_MAIL_JOB = "orders.send_taken_back_mail"


class MailWork(msgspec.Struct, frozen=True):
    """A message about what happened to an order, to its buyer or its seller."""

    order_id: UUID
    event: str
    to_seller: bool = False
    refund_minor: int = 0
    """The money back that is told of."""
    reason: str = ""
    request_id: str = ""
    """The request that brought it about."""


class TurnMailWork(msgspec.Struct, frozen=True):
    """A message to somebody with an account that what they waited for is held for them now."""

    account_id: UUID
    hold_id: UUID
    locale: str = ""


class TakenBackMailWork(msgspec.Struct, frozen=True):
    """A message to somebody with an account that their shop has let go of what it held for them."""

    account_id: UUID
    hold_id: UUID


class EmailsWork(msgspec.Struct, frozen=True):
    """All messages of one transaction."""

    emails: tuple[MailWork, ...]


class CompleteWork(msgspec.Struct, frozen=True):
    """Completing an order that was delivered then, once the time for complaints is over."""

    order_id: UUID
    delivered_at: datetime | None = None
    """None in work of releases that did not say."""
