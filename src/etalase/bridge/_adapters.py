"""The bridge's two spans: within one process, and over HTTP between two, with every message signed."""

from uuid import UUID

import httpx
import msgspec

from etalase.bridge._commands import SignalReceiver
from etalase.bridge._model import Signal, sign_message
from etalase.bridge._queries import list_offer_cards
from etalase.kernel.clock import Clock
from etalase.platform.db import Database
from etalase.social.rooms import OfferCard

SIGNALS_PATH = "/bridge/signals"
OFFERS_PATH = "/bridge/offers"
SIGNATURE_HEADER = "x-etalase-signature"


class LocalShopfront:
    """The shops' windows, when both planes run in this process."""

    def __init__(self, commerce: Database, shop_url: str = "") -> None:
        self._commerce = commerce
        self._shop_url = shop_url

    async def list_offers(self, shop_id: UUID) -> tuple[OfferCard, ...]:
        """Return what the shop offers."""
        async with self._commerce.begin() as tx:
            return await list_offer_cards(tx, shop_id, self._shop_url)


class LocalSignals:
    """The rooms' ear, when both planes run in this process."""

    def __init__(self, receiver: SignalReceiver) -> None:
        self._receiver = receiver

    async def send(self, signals: tuple[Signal, ...]) -> None:
        """Hand the signals over."""
        await self._receiver.receive(signals)


class _Caller:
    """Sends signed requests to the other plane."""

    def __init__(self, client: httpx.AsyncClient, url: str, key: str, clock: Clock) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._key = key
        self._clock = clock

    async def call(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Return the answer's body. Raises OSError when the other plane can't be reached or refuses."""
        signature = sign_message(self._key, method, path, body, self._clock.now())
        headers = {SIGNATURE_HEADER: signature, "content-type": "application/json"}
        try:
            answer = await self._client.request(method, self._url + path, content=body, headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise OSError(f"the other plane did not take {path}: {error}") from error
        return answer.content


class RemoteShopfront(_Caller):
    """The shops' windows, behind the commerce plane's HTTP."""

    async def list_offers(self, shop_id: UUID) -> tuple[OfferCard, ...]:
        """Return what the shop offers."""
        content = await self.call("GET", f"{OFFERS_PATH}/{shop_id}")
        return msgspec.json.decode(content, type=tuple[OfferCard, ...])


class RemoteSignals(_Caller):
    """The rooms' ear, behind the social plane's HTTP."""

    async def send(self, signals: tuple[Signal, ...]) -> None:
        """Hand the signals over."""
        await self.call("POST", SIGNALS_PATH, msgspec.json.encode(signals))
