"""What may cross between the planes, and how each side knows that the other sent it. No I/O.

Seven things cross: a *host pass* (a shop's staff member may run its shows), a *referral* (a viewer came from
this show; it names nobody), *claims* (a line of the chat asks to buy, for a buyer whom only the till can
name), *offers* (cards of what anybody may see in the shop), *signals* (stock, deals, sales, claims, a
shop's new name, staff who may hold no shows any more), *questions* of what a show showed at some moments
(answered with what anybody could see there), and, where the law lets it, a show's *sales figures* for its
hosts. Passes and referrals are JSON Web Tokens (RFC 7519) with an audience each, so one can never be used as
the other.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

import msgspec
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from etalase.bridge._errors import PassUnusable, SignatureWrong
from etalase.kernel.ids import new_code
from etalase.kernel.reading import read_json, read_number
from etalase.kernel.sources import Source, Venue

PASS_LIFE = timedelta(minutes=5)
REFERRAL_LIFE = timedelta(days=7)
"""As long as a hold that led to nothing is remembered, by which a referral is known again."""
REFERRAL_VERSION = 1
LONGEST_REFERRAL = 1000
BUYER_LIFE = timedelta(hours=12)
"""Longer than a show; a room asks for a fresh one when it has passed."""
SEALED = {"alg": "dir", "enc": "A256GCM"}
MESSAGE_LIFE = timedelta(minutes=5)
MAX_TIME_DIGITS = 20
MIN_KEPT_DAYS = 30
MAX_KEPT_DAYS = 3650
ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """How long each plane keeps its log of what crossed."""

    crossings_kept_days: int = 180

    def __post_init__(self) -> None:
        """Refuse a log that nobody could look into."""
        if not MIN_KEPT_DAYS <= self.crossings_kept_days <= MAX_KEPT_DAYS:
            raise ValueError(f"crossings_kept_days must be from {MIN_KEPT_DAYS} to {MAX_KEPT_DAYS}")


class HostShop(msgspec.Struct, frozen=True):
    """A shop that vouches for a member of its staff, in the given role."""

    shop_id: UUID
    slug: str
    name: str
    role: str


class HostPass(msgspec.Struct, frozen=True):
    """A member of shops' staff, as the social plane may know them: no e-mail, no telephone, no password.

    `account_ref` is opaque: the same for the same person, and means nothing elsewhere.
    """

    account_ref: str
    display_name: str
    shops: tuple[HostShop, ...]


class Referral(msgspec.Struct, frozen=True):
    """Where a buyer came from: a show of a shop's, whose code is its room's address. Never who.

    `venue` tells whether they buy in the room or follow a link to the shop; `product_id` is the offer that
    was tapped, in a room any that it shows; `creator` is for whoever led people to the show.
    """

    shop_id: UUID
    show: str
    venue: Venue
    product_id: UUID | None = None
    creator: str | None = None


class ReferralResult(StrEnum):
    """Why a token is no referral. None of these stands in a buyer's way."""

    FORGED = "forged"
    """Not signed by us, cut short, or made for something else."""
    UNREADABLE = "unreadable"
    """Signed by us in a version that we don't know."""
    EXPIRED = "expired"


class StockSignal(msgspec.Struct, frozen=True, tag="stock"):
    """So much of a variant can be bought now."""

    shop_id: UUID
    product_id: UUID
    variant_id: UUID
    available: int


class DealSignal(msgspec.Struct, frozen=True, tag="deal"):
    """So many units of a product's deal are left."""

    shop_id: UUID
    product_id: UUID
    deal_id: UUID
    left: int


class SoldSignal(msgspec.Struct, frozen=True, tag="sold"):
    """Units were paid for; `sale` names the sale, so that a repeated signal counts once."""

    sale: str
    shop_id: UUID
    product_id: UUID
    variant_id: UUID
    quantity: int


class OfferSignal(msgspec.Struct, frozen=True, tag="offer"):
    """What a shop says of a product has changed: ask the shop again."""

    shop_id: UUID
    product_id: UUID


class ShopRenamedSignal(msgspec.Struct, frozen=True, tag="shop_renamed"):
    """The shop is called so now; told when any of its details changed, so it may be no news."""

    shop_id: UUID
    name: str


class HostWithdrawnSignal(msgspec.Struct, frozen=True, tag="host_withdrawn"):
    """A shop does not vouch for this person any more; passes of until then are void for it."""

    shop_id: UUID
    account_ref: str
    withdrawn_at: datetime


class AccessEndedSignal(msgspec.Struct, frozen=True, tag="access_ended"):
    """Somebody's sessions or API tokens have ended: what they brought into the studio ends with them.

    `origins` are names of what has ended; `everything` is all until then, but for what came by `kept`.
    """

    account_ref: str
    ended_at: datetime
    origins: tuple[str, ...] = ()
    everything: bool = False
    kept: str = ""


