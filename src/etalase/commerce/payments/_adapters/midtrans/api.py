"""Midtrans' Core API over HTTP. It answers as a provider; what the answers mean is the model's.

Idempotent by two keys: the reference is Midtrans' `order_id`, which it charges once for ever (status 406
after that), and each call carries an `Idempotency-Key`, for which it repeats its answer for five minutes.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx

from etalase.commerce.payments._adapters.midtrans import messages as model
from etalase.commerce.payments._adapters.midtrans.settings import MidtransSettings
from etalase.commerce.payments._errors import BadSignature
from etalase.commerce.payments._model.method import Means
from etalase.commerce.payments._model.provider import Charge, GatewayTrouble, Notice, Report, Standing
from etalase.kernel.money import Money
from etalase.kernel.reading import Unreadable, read_json, read_number

JAKARTA = ZoneInfo("Asia/Jakarta")
_DUPLICATE, _UNKNOWN = 406, 404
_DONE = range(200, 300)
_TEMPORARY = frozenset({202, 408, 409, 425, 429}) | frozenset(range(500, 600))


class Midtrans:
    """A provider that asks Midtrans."""

    def __init__(self, settings: MidtransSettings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client

    async def start(self, charge: Charge) -> Report:
        """Charge the reference: once, however often it is asked for."""
        code, answer = await self._call(
            "POST", "charge", self._body(charge), key=f"{charge.reference}-charge"
        )
        if code == _DUPLICATE:
            return Report(Standing.TAKEN)
        if code not in _DONE:
            return Report(Standing.REFUSED)
        return model.read_report(answer)

    async def ask(self, charge: Charge, news: str = "") -> Report:  # noqa: ARG002 - the reference says it all
        """Say where the reference stands."""
        code, answer = await self._call("GET", f"{quote(charge.reference, safe='')}/status")
        return Report(Standing.UNKNOWN) if code == _UNKNOWN else model.read_report(answer)

    async def cancel(self, charge: Charge) -> Report:
        """Cancel the charge, or say why it cannot be: it may be paid by now."""
        path = f"{quote(charge.reference, safe='')}/cancel"
        code, answer = await self._call("POST", path, {}, key=f"{charge.reference}-cancel")
        return model.read_report(answer) if code in _DONE else await self.ask(charge)

    async def refund(self, charge: Charge, key: str, amount: Money, reason: str) -> bool:
        """Send money back at once; False where Midtrans will not do it for this payment.

        A refund whose answer was lost is refused when it is asked for again, once the answer is forgotten: so
        a refusal is believed only after the transaction was asked what has gone back of it.
        """
        body = {"refund_key": key, "amount": amount.minor, "reason": reason[:255]}
        path = f"{quote(charge.reference, safe='')}/refund/online/direct"
        code, _ = await self._call("POST", path, body, key=key)
        if code in _DONE:
            return True
        _, answer = await self._call("GET", f"{quote(charge.reference, safe='')}/status")
        return model.has_refund(answer, key)

    def hear(self, headers: Mapping[str, str], body: bytes) -> Notice:  # noqa: ARG002 - the body is signed
        """Return whose status changed and to what, where the call-back is signed. Raises BadSignature."""
        try:
            notice = read_json(body, dict[str, Any])
        except Unreadable:
            raise BadSignature from None
        if not model.is_signed(notice, self._settings.signature_secret):
            raise BadSignature
        return Notice(str(notice["order_id"]), str(notice.get("transaction_status", ""))[:32])

    def _body(self, charge: Charge) -> dict[str, Any]:
        details = {"order_id": charge.reference, "gross_amount": charge.due.minor}
        body: dict[str, Any] = {"transaction_details": details}
        if charge.method.means is Means.QRIS:
            body |= {"payment_type": "qris", "qris": {"acquirer": self._settings.qris_acquirer}}
        else:
            body |= {
                "payment_type": "bank_transfer",
                "bank_transfer": {"bank": self._settings.va_bank},
            }
        if charge.expires_at is not None:
            minutes = max(1, round((charge.expires_at - charge.asked_at).total_seconds() / 60))
            body["custom_expiry"] = {
                "order_time": charge.asked_at.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M:%S %z"),
                "expiry_duration": minutes,
                "unit": "minute",
            }
        return body

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Return the status code of the answer's body, which is the one that Midtrans means, and the body."""
        headers = {"Accept": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        if path == "charge" and self._settings.notification_url:
            headers["X-Override-Notification"] = self._settings.notification_url
        response = await self._client.request(
            method,
            f"{self._settings.api_url}/v2/{path}",
            json=body,
            headers=headers,
            auth=(self._settings.server_key, ""),
        )
        try:
            answer = read_json(response.content, dict[str, Any])
        except Unreadable as error:
            raise GatewayTrouble(f"{method} {path}: {response.status_code}, no JSON") from error
        code = read_number(str(answer.get("status_code", response.status_code)), max_digits=3)
        if code is None:
            raise GatewayTrouble(f"{method} {path}: {response.status_code}, no status_code")
        if code in _TEMPORARY or response.status_code in _TEMPORARY or code == 401:  # noqa: PLR2004
            raise GatewayTrouble(f"{method} {path}: {code} {answer.get('status_message', '')}")
        return code, answer
