"""The bridge's two spans: within one process, and over HTTP between two, with every message signed."""

import asyncio
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
import msgspec

from etalase.bridge._commands import (
    ClipAnswer,
    RecordAnswer,
    SignalReceiver,
    accept_claims,
    accept_sales,
    answer_claim,
    answer_show,
    ask_show,
    close_claims,
    enter_claims,
    report_claims,
    report_sales,
)
from etalase.bridge._model import Signal, sign_message
from etalase.bridge._queries import find_show_of, list_offer_cards
from etalase.commerce.evidence import (
    MAX_CLIP_SECONDS,
    Clip,
    ClipFrame,
    ClipQuestion,
    ShowQuestion,
    ShowRecord,
)
from etalase.commerce.inventory import HoldQueue
from etalase.kernel.clock import Clock
from etalase.kernel.reading import Unreadable, read_json
from etalase.platform.db import Away, Database
from etalase.policy import Action, Facts, Law
from etalase.social import media
from etalase.social.rooms import (
    ClaimAnswer,
    ClaimClosing,
    ClaimsQuestion,
    HostClaims,
    OfferCard,
    RoomClaim,
    SalesFigures,
    ShowClaims,
)

SIGNALS_PATH = "/bridge/signals"
OFFERS_PATH = "/bridge/offers"
CLAIMS_PATH = "/bridge/claims"
CLAIMS_CLOSING_PATH = "/bridge/claims/closing"
CLAIMS_ENTERED_PATH = "/bridge/claims/entered"
CLAIMS_REPORT_PATH = "/bridge/claims/report"
SALES_PATH = "/bridge/sales"
SHOWN_PATH = "/bridge/shown"
CLIPS_PATH = "/bridge/clips"
SIGNATURE_HEADER = "x-etalase-signature"
T = TypeVar("T")
AWAY_STATUSES = (502, 503, 504)


class LocalShopfront:
    """The shops' windows, when both planes run in this process."""

    def __init__(self, commerce: Database, shop_url: str = "") -> None:
        self._commerce = commerce
        self._shop_url = shop_url

    async def list_offers(self, shop_id: UUID) -> tuple[OfferCard, ...]:
        """Return what the shop offers."""
        async with self._commerce.begin() as tx:
            return await list_offer_cards(tx, shop_id, self._shop_url)


class LocalTill:
    """The shops' till, when both planes run in this process."""

    def __init__(self, commerce: Database, social: Database, law: Law) -> None:
        self._commerce = commerce
        self._social = social
        self._law = law

    async def count_sales(self, shop_id: UUID, show_code: str) -> SalesFigures:
        """Return what a show has brought so far. Raises LawRefusal."""
        async with self._commerce.begin() as tx:
            figures = await report_sales(tx, self._law, shop_id, show_code)
        async with self._social.begin() as tx:
            await accept_sales(tx, shop_id, show_code, figures)
        return figures

    async def list_claims(self, question: ClaimsQuestion) -> ShowClaims:
        """Return how it stands with a show's claims. Raises LawRefusal."""
        async with self._commerce.begin() as tx:
            found = await report_claims(tx, self._law, question)
        async with self._social.begin() as tx:
            await accept_claims(tx, question, found)
        return found


class LocalClaimDesk:
    """The shops' till for claims, when both planes run in this process."""

    def __init__(self, commerce: Database, queue: HoldQueue, law: Law, key: str) -> None:
        self._commerce = commerce
        self._queue = queue
        self._law = law
        self._key = key

    async def claim(self, claim: RoomClaim) -> ClaimAnswer:
        """Hold the units for the buyer, or say why not."""
        return await answer_claim(self._queue, self._law, self._key, claim, self._commerce.clock.now())

    async def enter(self, claims: HostClaims) -> tuple[ClaimAnswer, ...]:
        """Answer claims that a host has entered, in their order."""
        return await enter_claims(self._queue, self._law, self._key, claims, self._commerce.clock.now())

    async def close(self, closing: ClaimClosing) -> None:
        """Take no more claims for an offer, or take them again."""
        async with self._commerce.begin() as tx:
            await close_claims(tx, closing)


class LocalSignals:
    """The rooms' ear, when both planes run in this process."""

    def __init__(self, receiver: SignalReceiver) -> None:
        self._receiver = receiver

    async def send(self, signals: tuple[Signal, ...]) -> None:
        """Hand the signals over."""
        await self._receiver.receive(signals)


class PlaneAway(Away):
    """The other plane is stopped, starting or out of reach."""


def _is_away(error: httpx.HTTPError) -> bool:
    """Tell whether the other plane, or the proxy before it, may answer otherwise in a while."""
    return not isinstance(error, httpx.HTTPStatusError) or error.response.status_code in AWAY_STATUSES


