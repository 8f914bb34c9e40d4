"""The providers that this house's operator has an account with, and one pool of connections to them."""

import time
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import uuid4

import httpx
from prometheus_client import Histogram

from etalase.commerce.payments._adapters.registry import PROVIDERS
from etalase.commerce.payments._errors import BadSignature, MethodNotOffered
from etalase.commerce.payments._model.method import Method
from etalase.commerce.payments._model.provider import (
    Charge,
    GatewayTrouble,
    Notice,
    Provider,
    ProviderAccount,
)
from etalase.commerce.payments._model.settings import PaymentSettings
from etalase.kernel.money import Money
from etalase.platform.tls import trusted

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
    """Providers by name. One that serves no means any more still answers for its earlier payments."""

    def __init__(self, settings: PaymentSettings, accounts: Mapping[str, ProviderAccount]) -> None:
        self.settings = settings
        self._accounts = accounts
        self._client = httpx.AsyncClient(
            timeout=settings.gateway_timeout_seconds, transport=Timed(verify=trusted())
        )
        self._providers: dict[str, Provider] = {
            name: PROVIDERS[name].connect(account, self._client) for name, account in accounts.items()
        }

    @property
    def names(self) -> Collection[str]:
        """Return the providers with an account, also those that serve no means now."""
        return self._providers.keys()

    def of(self, method: Method) -> Provider:
        """Return who takes money by this method. Raises MethodNotOffered."""
        try:
            return self._providers[method.provider]
        except KeyError:
            raise MethodNotOffered(method=str(method)) from None

    def label(self, method: Method) -> str:
        """Return the name of the method's provider as people write it; empty where there is none."""
        return PROVIDERS[method.provider].label if method.by_gateway else ""

    def hear(self, name: str, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return what a call-back to this provider's address is about. Raises BadSignature."""
        provider = self._providers.get(name)
        if provider is None:
            raise BadSignature
        return provider.hear(headers, body)

    async def check(self, now: datetime) -> dict[str, str]:
        """Ask each provider after a charge that never was; return what was wrong, empty where all is well."""
        found = {}
        for name, provider in self._providers.items():
            method = Method(next(iter(self._accounts[name].means())), name)
            try:
                await provider.ask(Charge(f"{uuid4().hex}-1", method, Money(1), None, now))
            except (GatewayTrouble, httpx.HTTPError) as error:
                found[name] = str(error) or type(error).__name__
            else:
                found[name] = ""
        return found

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()
