"""What the pretend gateway remembers: its transactions, in memory, and their answers in Midtrans' words."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
MERCHANT = "G000000000"
MAX_ORDER_ID_LENGTH = 50
DEFAULT_EXPIRY = timedelta(minutes=15)
_VA_PREFIXES = {"bca": "12345", "bni": "98800", "bri": "13234", "cimb": "80777", "permata": "85000"}
_STATUS_CODES = {"pending": "201", "expire": "407", "deny": "202"}


class Refused(Exception):
    """The gateway says no: a status code of Midtrans' table and its words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class Transaction:
    """One charge and what became of it."""

    order_id: str
    payment_type: str
    asked: int
    made_at: datetime
    expires_at: datetime
    bank: str | None = None
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = "pending"
    arrived: int = 0
    refunds: dict[str, int] = field(default_factory=dict)
    settled_at: datetime | None = None

    @property
    def gross_amount(self) -> str:
        """Return the amount as Midtrans writes it."""
        return f"{self.arrived or self.asked}.00"

    @property
    def status_code(self) -> str:
        """Return the code that goes with the status."""
        return _STATUS_CODES.get(self.status, "200")

    @property
    def va_number(self) -> str:
        """Return the account to transfer to."""
        digits = int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 10**11
        return f"{_VA_PREFIXES.get(self.bank or '', '00000')}{digits:011d}"

    @property
    def qr_string(self) -> str:
        """Return a text for a QR code that no wallet takes for a real one."""
        return f"ETALASE-GATEWAY-SIMULATOR/{self.id}/{self.asked}"

    def settle(self, now: datetime, *, missing: int = 0) -> None:
        """Take the buyer's money."""
        self._require("pending")
        self.status, self.settled_at, self.arrived = "settlement", now, self.asked - missing

    def end(self, status: str) -> None:
        """Take no more money."""
        self._require("pending")
        self.status = status

    def refund(self, key: str, amount: int) -> None:
        """Send money back, once for each key."""
        if key in self.refunds:
            raise Refused(412, "Refund key has been used already")
        self._require("settlement", "partial_refund")
        if self.payment_type != "qris":
            raise Refused(418, "Payment type is not allowed to refund")
        left = self.arrived - sum(self.refunds.values())
        if not 0 < amount <= left:
            raise Refused(414, "Refund amount is more than the transaction's")
        self.refunds[key] = amount
        self.status = "refund" if amount == left else "partial_refund"

    def _require(self, *statuses: str) -> None:
        if self.status not in statuses:
            raise Refused(412, "Transaction status cannot be updated")

    def words(self) -> dict[str, Any]:
        """Return what every answer and call-back says of the transaction."""
        said: dict[str, Any] = {
            "status_code": self.status_code,
            "status_message": "Success, transaction is found",
            "transaction_id": self.id,
            "order_id": self.order_id,
            "merchant_id": MERCHANT,
            "gross_amount": self.gross_amount,
            "currency": "IDR",
            "payment_type": self.payment_type,
            "transaction_time": _local(self.made_at),
            "transaction_status": self.status,
            "fraud_status": "accept",
            "expiry_time": _local(self.expires_at),
        }
        if self.settled_at is not None:
            said["settlement_time"] = _local(self.settled_at)
        if self.refunds:
            said["refund_amount"] = f"{sum(self.refunds.values())}.00"
            said["refunds"] = [
                {"refund_key": key, "refund_amount": f"{amount}.00"} for key, amount in self.refunds.items()
            ]
        if self.payment_type == "bank_transfer":
            said["va_numbers"] = [{"bank": self.bank, "va_number": self.va_number}]
        return said


class Book:
    """All transactions, by order id and by their own id."""

    def __init__(self) -> None:
        self.by_order: dict[str, Transaction] = {}
        self.by_id: dict[str, Transaction] = {}

    def charge(self, body: dict[str, Any], now: datetime) -> Transaction:
        """Open a transaction. Raises Refused for a used order id, and for what is not understood."""
        try:
            details = body["transaction_details"]
            order_id, amount = str(details["order_id"]), int(details["gross_amount"])
            payment_type = body["payment_type"]
            bank = body["bank_transfer"]["bank"] if payment_type == "bank_transfer" else None
        except (KeyError, TypeError, ValueError):
            raise Refused(400, "One or more parameters in the payload is invalid.") from None
        if (
            payment_type not in {"qris", "bank_transfer"}
            or amount <= 0
            or not 0 < len(order_id) <= MAX_ORDER_ID_LENGTH
        ):
            raise Refused(400, "One or more parameters in the payload is invalid.")
        if order_id in self.by_order:
            raise Refused(406, "The request could not be completed due to a conflict with the order ID.")
        transaction = Transaction(order_id, payment_type, amount, now, _expiry(body, now), bank)
        self.by_order[order_id] = self.by_id[transaction.id] = transaction
        return transaction

    def find(self, order_id: str) -> Transaction:
        """Return the transaction, by either id. Raises Refused."""
        found = self.by_order.get(order_id) or self.by_id.get(order_id)
        if found is None:
            raise Refused(404, "Transaction doesn't exist.")
        return found

    def due(self, now: datetime) -> list[Transaction]:
        """Return the transactions whose time is over."""
        return [
            found for found in self.by_id.values() if found.status == "pending" and found.expires_at <= now
        ]


def _expiry(body: dict[str, Any], now: datetime) -> datetime:
    expiry = body.get("custom_expiry")
    if not expiry:
        return now + DEFAULT_EXPIRY
    start = now
    if "order_time" in expiry:
        start = datetime.strptime(expiry["order_time"], "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    unit = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[expiry.get("unit", "minute")]
    return start + timedelta(seconds=int(expiry["expiry_duration"]) * unit)


def _local(moment: datetime) -> str:
    return moment.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M:%S")
