"""What the pretend Xendit remembers: what can be paid, what was, and what went back, in Xendit's words."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

BUSINESS = "58cd618ba0464eb64acdb246"
MERCHANT_CODES = {"BCA": "10766", "BNI": "8808", "BRI": "26215", "MANDIRI": "88608", "PERMATA": "8214"}
MAX_QR_AMOUNT = 10_000_000
QR_EXPIRY = timedelta(hours=48)
ACCOUNT_EXPIRY = timedelta(days=31 * 365)
MAX_REFERENCE_LENGTH = 255


class Refused(Exception):
    """Xendit says no: an HTTP status, an error code and words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def invalid(message: str) -> Refused:
    """Return the refusal of a body that is not understood."""
    return Refused(400, "API_VALIDATION_ERROR", message)


def moment(when: datetime) -> str:
    """Return a moment in Xendit's words."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@dataclass
class Bill:
    """A QR code or a virtual account that waits to be paid once."""

    reference: str
    amount: int
    made_at: datetime
    expires_at: datetime
    bank: str = ""
    """Empty for a QR code."""
    holder: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = "ACTIVE"
    payments: list["Paid"] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Return the account to transfer to."""
        digits = int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 10**10
        return f"{MERCHANT_CODES.get(self.bank, '')}{digits:010d}"

    def words(self) -> dict[str, Any]:
        """Return what an answer says of it."""
        return self._account_words() if self.bank else self._qr_words()

    def _qr_words(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "reference_id": self.reference,
            "business_id": BUSINESS,
            "type": "DYNAMIC",
            "currency": "IDR",
            "amount": self.amount,
            "channel_code": "ID_DANA",
            "status": self.status,
            "qr_string": f"ETALASE-XENDIT-SIMULATOR/{self.id}/{self.amount}",
            "expires_at": moment(self.expires_at),
            "created": moment(self.made_at),
            "updated": moment(self.made_at),
            "basket": None,
            "metadata": None,
        }

    def _account_words(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "owner_id": BUSINESS,
            "external_id": self.reference,
            "bank_code": self.bank,
            "merchant_code": MERCHANT_CODES[self.bank],
            "name": self.holder,
            "account_number": self.number,
            "is_closed": True,
            "is_single_use": True,
            "expected_amount": self.amount,
            "expiration_date": moment(self.expires_at),
            "status": self.status,
            "currency": "IDR",
            "country": "ID",
        }


@dataclass
class Paid:
    """Money that came for a bill."""

    bill: Bill
    amount: int
    at: datetime
    id: str = field(default_factory=lambda: str(uuid4()))
    refunds: list["Refund"] = field(default_factory=list)
    voided: bool = False

    @property
    def left(self) -> int:
        """Return what has not gone back."""
        return self.amount - sum(refund.amount for refund in self.refunds if refund.status != "FAILED")

    def account_words(self) -> dict[str, Any]:
        """Return the payment of a virtual account, as an answer and as a call-back."""
        return {
            "id": self.id,
            "payment_id": self.id,
            "callback_virtual_account_id": self.bill.id,
            "owner_id": BUSINESS,
            "external_id": self.bill.reference,
            "account_number": self.bill.number,
            "bank_code": self.bill.bank,
            "merchant_code": MERCHANT_CODES[self.bill.bank],
            "amount": self.amount,
            "currency": "IDR",
            "country": "ID",
            "sender_name": "PEMBELI",
            "transaction_timestamp": moment(self.at),
            "created": moment(self.at),
            "updated": moment(self.at),
        }

    def qr_notice(self) -> dict[str, Any]:
        """Return the call-back of a paid QR code."""
        detail = {"receipt_id": "000111666", "source": "GOPAY", "name": None, "account_details": None}
        own = {"id": self.id, "qr_id": self.bill.id, "status": "SUCCEEDED", "amount": self.amount}
        return {
            "event": "qr.payment",
            "api_version": "2022-07-31",
            "business_id": BUSINESS,
            "created": moment(self.at),
            "data": self.bill.words() | own | {"created": moment(self.at), "payment_detail": detail},
        }

    def transaction(self) -> dict[str, Any]:
        """Return the payment as the list of transactions has it."""
        status = "VOIDED" if self.voided else "SUCCESS"
        category = "VIRTUAL_ACCOUNT" if self.bill.bank else "QR_CODE"
        return _transaction(self.id, "PAYMENT", status, category, self.bill.reference, self.amount, self.at)


@dataclass
class Refund:
    """Money on its way back to the buyer of a QR code."""

    paid: Paid
    amount: int
    reason: str
    at: datetime
    status: str = "PENDING"
    id: str = field(default_factory=lambda: f"qrrf_{uuid4()}")

    def words(self) -> dict[str, Any]:
        """Return what an answer or a call-back says of it."""
        return {
            "id": self.id,
            "qrpy_id": self.paid.id,
            "status": self.status,
            "currency": "IDR",
            "payment_amount": self.paid.amount,
            "refund_amount": self.amount,
            "channel_code": "ID_DANA",
            "reason": self.reason,
            "created": moment(self.at),
            "updated": moment(self.at),
        }

    def transaction(self) -> dict[str, Any]:
        """Return the refund as the list of transactions has it."""
        status = {"SUCCEEDED": "SUCCESS"}.get(self.status, self.status)
        reference = self.paid.bill.reference
        return _transaction(self.id, "REFUND", status, "QR_CODE", reference, self.amount, self.at)


def _transaction(
    product_id: str, kind: str, status: str, category: str, reference: str, amount: int, at: datetime
) -> dict[str, Any]:
    return {
        "id": f"txn_{uuid4()}",
        "product_id": product_id,
        "type": kind,
        "status": status,
        "channel_category": category,
        "channel_code": "ID_DANA",
        "reference_id": reference,
        "account_identifier": None,
        "currency": "IDR",
        "amount": amount,
        "cashflow": "MONEY_IN" if kind == "PAYMENT" else "MONEY_OUT",
        "business_id": BUSINESS,
        "created": moment(at),
        "updated": moment(at),
    }


class Book:
    """All bills, by their own id, and the payments of each."""

    def __init__(self) -> None:
        self.bills: dict[str, Bill] = {}

    def add(self, bill: Bill) -> Bill:
        """Keep a bill. Raises Refused where its virtual account's external id is in use."""
        if bill.bank and any(old.bank and old.reference == bill.reference for old in self.bills.values()):
            message = f"Callback virtual account with external_id: {bill.reference} is already created"
            raise Refused(400, "DUPLICATE_CALLBACK_VIRTUAL_ACCOUNT_ERROR", message)
        self.bills[bill.id] = bill
        return bill

    def find(self, bill_id: str) -> Bill:
        """Return a bill by its id, or the latest of this reference. Raises Refused."""
        known = self.bills.get(bill_id) or next(
            (bill for bill in reversed(self.bills.values()) if bill.reference == bill_id), None
        )
        if known is None:
            raise Refused(404, "DATA_NOT_FOUND", "Could not find what was asked for")
        return known

    def payments(self) -> list[Paid]:
        """Return everything that was paid."""
        return [paid for bill in self.bills.values() for paid in bill.payments]

    def payment(self, payment_id: str) -> Paid:
        """Return a payment. Raises Refused."""
        for paid in self.payments():
            if paid.id == payment_id:
                return paid
        raise Refused(404, "DATA_NOT_FOUND", "Payment not found")
