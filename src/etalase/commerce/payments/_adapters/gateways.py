"""The gateways that this house's operator has an account with."""

import time
from collections.abc import Mapping
from typing import Any

import httpx
from prometheus_client import Histogram

from etalase.commerce.payments._adapters.midtrans import messages as model
from etalase.commerce.payments._adapters.midtrans.api import Midtrans
from etalase.commerce.payments._errors import BadSignature, MethodNotOffered
from etalase.commerce.payments._model.payment import Method
from etalase.commerce.payments._model.provider import Provider
from etalase.commerce.payments._model.settings import Settings

SERVER_ERRORS = 500
gateway_seconds = Histogram("etalase_gateway_seconds", "Time of a call of the payment service", ["outcome"])


class Timed(httpx.AsyncHTTPTransport):
    """Measures each call of a gateway, also one that gets no answer."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, and note how long it took and how it ended."""
        started, outcome = time.perf_counter(), "failed"
        try:
            response = await super().handle_async_request(request)
            outcome = "answered" if response.status_code < SERVER_ERRORS else "failed"
            return response
        finally:
            gateway_seconds.labels(outcome).observe(time.perf_counter() - started)


class Gateways:
    """Providers by method, and one pool of connections to them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client = httpx.AsyncClient(timeout=settings.gateway_timeout_seconds, transport=Timed())
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
