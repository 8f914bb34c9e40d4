"""The gateways that this house's operator has an account with."""

from collections.abc import Mapping
from typing import Any

import httpx

from etalase.commerce.payments._errors import BadSignature, MethodNotOffered
from etalase.commerce.payments._jobs.midtrans import Midtrans
from etalase.commerce.payments._model import midtrans as model
from etalase.commerce.payments._model.payment import Method
from etalase.commerce.payments._model.provider import Provider
from etalase.commerce.payments._model.settings import Settings


class Gateways:
    """Providers by method, and one pool of connections to them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client = httpx.AsyncClient(timeout=settings.gateway_timeout_seconds)
        midtrans = Midtrans(settings, self._client)
        self._providers: dict[Method, Provider] = dict.fromkeys(settings.methods(), midtrans)

    def of(self, method: Method) -> Provider:
        """Return who takes money by this method. Raises MethodNotOffered."""
        try:
            return self._providers[method]
        except KeyError:
            raise MethodNotOffered(method=method) from None

    def believe_midtrans(self, notice: Mapping[str, Any]) -> tuple[str, str]:
        """Return the reference and the status that a call-back of Midtrans tells of. Raises BadSignature."""
        if not model.is_signed(notice, self.settings.signature_secret):
            raise BadSignature
        return str(notice["order_id"]), str(notice.get("transaction_status", ""))[:32]

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()
