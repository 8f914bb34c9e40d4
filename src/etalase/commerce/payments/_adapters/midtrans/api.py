"""Midtrans' Core API over HTTP. It answers as a provider; what the answers mean is the model's.

Idempotent by two keys: the reference is Midtrans' `order_id`, which it charges once for ever (status 406
after that), and each call carries an `Idempotency-Key`, for which it repeats its answer for five minutes.
"""

from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx

from etalase.commerce.payments._adapters.midtrans import messages as model
from etalase.commerce.payments._model.payment import Method
from etalase.commerce.payments._model.provider import Charge, GatewayTrouble, Report, Standing
from etalase.commerce.payments._model.settings import Settings
from etalase.kernel.money import Money
from etalase.kernel.reading import Unreadable, read_json, read_number

JAKARTA = ZoneInfo("Asia/Jakarta")
_DUPLICATE, _UNKNOWN = 406, 404
_DONE = range(200, 300)
_TEMPORARY = frozenset({202, 408, 409, 425, 429}) | frozenset(range(500, 600))


class Midtrans:
    """A provider that asks Midtrans."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
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

    async def ask(self, reference: str) -> Report:
        """Say where the reference stands."""
        code, answer = await self._call("GET", f"{quote(reference, safe='')}/status")
        return Report(Standing.UNKNOWN) if code == _UNKNOWN else model.read_report(answer)

    async def cancel(self, reference: str) -> Report:
        """Cancel the charge, or say why it cannot be: it may be paid by now."""
        path = f"{quote(reference, safe='')}/cancel"
        code, answer = await self._call("POST", path, {}, key=f"{reference}-cancel")
        return model.read_report(answer) if code in _DONE else await self.ask(reference)

    async def refund(self, reference: str, key: str, amount: Money, reason: str) -> bool:
        """Send money back at once; False where Midtrans will not do it for this payment.

        A refund whose answer was lost is refused when it is asked for again, once the answer is forgotten: so
        a refusal is believed only after the transaction was asked what has gone back of it.
        """
        body = {"refund_key": key, "amount": amount.minor, "reason": reason[:255]}
        path = f"{quote(reference, safe='')}/refund/online/direct"
        code, _ = await self._call("POST", path, body, key=key)
        if code in _DONE:
            return True
        _, answer = await self._call("GET", f"{quote(reference, safe='')}/status")
        return model.tells_of_refund(answer, key)

    def _body(self, charge: Charge) -> dict[str, Any]:
        details = {"order_id": charge.reference, "gross_amount": charge.due.minor}
        body: dict[str, Any] = {"transaction_details": details}
        if charge.method is Method.MIDTRANS_QRIS:
            body |= {"payment_type": "qris", "qris": {"acquirer": self._settings.midtrans_qris_acquirer}}
        else:
            body |= {
                "payment_type": "bank_transfer",
                "bank_transfer": {"bank": self._settings.midtrans_va_bank},
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
        if path == "charge" and self._settings.midtrans_notification_url:
            headers["X-Override-Notification"] = self._settings.midtrans_notification_url
        response = await self._client.request(
            method,
            f"{self._settings.midtrans_api_url}/v2/{path}",
            json=body,
            headers=headers,
            auth=(self._settings.midtrans_server_key, ""),
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
