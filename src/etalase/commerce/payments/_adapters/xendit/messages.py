"""Xendit's API as values: what its answers and call-backs mean. No I/O.

Sources: docs.xendit.co, "List transactions", "QRIS", "Virtual account: rules and limitations", "Handling
webhooks"; help.xendit.co, "How to refund a QR code transaction using API"; its own client libraries.
"""

import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from etalase.commerce.payments._model.payment import Instructions
from etalase.commerce.payments._model.provider import Notice, Report, Standing
from etalase.kernel.money import RUPIAH, Money

OVER = "INACTIVE"
"""All else waits: a virtual account, for one, is `PENDING` until its bank knows it."""
MAX_NEWS_LENGTH = 64


def is_ours(claimed: str | None, token: str) -> bool:
    """Tell, in constant time, whether a call-back brought the account's token; never for an empty one."""
    return bool(token) and hmac.compare_digest((claimed or "").encode(), token.encode())


def read_notice(body: Mapping[str, Any]) -> Notice:
    """Return what a call-back is about: the payment of a QR code, or of a virtual account, or its status."""
    if "event" in body:
        found = body.get("data")
        about = found if isinstance(found, dict) else {}
        return Notice(_text(about, "reference_id"), _text(about, "id")[:MAX_NEWS_LENGTH])
    return Notice(_text(body, "external_id"), _text(body, "payment_id")[:MAX_NEWS_LENGTH])


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def read_amount(value: object, currency: object = RUPIAH) -> Money | None:
    """Return 89000 or 89000.0 as money; None for what is no whole number of rupiah."""
    if currency != RUPIAH or isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return Money(round(value))
    return Money(value) if isinstance(value, int) else None


def write_moment(moment: datetime) -> str:
    """Return a moment as Xendit takes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(text: object) -> datetime | None:
    """Return a moment as Xendit tells it; None for anything else."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def read_qr(answer: Mapping[str, Any]) -> Report:
    """Return what is said of a QR code: shown while it is active, over when not. Money is told elsewhere."""
    standing = Standing.EXPIRED if answer.get("status") == OVER else Standing.PENDING
    how = Instructions(qr=_text(answer, "qr_string")) if answer.get("qr_string") else None
    amount = read_amount(answer.get("amount"), answer.get("currency", RUPIAH))
    return Report(
        standing, amount, how, charge_id=_text(answer, "id"), open_until=read_moment(answer.get("expires_at"))
    )


def read_virtual_account(answer: Mapping[str, Any]) -> Report:
    """Return what is said of a virtual account: shown while it takes money, over when not."""
    standing = Standing.EXPIRED if answer.get("status") == OVER else Standing.PENDING
    number = _text(answer, "account_number")
    how = Instructions(bank=_text(answer, "bank_code"), number=number) if number else None
    amount = read_amount(answer.get("expected_amount"), answer.get("currency", RUPIAH))
    end = read_moment(answer.get("expiration_date"))
    return Report(standing, amount, how, charge_id=_text(answer, "id"), open_until=end)


def read_account_payment(answer: Mapping[str, Any], reference: str, charge_id: str | None) -> Report | None:
    """Return what came to a virtual account; None where the payment is of another one."""
    account = answer.get("callback_virtual_account_id")
    if answer.get("external_id") != reference or (charge_id and account != charge_id):
        return None
    amount = read_amount(answer.get("amount"), answer.get("currency", RUPIAH))
    return Report(Standing.PAID, amount, charge_id=charge_id)


def find_payments(answer: Mapping[str, Any], reference: str) -> list[Mapping[str, Any]]:
    """Return the payments of this reference that succeeded, out of a list of transactions."""
    return [
        found
        for found in _listed(answer)
        if found.get("type") == "PAYMENT"
        and found.get("status") == "SUCCESS"
        and found.get("reference_id") == reference
    ]


def find_payment_id(answer: Mapping[str, Any], reference: str) -> str | None:
    """Return what Xendit calls the payment of this reference, also of one that went back since."""
    for found in _listed(answer):
        if found.get("type") == "PAYMENT" and found.get("reference_id") == reference:
            return str(found.get("product_id"))
    return None


def read_payments(payments: list[Mapping[str, Any]], charge_id: str | None) -> Report | None:
    """Return what these payments brought together; None where there is none."""
    if not payments:
        return None
    amounts = [read_amount(found.get("amount"), found.get("currency")) for found in payments]
    whole = [amount for amount in amounts if amount is not None]
    total = Money(sum(amount.minor for amount in whole)) if len(whole) == len(amounts) else None
    return Report(Standing.PAID, total, charge_id=charge_id)


def find_refund(answer: Mapping[str, Any], refund_id: str) -> str | None:
    """Return how a refund stands, out of a list of transactions; None where it is not listed."""
    for found in _listed(answer):
        if found.get("type") == "REFUND" and found.get("product_id") == refund_id:
            return str(found.get("status"))
    return None


def has_refund(answer: Mapping[str, Any], reference: str, amount: Money) -> bool:
    """Tell whether so much has gone back of this reference, out of a list of transactions."""
    return any(
        found.get("type") == "REFUND"
        and found.get("status") == "SUCCESS"
        and found.get("reference_id") == reference
        and read_amount(found.get("amount"), found.get("currency")) == amount
        for found in _listed(answer)
    )


def _listed(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = answer.get("data")
    return (entry for entry in (found if isinstance(found, list) else ()) if isinstance(entry, dict))
