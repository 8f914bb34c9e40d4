"""Xendit's API over HTTP. It answers as a provider; what the answers mean is told in `messages`.

A QR code and a virtual account say whether they take money, and not whether any came: that is what the list
of transactions says, which is asked by our own reference. Each call that makes something carries an
idempotency key. A virtual account is closed by ending its time; a QR code cannot be closed before its end.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from etalase.commerce.payments._adapters.xendit import messages
from etalase.commerce.payments._adapters.xendit.settings import XenditSettings
from etalase.commerce.payments._errors import BadSignature
from etalase.commerce.payments._model.method import Means
from etalase.commerce.payments._model.provider import Charge, GatewayTrouble, Notice, Report, Standing
from etalase.kernel.money import Money
from etalase.kernel.reading import Unreadable, read_json

QR_VERSION = "2022-07-31"
"""Without this header Xendit makes a QR code of its first version, whose payments are told to nobody."""
TOKEN_HEADER = "x-callback-token"  # noqa: S105 - the name of a header
ACCOUNTS, CODES = "callback_virtual_accounts", "qr_codes"
_DONE = range(200, 300)
_UNKNOWN = 404
_TEMPORARY = frozenset({401, 403, 408, 425, 429}) | frozenset(range(500, 600))
"""401 and 403 too: they tell of our key, not of the payment."""
_LATER = frozenset({"TEMPORARILY_UNAVAILABLE", "REFUND_IN_PROGRESS", "CHANNEL_UNAVAILABLE"})
_TAKEN = frozenset({"DUPLICATE_CALLBACK_VIRTUAL_ACCOUNT_ERROR", "DUPLICATE_ERROR"})
_NEVER = frozenset({"REFUND_NOT_SUPPORTED", "PARTIAL_REFUND_NOT_SUPPORTED"})
"""Said with 403, and yet of the payment."""


class Xendit:
    """A provider that asks Xendit."""

    def __init__(self, settings: XenditSettings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client

    async def start(self, charge: Charge) -> Report:
        """Make a QR code or a virtual account for the reference."""
        is_qr = charge.method.means is Means.QRIS
        path, body = (CODES, self._qr(charge)) if is_qr else (ACCOUNTS, self._account(charge))
        code, answer = await self._call("POST", path, body, key=f"{charge.reference}-charge")
        if code in _DONE:
            return messages.read_qr(answer) if is_qr else messages.read_virtual_account(answer)
        return Report(Standing.TAKEN if answer.get("error_code") in _TAKEN else Standing.REFUSED)

    async def ask(self, charge: Charge, news: str = "") -> Report:
        """Say whether money came for the reference, and if not, whether it still may."""
        paid = await self._find_money(charge, news)
        if paid is not None:
            return paid
        if charge.charge_id is None:
            return Report(Standing.UNKNOWN)
        is_qr = charge.method.means is Means.QRIS
        path = f"{CODES if is_qr else ACCOUNTS}/{quote(charge.charge_id, safe='')}"
        code, answer = await self._call("GET", path)
        if code == _UNKNOWN:
            return Report(Standing.UNKNOWN)
        if code not in _DONE:
            raise GatewayTrouble(f"GET {path}: {code} {answer.get('error_code', '')}")
        return messages.read_qr(answer) if is_qr else messages.read_virtual_account(answer)

    async def cancel(self, charge: Charge) -> Report:
        """End the time of a virtual account; tell until when a QR code can be paid."""
        report = await self.ask(charge)
        if report.standing is not Standing.PENDING or charge.method.means is Means.QRIS:
            return report
        path = f"{ACCOUNTS}/{quote(charge.charge_id or '', safe='')}"
        body = {"expiration_date": messages.write_moment(charge.asked_at)}
        await self._call("PATCH", path, body, key=f"{charge.reference}-cancel")
        report = await self.ask(charge)  # its buyer may have been faster
        return Report(Standing.CANCELLED) if report.standing is Standing.EXPIRED else report

    async def refund(self, charge: Charge, key: str, amount: Money, reason: str) -> bool:
        """Send money of a QR payment back, once per key; False where Xendit will not.

        It is sent only once Xendit says so: until then the question is asked again.
        """
        if charge.method.means is not Means.QRIS:
            return False
        listed = await self._list("PAYMENT", reference_id=charge.reference)
        payment_id = messages.find_payment_id(listed, charge.reference)
        if payment_id is None:
            raise GatewayTrouble(f"the payment of {charge.reference} is not listed yet")
        path = f"{CODES}/payments/{quote(payment_id, safe='')}/refunds"
        body = {"amount": amount.minor, "reason": reason[:255]}
        code, answer = await self._call("POST", path, body, key=key)
        if code not in _DONE:
            listed = await self._list("REFUND", reference_id=charge.reference)
            return messages.has_refund(listed, charge.reference, amount)
        return await self._sent(str(answer.get("id")), str(answer.get("status")))

    async def _sent(self, refund_id: str, status: str) -> bool:
        """Return whether a refund arrived. Raises GatewayTrouble while it is under way."""
        if status == "PENDING":
            listed = await self._list("REFUND", product_id=refund_id)
            status = messages.find_refund(listed, refund_id) or status
        if status == "PENDING":
            raise GatewayTrouble(f"refund {refund_id} is under way")
        return status in {"SUCCEEDED", "SUCCESS"}

    def hear(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return what a call-back is about, where it brings the account's token. Raises BadSignature."""
        if not messages.is_ours(headers.get(TOKEN_HEADER), self._settings.callback_token):
            raise BadSignature
        try:
            return messages.read_notice(read_json(body, dict[str, Any]))
        except Unreadable:
            raise BadSignature from None

    def _qr(self, charge: Charge) -> dict[str, Any]:
        body: dict[str, Any] = {
            "reference_id": charge.reference,
            "type": "DYNAMIC",
            "currency": "IDR",
            "amount": charge.due.minor,
        }
        if charge.expires_at is not None:
            body["expires_at"] = messages.write_moment(charge.expires_at)
        return body

    def _account(self, charge: Charge) -> dict[str, Any]:
        body: dict[str, Any] = {
            "external_id": charge.reference,
            "bank_code": self._settings.va_bank,
            "name": self._settings.va_name,
            "is_closed": True,
            "is_single_use": True,
            "expected_amount": charge.due.minor,
        }
        if charge.expires_at is not None:
            body["expiration_date"] = messages.write_moment(charge.expires_at)
        return body

    async def _find_money(self, charge: Charge, news: str) -> Report | None:
        """Return what came for the reference. A virtual account's payment is found by its id at once."""
        if news and charge.method.means is Means.VIRTUAL_ACCOUNT:
            path = f"callback_virtual_account_payments/payment_id={quote(news, safe='')}"
            code, answer = await self._call("GET", path)
            if code in _DONE:
                found = messages.read_account_payment(answer, charge.reference, charge.charge_id)
                if found is not None:
                    return found
        listed = await self._list("PAYMENT", reference_id=charge.reference)
        return messages.read_payments(messages.find_payments(listed, charge.reference), charge.charge_id)

    async def _list(self, kind: str, **wanted: str) -> dict[str, Any]:
        """Return the transactions of this kind that fit. Raises GatewayTrouble."""
        code, answer = await self._call("GET", f"transactions?{urlencode({'types': kind} | wanted)}")
        if code not in _DONE:
            raise GatewayTrouble(f"GET transactions: {code} {answer.get('error_code', '')}")
        return answer

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Return status and body of an answer. Raises GatewayTrouble for those that tell nothing."""
        headers = {"Accept": "application/json"}
        if path.startswith(CODES):
            headers["api-version"] = QR_VERSION
        if key is not None:
            headers |= {"Idempotency-Key": key, "X-Idempotency-Key": key}
        response = await self._client.request(
            method,
            f"{self._settings.api_url}/{path}",
            json=body,
            headers=headers,
            auth=(self._settings.secret_key, ""),
        )
        place, code = f"{method} {path.partition('?')[0]}", response.status_code
        try:
            answer = read_json(response.content, dict[str, Any])
        except Unreadable as error:
            raise GatewayTrouble(f"{place}: {code}, no JSON") from error
        said = str(answer.get("error_code", ""))
        if said in _LATER or (code in _TEMPORARY and said not in _NEVER):
            raise GatewayTrouble(f"{place}: {code} {said} {answer.get('message', '')}".rstrip())
        return code, answer
