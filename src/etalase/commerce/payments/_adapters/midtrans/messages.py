"""Midtrans' Core API as values: what its answers mean, how its call-backs are signed. No I/O.

Sources: docs.midtrans.com, "Charge transactions", "HTTP(S) notification / webhooks", "Get transaction
status", "API headers & idempotency".
"""

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from etalase.commerce.payments._model.payment import Instructions
from etalase.commerce.payments._model.provider import Report, Standing
from etalase.kernel.money import RUPIAH, Money

_STANDINGS = {
    "authorize": Standing.PENDING,
    "pending": Standing.PENDING,
    "settlement": Standing.PAID,
    "refund": Standing.PAID,
    "partial_refund": Standing.PAID,
    "chargeback": Standing.PAID,
    "partial_chargeback": Standing.PAID,
    "expire": Standing.EXPIRED,
    "cancel": Standing.CANCELLED,
    "deny": Standing.REFUSED,
    "failure": Standing.REFUSED,
}


def sign(order_id: str, status_code: str, gross_amount: str, secret: str) -> str:
    """Return the signature of a call-back: SHA-512 of the four strings in a row, as hex."""
    return hashlib.sha512(f"{order_id}{status_code}{gross_amount}{secret}".encode()).hexdigest()


def is_signed(notice: Mapping[str, Any], secret: str) -> bool:
    """Tell, in constant time, whether the call-back was signed with the secret; never with an empty one."""
    parts = [notice.get(name) for name in ("order_id", "status_code", "gross_amount", "signature_key")]
    if not secret or not all(isinstance(part, str) for part in parts):
        return False
    order_id, status_code, gross_amount, claimed = (str(part) for part in parts)
    expected = sign(order_id, status_code, gross_amount, secret)
    return hmac.compare_digest(expected.encode(), claimed.encode())


def read_amount(text: object, currency: object = RUPIAH) -> Money | None:
    """Return "789000.00" as money; None for what is no whole number of rupiah."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return None
    if currency != RUPIAH or not value.is_finite() or value != value.to_integral_value():
        return None
    return Money(int(value))


def read_report(answer: Mapping[str, Any]) -> Report:
    """Return what an answer of charge, status or cancel says of the transaction."""
    if "transaction_status" not in answer:
        return Report(Standing.UNKNOWN)
    status = str(answer["transaction_status"])
    if status == "capture":
        standing = Standing.PAID if answer.get("fraud_status", "accept") == "accept" else Standing.PENDING
    else:
        standing = _STANDINGS.get(status, Standing.PENDING)
    amount = read_amount(answer.get("gross_amount"), answer.get("currency", RUPIAH))
    return Report(standing, amount, _read_instructions(answer))


def has_refund(answer: Mapping[str, Any], key: str) -> bool:
    """Tell whether the status says that the refund of this key was sent, or that all has gone back."""
    if answer.get("transaction_status") == "refund":
        return True
    return any(refund.get("refund_key") == key for refund in answer.get("refunds") or ())


def _read_instructions(answer: Mapping[str, Any]) -> Instructions | None:
    """Return how to pay, where the answer says so: the status of a QRIS charge, for one, does not."""
    links = {action.get("name"): action.get("url") for action in answer.get("actions") or ()}
    if answer.get("qr_string"):
        return Instructions(qr=str(answer["qr_string"]), link=links.get("pay-in-simulator"))
    if answer.get("va_numbers"):
        number = answer["va_numbers"][0]
        return Instructions(
            bank=str(number["bank"]).upper(),
            number=str(number["va_number"]),
            link=links.get("pay-in-simulator"),
        )
    if answer.get("permata_va_number"):
        return Instructions(bank="PERMATA", number=str(answer["permata_va_number"]))
    return None
