"""The pretend Xendit itself: its book, its temper, its call-backs. The doors are elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from etalase.kernel.clock import Clock, SystemClock
from etalase.lab.gateway import AnswerLost
from etalase.lab.temper import Temper
from etalase.lab.xendit._book import (
    ACCOUNT_EXPIRY,
    MAX_QR_AMOUNT,
    MAX_REFERENCE_LENGTH,
    MERCHANT_CODES,
    QR_EXPIRY,
    Bill,
    Book,
    Paid,
    Refund,
    Refused,
    invalid,
)
from etalase.lab.xendit._notices import Notices

SHORT_CHANGE = 1000


@dataclass(frozen=True)
class XenditConfig:
    """How to run a pretend Xendit."""

    secret_key: str = "xnd_development_simulator"  # noqa: S105 - opens nothing
    callback_token: str = "simulator-token"  # noqa: S105 - opens nothing
    callback_url: str = ""
    """Where call-backs go, as its dashboard says."""
    public_url: str = "http://127.0.0.1:8011"
    temper: Temper = field(default_factory=Temper)
    clock: Clock = field(default_factory=SystemClock)

    def settings(self) -> dict[str, str]:
        """Return the settings of a server whose account is here."""
        names = {
            "SECRET_KEY": self.secret_key,
            "CALLBACK_TOKEN": self.callback_token,
            "API_URL": self.public_url,
        }
        return {f"ETALASE_PAYMENTS_XENDIT_{name}": value for name, value in names.items()}


class Simulator:
    """A Xendit that keeps everything in memory."""

    def __init__(self, config: XenditConfig) -> None:
        self.config = config
        self.book = Book()
        self.notices = Notices(config.callback_token, config.callback_url, config.temper)
        self._answers: dict[str, dict[str, Any]] = {}
        self._answers_to_lose = config.temper.lost_answers

    def repeated(self, headers: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the answer that a call of this idempotency key got before."""
        return self._answers.get(_key(headers))

    def keep(self, headers: Mapping[str, str], answer: dict[str, Any]) -> dict[str, Any]:
        """Remember the answer to a call of this key, and lose it on the way where the temper wants."""
        if _key(headers) and not self.config.temper.lost_keys:
            self._answers[_key(headers)] = answer
        if self._answers_to_lose > 0:
            self._answers_to_lose -= 1
            raise AnswerLost
        return answer

    def make_qr(self, request: Mapping[str, Any]) -> Bill:
        """Make a QR code. Raises Refused."""
        now = self.config.clock.now()
        reference, amount = _reference(request, "reference_id"), _amount(request, "amount")
        if request.get("type") != "DYNAMIC" or request.get("currency") != "IDR":
            raise invalid("type must be DYNAMIC and currency must be IDR")
        if amount > MAX_QR_AMOUNT:
            raise invalid(f"amount must be at most {MAX_QR_AMOUNT}")
        expires_at = _moment(request, "expires_at") or now + QR_EXPIRY
        bill = Bill(reference, amount, now, expires_at)
        bill.id = f"qr_{bill.id}"
        self.book.add(bill)
        self.notices.made(bill, now)
        return bill

    def make_account(self, request: Mapping[str, Any]) -> Bill:
        """Make a closed virtual account for one payment. Raises Refused."""
        now = self.config.clock.now()
        bank, holder = request.get("bank_code"), str(request.get("name", ""))
        if bank not in MERCHANT_CODES:
            raise Refused(400, "BANK_NOT_SUPPORTED_ERROR", "The bank code is not supported")
        if not holder.replace(" ", "").isalpha():
            raise invalid("name can only contain letters and spaces")
        if not request.get("is_closed") or not request.get("is_single_use"):
            raise invalid("this pretend Xendit knows closed accounts of a single use only")
        expires_at = _moment(request, "expiration_date") or now + ACCOUNT_EXPIRY
        if expires_at <= now:
            raise invalid("expiration_date must be in the future")
        bill = Bill(
            _reference(request, "external_id"),
            _amount(request, "expected_amount"),
            now,
            expires_at,
            bank,
            holder,
        )
        self.book.add(bill)
        self.notices.made(bill, now)
        return bill

    def end_account(self, bill: Bill, request: Mapping[str, Any]) -> Bill:
        """Change when a virtual account ends. Raises Refused."""
        if self.config.temper.refuses_cancels or bill.status == "INACTIVE":
            raise Refused(400, "INACTIVE_VIRTUAL_ACCOUNT_ERROR", "This virtual account cannot be changed")
        bill.expires_at = _moment(request, "expiration_date") or bill.expires_at
        self.expire_due()
        return bill

    def pay(self, bill: Bill, amount: int | None = None) -> Paid:
        """Take a buyer's pretend money: what was asked for, unless told otherwise. Raises Refused."""
        self.expire_due()
        if bill.status != "ACTIVE":
            raise Refused(400, "INACTIVE_ERROR", "It can no longer be paid")
        missing = SHORT_CHANGE if self.config.temper.settles_wrong_amount else 0
        paid = Paid(bill, (bill.amount if amount is None else amount) - missing, self.config.clock.now())
        if not bill.bank:
            paid.id = f"qrpy_{paid.id}"
        bill.payments.append(paid)
        bill.status = "INACTIVE"
        self.notices.paid(paid)
        return paid

    def refund(self, paid: Paid, request: Mapping[str, Any]) -> Refund:
        """Begin to send money of a QR payment back. Raises Refused."""
        if self.config.temper.refuses_refunds:
            raise Refused(403, "REFUND_NOT_SUPPORTED", "The issuer does not take refunds")
        amount = _amount(request, "amount") if "amount" in request else paid.left
        if amount > paid.left:
            raise Refused(400, "REFUND_AMOUNT_EXCEEDED", "Less is left of the payment")
        refund = Refund(paid, amount, str(request.get("reason", "")), self.config.clock.now())
        paid.refunds.append(refund)
        return refund

    def go_on(self) -> None:
        """End what is due, and let refunds arrive."""
        self.expire_due()
        self.finish_refunds()

    def finish_refunds(self) -> None:
        """Let what is under way arrive."""
        for refund in [refund for paid in self.book.payments() for refund in paid.refunds]:
            if refund.status == "PENDING":
                refund.status = "SUCCEEDED"
                refund.paid.voided = refund.paid.left == 0
                self.notices.refunded(refund)

    def transactions(self, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the transactions that fit, newest first."""
        paid = self.book.payments()
        every = [it.transaction() for it in paid] + [it.transaction() for one in paid for it in one.refunds]
        names = {"types": "type", "reference_id": "reference_id", "product_id": "product_id"}
        fits = [
            found
            for found in every
            if all(found[names[name]] == value for name, value in wanted.items() if name in names)
        ]
        return fits[::-1]

    def expire_due(self) -> None:
        """End what nobody paid in time."""
        for bill in self.book.bills.values():
            if bill.status == "ACTIVE" and bill.expires_at <= self.config.clock.now():
                bill.status = "INACTIVE"


def _key(headers: Mapping[str, str]) -> str:
    return headers.get("idempotency-key", "") or headers.get("x-idempotency-key", "")


def _reference(request: Mapping[str, Any], name: str) -> str:
    found = request.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= MAX_REFERENCE_LENGTH:
        raise invalid(f"{name} is required")
    return found


def _amount(request: Mapping[str, Any], name: str) -> int:
    found = request.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise invalid(f"{name} must be a whole number of at least 1")
    return found


def _moment(request: Mapping[str, Any], name: str) -> datetime | None:
    if name not in request:
        return None
    try:
        return datetime.fromisoformat(str(request[name])).astimezone(UTC)
    except ValueError:
        raise invalid(f"{name} must be a moment of ISO 8601") from None
