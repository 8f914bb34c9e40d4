"""A buyer's record with this operator, who pays first because of it, and appeals against that. No I/O.

A record is of the names under which a buyer holds and orders, never of an address or a phone number that
they typed: nothing proves those, and whoever typed somebody else's would hear how that person pays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from etalase.commerce.orders._errors import AppealOpen, AppealTooSoon, NothingToAppeal
from etalase.kernel.fields import Fields
from etalase.kernel.pay_first import PayFirst

RECORD_WINDOW = timedelta(days=180)
"""What is older counts for nobody and against nobody; so long an appeal that was granted holds."""
LEFT_UNPAID, CANCELLED, REFUSED, PAID = 2, 1, 4, -2
LIMIT = 4
APPEAL_AGAIN = timedelta(days=30)
MAX_WORDS = 500


@dataclass(frozen=True, slots=True)
class BuyerRecord:
    """What became of a buyer's orders of late: paid, left unpaid, cancelled by them, refused at the door."""

    paid: int = 0
    left_unpaid: int = 0
    cancelled: int = 0
    refused: int = 0

    def __add__(self, other: "BuyerRecord") -> "BuyerRecord":
        return BuyerRecord(
            self.paid + other.paid,
            self.left_unpaid + other.left_unpaid,
            self.cancelled + other.cancelled,
            self.refused + other.refused,
        )

    @property
    def speaks_against(self) -> bool:
        """Tell whether too little was paid beside what was not.

        Two orders left unpaid, four cancelled or one refused at the door do; an order that was paid makes up
        for one that was left unpaid.
        """
        weight = (
            LEFT_UNPAID * self.left_unpaid
            + CANCELLED * self.cancelled
            + REFUSED * self.refused
            + PAID * self.paid
        )
        return weight >= LIMIT


class PayFirstReason(StrEnum):
    """Why a buyer pays first at a shop."""

    EVERYBODY = "everybody"
    NEW = "new"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class PayFirstTerms:
    """A buyer pays first at a shop: in no way on delivery, and within so many minutes."""

    reason: PayFirstReason
    minutes: int

    @property
    def is_appealable(self) -> bool:
        """Tell whether it is about this buyer, and not about all."""
        return self.reason is not PayFirstReason.EVERYBODY


def reason_to_pay_first(
    rule: PayFirst, record: BuyerRecord, *, is_trusted: bool = False
) -> PayFirstReason | None:
    """Return why this buyer pays first by a shop's rule, None where they need not.

    The shop has granted an appeal of whoever `is_trusted`: then only what holds for everybody holds for them.
    """
    if rule is PayFirst.EVERYBODY:
        return PayFirstReason.EVERYBODY
    if rule is PayFirst.NOBODY or is_trusted:
        return None
    if record.speaks_against:
        return PayFirstReason.RECORD
    return PayFirstReason.NEW if rule is PayFirst.NEW and not record.paid else None


class AppealState(StrEnum):
    """An appeal is open until the shop answers it, once."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Appeal:
    """What a buyer says against having to pay first at a shop, and what the shop said to that."""

    id: UUID
    shop_id: UUID
    holder: str
    email: str
    locale: str
    words: str
    reason: PayFirstReason
    asked_at: datetime
    state: AppealState = AppealState.OPEN
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class AppealDraft:
    """An appeal as it was typed; without an e-mail the answer stands on the buyer's page only."""

    words: str = ""
    email: str = ""


def check_appeal(draft: AppealDraft) -> AppealDraft:
    """Return the appeal within its limits, or raise `Invalid`."""
    fields = Fields()
    words = fields.text("words", draft.words, max_length=MAX_WORDS, required=True)
    email = fields.email("email", draft.email) if draft.email.strip() else ""
    fields.settle()
    return AppealDraft(words, email)


def require_appealable(terms: PayFirstTerms | None, earlier: Iterable[Appeal], now: datetime) -> None:
    """Refuse an appeal where there is nothing to appeal against, or where one is open or was just refused.

    Raises NothingToAppeal, AppealOpen, AppealTooSoon.
    """
    if terms is None or not terms.is_appealable:
        raise NothingToAppeal
    for one in earlier:
        if one.state is AppealState.OPEN:
            raise AppealOpen
        if (
            one.state is AppealState.REFUSED
            and one.answered_at is not None
            and one.answered_at + APPEAL_AGAIN > now
        ):
            raise AppealTooSoon(days=APPEAL_AGAIN.days)
