"""The pretend gateway's call-backs: what they say, and how they are signed."""

import hashlib
from typing import Any

from etalase.lab.callbacks import Callbacks
from etalase.lab.midtrans._book import Transaction
from etalase.lab.temper import Temper


class Notices(Callbacks):
    """What the gateway tells of its charges."""

    def __init__(self, secret: str, temper: Temper) -> None:
        super().__init__(temper)
        self._secret = secret

    def made(self, transaction: Transaction, url: str) -> None:
        """Tell of a new charge."""
        if self._temper.wrong_signature:
            claim = transaction.words() | {"transaction_status": "settlement", "status_code": "200"}
            self._send(url, claim | {"signature_key": "0" * 128})
        self._send(url, self.signed(transaction.words()))

    def changed(self, transaction: Transaction, url: str) -> None:
        """Tell of a new status."""
        words = transaction.words()
        if self._temper.wrong_amount and transaction.status == "settlement":
            self._send(url, self.signed(words | {"gross_amount": f"{transaction.asked * 10}.00"}))
        self._send(url, self.signed(words))
        if self._temper.out_of_order:
            pending = words | {"transaction_status": "pending", "status_code": "201"}
            self._send(url, self.signed(pending), after=self._temper.late_seconds)

    def signed(self, words: dict[str, Any]) -> dict[str, Any]:
        """Return the words as the body of a call-back that the shop believes to be the gateway's."""
        text = f"{words['order_id']}{words['status_code']}{words['gross_amount']}{self._secret}"
        return words | {"signature_key": hashlib.sha512(text.encode()).hexdigest()}
