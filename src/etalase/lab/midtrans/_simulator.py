"""The pretend gateway itself: its book, its temper, its call-backs. The doors are elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from etalase.kernel.clock import Clock, SystemClock
from etalase.lab.gateway import AnswerLost
from etalase.lab.midtrans._book import Book, Refused, Transaction
from etalase.lab.midtrans._notices import Notices
from etalase.lab.temper import Temper

SHORT_CHANGE = 1000


@dataclass(frozen=True)
class GatewayConfig:
    """How to run a pretend gateway."""

    server_key: str = "SB-Mid-server-simulator"
    signature_key: str = ""
    """Signs call-backs; empty takes the server key."""
    notification_url: str = ""
    """Where call-backs go, unless the charge names another place."""
    public_url: str = "http://127.0.0.1:8010"
    """Where buyers reach the bank app."""
    host: str = "127.0.0.1"
    port: int = 8010
    temper: Temper = field(default_factory=Temper)
    clock: Clock = field(default_factory=SystemClock)

    def settings(self, shop_url: str) -> dict[str, str]:
        """Return the settings of a server at this address whose account is here."""
        names = {
            "SERVER_KEY": self.server_key,
            "SIGNATURE_KEY": self.signature_key,
            "API_URL": self.public_url,
            "NOTIFICATION_URL": f"{shop_url}/webhooks/midtrans",
        }
        return {f"ETALASE_PAYMENTS_MIDTRANS_{name}": value for name, value in names.items() if value}


class Simulator:
    """A gateway that keeps everything in memory."""

    def __init__(self, config: GatewayConfig) -> None:
        self.config = config
        self.book = Book()
        self.notices = Notices(config.signature_key or config.server_key, config.temper)
        self._urls: dict[str, str] = {}
        self._answers: dict[str, dict[str, Any]] = {}
        self._answers_to_lose = config.temper.lost_answers

    def charge(self, body: dict[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """Open a transaction and say how to pay it. Raises Refused, AnswerLost."""
        key = headers.get("idempotency-key", "")
        if key in self._answers:
            return self._answers[key]
        transaction = self.book.charge(body, self.config.clock.now())
        self._urls[transaction.id] = headers.get("x-override-notification") or self.config.notification_url
        self.notices.made(transaction, self._urls[transaction.id])
        answer = transaction.words() | self._how_to_pay(transaction)
        self.keep(key, answer)
        if self._answers_to_lose > 0:
            self._answers_to_lose -= 1
            raise AnswerLost
        return answer

    def _how_to_pay(self, transaction: Transaction) -> dict[str, Any]:
        page = {"name": "pay-in-simulator", "method": "GET", "url": self.page_of(transaction)}
        if transaction.payment_type == "bank_transfer":
            return {"actions": [page]}
        image = f"{self.config.public_url}/v2/qris/{transaction.id}/qr-code"
        qr = {"name": "generate-qr-code", "method": "GET", "url": image}
        return {"qr_string": self.page_of(transaction), "acquirer": "gopay", "actions": [qr, page]}

    def page_of(self, transaction: Transaction) -> str:
        """Return where a visitor pays: it is what the QR says too, so that any camera finds it."""
        return f"{self.config.public_url}/bank/{transaction.id}"

    def repeated(self, key: str) -> dict[str, Any] | None:
        """Return the answer that a call of this key got before."""
        return self._answers.get(key)

    def keep(self, key: str, answer: dict[str, Any]) -> None:
        """Remember the answer to a call of this key."""
        if key and not self.config.temper.lost_keys:
            self._answers[key] = answer

    def pay(self, transaction: Transaction) -> None:
        """Take the visitor's pretend money. Raises Refused once the time is over."""
        self.expire_due()
        missing = SHORT_CHANGE if self.config.temper.settles_wrong_amount else 0
        transaction.settle(self.config.clock.now(), missing=missing)
        self.changed(transaction)

    def end(self, transaction: Transaction, status: str) -> None:
        """Take no more money for it. Raises Refused."""
        transaction.end(status)
        self.changed(transaction)

    def cancel(self, transaction: Transaction, status: str) -> None:
        """Take no more money for it, as its merchant asks. Raises Refused."""
        if self.config.temper.refuses_cancels:
            raise Refused(412, "Transaction status cannot be updated")
        self.end(transaction, status)

    def refund(self, transaction: Transaction, key: str, amount: int) -> None:
        """Send money back. Raises Refused."""
        if self.config.temper.refuses_refunds:
            raise Refused(412, "Transaction status cannot be updated")
        transaction.refund(key, amount)
        self.changed(transaction)

    def go_on(self) -> None:
        """End what is due."""
        self.expire_due()

    def expire_due(self) -> None:
        """End what nobody paid in time."""
        for transaction in self.book.due(self.config.clock.now()):
            self.end(transaction, "expire")

    def changed(self, transaction: Transaction) -> None:
        """Send the news of a transaction."""
        self.notices.changed(transaction, self._urls[transaction.id])