class ClaimsSignal(msgspec.Struct, frozen=True, tag="claims"):
    """A show has so many claims now; `head` is the last link of their chain, in hex."""

    shop_id: UUID
    show: str
    number: int
    head: str


ShopSignal = StockSignal | DealSignal | SoldSignal | OfferSignal | ShopRenamedSignal
Signal = ShopSignal | HostWithdrawnSignal | AccessEndedSignal | ClaimsSignal


def coalesce(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """Keep of each thing that is told as it is now the last word; each sale is a thing of its own."""
    last: dict[tuple[object, ...], Signal] = {}
    for signal in signals:
        key = _subject(signal)
        last.pop(key, None)  # the last word takes the last place
        last[key] = signal
    return tuple(last.values())


SUBJECTS: dict[type[Signal], tuple[str, ...]] = {
    StockSignal: ("shop_id", "variant_id"),
    DealSignal: ("deal_id",),
    SoldSignal: ("sale", "variant_id"),
    OfferSignal: ("shop_id", "product_id"),
    ShopRenamedSignal: ("shop_id",),
    HostWithdrawnSignal: ("shop_id", "account_ref"),
    AccessEndedSignal: AccessEndedSignal.__struct_fields__,
    ClaimsSignal: ("show",),
}
"""By which fields a signal is of one thing with another of its kind."""


def _subject(signal: Signal) -> tuple[object, ...]:
    return (type(signal), *(getattr(signal, name) for name in SUBJECTS[type(signal)]))


class SignalSink(Protocol):
    """The other plane's ear, in this process or behind a network."""

    async def send(self, signals: tuple[Signal, ...]) -> None:
        """Hand over signals; some may arrive twice. Raises OSError when the plane can't be reached."""
        ...


class RoomNotices(Protocol):
    """What the rooms listen to."""

    async def stock_changed(self, shop_id: UUID, product_id: UUID, variant_id: UUID, available: int) -> None:
        """Show how much is left."""
        ...

    async def deal_taken(self, shop_id: UUID, product_id: UUID, deal_id: UUID, left: int) -> None:
        """Show how much of a deal is left."""
        ...

    async def units_sold(self, shop_id: UUID, product_id: UUID, variant_id: UUID, quantity: int) -> None:
        """Tell that something was sold."""
        ...

    async def offers_changed(self, shop_id: UUID) -> None:
        """Ask the shop again for what it offers."""
        ...

    async def shop_renamed(self, shop_id: UUID, name: str) -> None:
        """Call the shop so from now on."""
        ...

    async def claims_recorded(self, show: str, number: int, head: str) -> None:
        """Tell how many claims the show has, and where their chain ends."""
        ...

    def host_withdrawn(self, shop_id: UUID, account_id: UUID) -> None:
        """Obey this account no more in the shop's rooms, wherever it is connected."""
        ...

    def access_ended(self, credentials: Collection[UUID]) -> None:
        """Obey nobody any more who came in by one of these sessions or tokens."""
        ...


def pseudonym(key: str, account_id: UUID) -> str:
    """Return the name under which the other plane knows an account: always the same, and no way back."""
    return hmac.new(key.encode(), b"host " + account_id.bytes, hashlib.sha256).hexdigest()[:32]


def origin_ref(key: str, credential: UUID) -> str:
    """Return the name under which the other plane knows a session or an API token, and no way back."""
    return hmac.new(key.encode(), b"access " + credential.bytes, hashlib.sha256).hexdigest()[:32]


def sign_host_pass(key: str, host: HostPass, now: datetime, browser: str = "", origin: str = "") -> str:
    """Return a pass that can be used once, within PASS_LIFE, and only by the browser that asked for it.

    `browser` is a secret that the studio gave to that browser; a program's pass has none. `origin` names the
    session or token that asked: when it ends, so does what the pass brings.
    """
    claims = {
        "host": msgspec.to_builtins(host), "jti": new_code(16), "browser": browser, "origin": origin,
        "at": int(now.timestamp() * 1_000),
    }  # fmt: skip
    return _sign(key, "host-pass", claims, now + PASS_LIFE)


@dataclass(frozen=True, slots=True)
class ShownPass:
    """A pass that was shown: its number, which may be accepted once, who asked for it, and when (ms)."""

    host: HostPass
    number: str
    origin: str
    signed_at: datetime


def read_host_pass(key: str, token: str, now: datetime, browser: str = "") -> ShownPass:
    """Return the pass as it was signed.

    Raises PassUnusable, also when another browser asked for it, or a program did.
    """
    claims = _read(key, "host-pass", token, now)
    if claims is None or not hmac.compare_digest(str(claims.get("browser")).encode(), browser.encode()):
        raise PassUnusable
    if not isinstance(at := claims.get("at"), int):
        raise PassUnusable
    signed_at = datetime.fromtimestamp(at / 1_000, UTC)
    host = msgspec.convert(claims["host"], HostPass)
    return ShownPass(host, claims["jti"], str(claims.get("origin", "")), signed_at)


def sign_referral(key: str, referral: Referral, now: datetime) -> str:
    """Return a token for one buyer: for a link to the shop, or for what is held in the room."""
    claims = msgspec.to_builtins(referral) | {
        "v": REFERRAL_VERSION, "jti": new_code(16), "iat": int(now.timestamp())
    }  # fmt: skip
    return _sign(key, "referral", claims, now + REFERRAL_LIFE)


def read_referral(key: str, token: object, now: datetime) -> Source | ReferralResult:
    """Return where the buyer came from, or why the token does not tell: a sale never fails for it."""
    if not isinstance(token, str) or len(token) > LONGEST_REFERRAL:
        return ReferralResult.FORGED
    claims = _genuine(key, "referral", token)
    if claims is None:
        return ReferralResult.FORGED
    if not _is_fresh(claims, now):
        return ReferralResult.EXPIRED
    try:
        if claims["v"] != REFERRAL_VERSION:
            return ReferralResult.UNREADABLE
        said = msgspec.convert(claims, Referral)
        issued_at, number = datetime.fromtimestamp(claims["iat"], UTC), str(claims["jti"])
    except (KeyError, TypeError, ValueError, OverflowError, msgspec.ValidationError):
        return ReferralResult.UNREADABLE
    return Source(number, said.venue, said.shop_id, said.show, issued_at, said.product_id, said.creator)


@dataclass(frozen=True, slots=True)
class BuyerPass:
    """For whom the till holds what a line of a room's chat claims: as it knows them, and from which network.

    The room carries it and can't read it: sealed by the till's own key, and opened by the till alone.
    """

    holder: str
    network: str = ""


def seal_buyer(key: str, buyer: BuyerPass, now: datetime) -> str:
    """Return the buyer's word for rooms, which is good for BUYER_LIFE (JSON Web Encryption, RFC 7516)."""
    content = {"h": buyer.holder, "n": buyer.network, "exp": int((now + BUYER_LIFE).timestamp())}
    return jwe.encrypt_compact(SEALED, msgspec.json.encode(content), _sealing_key(key))


def open_buyer(key: str, token: str, now: datetime) -> BuyerPass | None:
    """Return for whom to hold; nothing for what we have not sealed, and for what is too old."""
    try:
        content = read_json(jwe.decrypt_compact(token, _sealing_key(key)).plaintext or b"", dict[str, Any])
        return BuyerPass(content["h"], content["n"]) if _is_fresh(content, now) else None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _sealing_key(key: str) -> OctKey:
    return OctKey.import_key(hashlib.sha256(b"buyer's pass " + key.encode()).digest())


def sign_message(key: str, method: str, path: str, body: bytes, now: datetime) -> str:
    """Return the signature header of a message between the planes."""
    sent = int(now.timestamp())
    return f"t={sent},v1={_digest(key, method, path, body, sent)}"


def check_message(key: str, header: str, method: str, path: str, body: bytes, now: datetime) -> None:
    """Refuse a message that the other plane has not signed within MESSAGE_LIFE. Raises SignatureWrong."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    time = parts.get("t", "")
    sent = read_number(time, max_digits=MAX_TIME_DIGITS) or 0
    fresh = abs(now.timestamp() - sent) <= MESSAGE_LIFE.total_seconds()
    expected = _digest(key, method, path, body, sent)
    if not (hmac.compare_digest(expected.encode(), parts.get("v1", "").encode()) and fresh):
        raise SignatureWrong


def _digest(key: str, method: str, path: str, body: bytes, sent: int) -> str:
    text = f"{sent}\n{method}\n{path}\n".encode() + body
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()


def _sign(key: str, audience: str, claims: dict[str, Any], expires_at: datetime) -> str:
    full = claims | {"aud": audience, "exp": int(expires_at.timestamp())}
    return jwt.encode({"alg": ALGORITHM}, full, OctKey.import_key(key), algorithms=[ALGORITHM])


def _read(key: str, audience: str, token: str, now: datetime) -> dict[str, Any] | None:
    """Return the claims of a genuine, unexpired token for this audience."""
    claims = _genuine(key, audience, token)
    return claims if claims is not None and _is_fresh(claims, now) else None


def _genuine(key: str, audience: str, token: str) -> dict[str, Any] | None:
    """Return the claims of a token that we have signed for this audience, however old."""
    try:
        claims = jwt.decode(token, OctKey.import_key(key), algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        return None
    return claims if claims.get("aud") == audience else None


def _is_fresh(claims: dict[str, Any], now: datetime) -> bool:
    expires = claims.get("exp")
    return isinstance(expires, int) and now.timestamp() < expires