class _Caller:
    """Sends signed requests to the other plane."""

    def __init__(self, client: httpx.AsyncClient, url: str, key: str, clock: Clock) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._key = key
        self._clock = clock

    async def call(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Return the answer's body. Raises PlaneAway; OSError when the other plane refuses."""
        signature = sign_message(self._key, method, path, body, self._clock.now())
        headers = {SIGNATURE_HEADER: signature, "content-type": "application/json"}
        try:
            answer = await self._client.request(method, self._url + path, content=body, headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            fault = PlaneAway if _is_away(error) else OSError
            raise fault(f"the other plane did not take {path}: {error!r}") from error
        return answer.content


def read_answer(content: bytes, kind: type[T]) -> T:
    """Return what the other plane answered. Raises OSError for what can't be read."""
    try:
        return read_json(content, kind)
    except Unreadable as error:
        raise OSError("the other plane's answer can't be read") from error


class RemoteShopfront(_Caller):
    """The shops' windows, behind the commerce plane's HTTP."""

    async def list_offers(self, shop_id: UUID) -> tuple[OfferCard, ...]:
        """Return what the shop offers."""
        content = await self.call("GET", f"{OFFERS_PATH}/{shop_id}")
        return read_answer(content, tuple[OfferCard, ...])


class RemoteSignals(_Caller):
    """The rooms' ear, behind the social plane's HTTP."""

    async def send(self, signals: tuple[Signal, ...]) -> None:
        """Hand the signals over."""
        await self.call("POST", SIGNALS_PATH, msgspec.json.encode(signals))


async def answer_clip(db: Database, folder: Path, question: ClipQuestion) -> Clip | None:
    """Return seconds of a recording that anybody may watch; None where there is none. Social's end."""
    async with db.begin() as tx:
        show = await find_show_of(tx, question.shop_id, question.show)
        recording = await media.find_recording(tx, show.id) if show else None
    if recording is None or recording.replay_key is None:
        return None
    cut = await asyncio.to_thread(
        media.cut_clip,
        folder / recording.replay_key,
        question.from_seconds,
        min(question.to_seconds, question.from_seconds + MAX_CLIP_SECONDS),
        question.marks,
    )
    if cut is None:
        return None
    frames = tuple(ClipFrame(one.number, one.replay_seconds, one.clip_seconds) for one in cut.frames)
    return Clip(cut.content, cut.starts_at, cut.ends_at, frames)


class LocalShowRecords:
    """The shows' own records, when both planes run in this process. `folder` is where recordings lie."""

    def __init__(self, commerce: Database, social: Database, folder: Path) -> None:
        self._commerce = commerce
        self._social = social
        self._folder = folder

    async def recall(self, question: ShowQuestion) -> ShowRecord | None:
        """Return what the show says; None where the shop has no such show."""
        async with self._commerce.begin() as tx:
            await ask_show(tx, question)
        async with self._social.begin() as tx:
            return await answer_show(tx, question)

    async def film(self, question: ClipQuestion) -> Clip | None:
        """Return the clip; None where there is no recording of it."""
        return await answer_clip(self._social, self._folder, question)


class RemoteShowRecords(_Caller):
    """The shows' own records, behind the social plane's HTTP."""

    def __init__(self, client: httpx.AsyncClient, url: str, key: str, commerce: Database) -> None:
        super().__init__(client, url, key, commerce.clock)
        self._commerce = commerce

    async def recall(self, question: ShowQuestion) -> ShowRecord | None:
        """Return what the show says; None where the shop has no such show. Raises PlaneAway."""
        async with self._commerce.begin() as tx:
            await ask_show(tx, question)
        content = await self.call("POST", SHOWN_PATH, msgspec.json.encode(question))
        return read_answer(content, RecordAnswer).record

    async def film(self, question: ClipQuestion) -> Clip | None:
        """Return the clip; None where there is no recording of it. Raises PlaneAway."""
        content = await self.call("POST", CLIPS_PATH, msgspec.json.encode(question))
        return read_answer(content, ClipAnswer).clip


class RemoteTill(_Caller):
    """The shops' till, behind the commerce plane's HTTP."""

    def __init__(self, client: httpx.AsyncClient, url: str, key: str, social: Database, law: Law) -> None:
        super().__init__(client, url, key, social.clock)
        self._social = social
        self._law = law

    async def count_sales(self, shop_id: UUID, show_code: str) -> SalesFigures:
        """Return what a show has brought so far. Raises LawRefusal, as the other end would."""
        self._law.require(Action.REPORT_SALES, Facts(self._social.clock.now()))
        content = await self.call("GET", f"{SALES_PATH}/{shop_id}/{show_code}")
        figures = read_answer(content, SalesFigures)
        async with self._social.begin() as tx:
            await accept_sales(tx, shop_id, show_code, figures)
        return figures

    async def list_claims(self, question: ClaimsQuestion) -> ShowClaims:
        """Return how it stands with a show's claims. Raises LawRefusal, as the other end would."""
        self._law.require(Action.REPORT_SALES, Facts(self._social.clock.now()))
        content = await self.call("POST", CLAIMS_REPORT_PATH, msgspec.json.encode(question))
        found = read_answer(content, ShowClaims)
        async with self._social.begin() as tx:
            await accept_claims(tx, question, found)
        return found


class RemoteClaimDesk(_Caller):
    """The shops' till for claims, behind the commerce plane's HTTP."""

    async def claim(self, claim: RoomClaim) -> ClaimAnswer:
        """Hold the units for the buyer, or say why not. Raises OSError, as every call does."""
        return read_answer(await self.call("POST", CLAIMS_PATH, msgspec.json.encode(claim)), ClaimAnswer)

    async def enter(self, claims: HostClaims) -> tuple[ClaimAnswer, ...]:
        """Answer claims that a host has entered, in their order. Raises OSError."""
        content = await self.call("POST", CLAIMS_ENTERED_PATH, msgspec.json.encode(claims))
        return read_answer(content, tuple[ClaimAnswer, ...])

    async def close(self, closing: ClaimClosing) -> None:
        """Take no more claims for an offer, or take them again. Raises OSError."""
        await self.call("POST", CLAIMS_CLOSING_PATH, msgspec.json.encode(closing))
