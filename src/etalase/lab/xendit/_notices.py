"""The pretend Xendit's call-backs: what they say, with the account's token."""

from datetime import datetime
from typing import Any

from etalase.lab.callbacks import Callbacks
from etalase.lab.temper import Temper
from etalase.lab.xendit._book import Bill, Paid, Refund, moment

TOKEN_HEADER = "x-callback-token"  # noqa: S105 - the name of a header


class Notices(Callbacks):
    """What Xendit tells of its charges, to the one address that the account has."""

    def __init__(self, token: str, url: str, temper: Temper) -> None:
        super().__init__(temper)
        self.token = token
        self._url = url

    def made(self, bill: Bill, now: datetime) -> None:
        """Tell of a new virtual account; a new QR code is told to nobody. A liar tells that it is paid."""
        if self._temper.wrong_signature:
            self._notify(_news(Paid(bill, bill.amount, now)), token="wrong")  # noqa: S106 - that is the point
        if bill.bank:
            self._notify(_status(bill, now))

    def paid(self, paid: Paid) -> None:
        """Tell of a payment."""
        if self._temper.wrong_amount:
            lie = Paid(paid.bill, paid.amount * 10, paid.at)
            self._notify(_news(lie))
        self._notify(_news(paid))
        if self._temper.out_of_order and paid.bill.bank:
            self._notify(_status(paid.bill, paid.at) | {"status": "ACTIVE"}, after=self._temper.late_seconds)

    def refunded(self, refund: Refund) -> None:
        """Tell that money went back."""
        self._notify({"event": "qr.refund", "api_version": "2022-07-31", "data": refund.words()})

    def _notify(self, notice: dict[str, Any], *, token: str | None = None, after: float = 0.0) -> None:
        self._send(self._url, notice, {TOKEN_HEADER: token or self.token}, after=after)


def _news(paid: Paid) -> dict[str, Any]:
    return paid.account_words() if paid.bill.bank else paid.qr_notice()


def _status(bill: Bill, now: datetime) -> dict[str, Any]:
    return bill.words() | {"created": moment(now), "updated": moment(now)}
