"""Whose cart it is: an account's, or that of the browser that holds a secret cookie; and changing it.

What a browser held before its buyer signed in is the account's from then on; what was under way at that very
moment is shown in the account's cart on that browser. It refuses to tell anyone the cookie's secret: units
are held under its digest.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response

from etalase.accounts import SignedIn
from etalase.commerce import inventory, orders
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import HoldQueue, HoldRequest
from etalase.commerce.orders import CartLine, CartView, ShopCart
from etalase.kernel.ids import TOKEN_LENGTH, new_token
from etalase.kernel.money import Money
from etalase.kernel.reading import read_number
from etalase.kernel.sources import Source, Venue
from etalase.platform.db import Database, Tx
from etalase.platform.ratelimit import network_of
from etalase.web._auth import visitor
from etalase.web._cookies import make_cookie, read_cookie, speaks_https

CART_COOKIE = "etalase_cart"
COUNT_COOKIE = "etalase_cart_count"
KEEP_SECONDS = 365 * 24 * 3600
DIGEST_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who holds units in this request. The first of `holders` holds what is held from now on."""

    holders: tuple[str, ...]
    account_id: UUID | None
    email: str
    new_secret: str | None
    network: str = ""
    """Behind which address they are: the network's of a guest counts for holds, anybody's for orders."""

    @property
    def hold_network(self) -> str:
        """Return what holds count for: an account's count for nothing but itself."""
        return self.network if self.account_id is None else ""

    def hold_request(
        self,
        variant_id: UUID,
        quantity: int,
        key: str,
        venue: Venue,
        source: Source | None = None,
        seen_price: Money | None = None,
    ) -> HoldRequest:
        """Return the request to hold units for this buyer, who came from `source` and saw that price."""
        return HoldRequest(
            self.holder,
            VariantId(variant_id),
            quantity,
            key,
            venue,
            self.hold_network,
            source,
            seen_price=seen_price,
        )

    @property
    def holder(self) -> str:
        """Under which name units are held from now on."""
        return self.holders[0]


@dataclass(frozen=True, slots=True)
class CartRow:
    """All units of one variant in the cart, whenever they were held."""

    lines: tuple[CartLine, ...]

    @property
    def first(self) -> CartLine:
        """The line that was held first."""
        return self.lines[0]

    @property
    def quantity(self) -> int:
        """The number of units."""
        return sum(held.line.quantity for held in self.lines)

    @property
    def amount(self) -> Money:
        """The price of all units."""
        return sum((held.line.amount for held in self.lines), Money(0))

    @property
    def list_amount(self) -> Money:
        """What all units would cost without any discount."""
        return sum((held.line.list_amount for held in self.lines), Money(0))

    @property
    def expires_at(self) -> datetime:
        """When the first of the holds ends."""
        return min(held.expires_at for held in self.lines)


def is_embedded(request: Request[Any, Any, Any]) -> bool:
    """Tell whether the page stands in the sheet of a room, which goes on above it."""
    return request.query_params.get("embed") == "1"


def venue_of(request: Request[Any, Any, Any]) -> Venue:
    """Tell where the buyer is: a room's script and the pages in its sheet are the room."""
    by_script = "json" in request.headers.get("content-type", "")
    return Venue.ROOM if by_script or is_embedded(request) else Venue.SHOP


def buyer_of(request: Request[Any, Any, Any]) -> Buyer:
    """Return whose cart this request is about; whoever has none gets a new one."""
    user = request.scope.get("user")
    guest = guest_of(request)
    network = network_of(visitor(request).address, request.auth.public_url)
    if isinstance(user, SignedIn):
        own = orders.holder_of_account(user.account_id)
        return Buyer((own, guest) if guest else (own,), user.account_id, user.email or "", None, network)
    if guest:
        return Buyer((guest,), None, "", None, network)
    fresh = new_token()
    return Buyer((digest(fresh),), None, "", fresh, network)


def guest_of(request: Request[Any, Any, Any]) -> str | None:
    """Return under which name this browser holds units while nobody is signed in, if it ever did."""
    return holder_of_secret(read_cookie(request, CART_COOKIE) or "")


def holder_of_secret(secret: str) -> str | None:
    """Return under which name the browser with this cookie holds units, if we made it."""
    return digest(secret) if secret.isascii() and len(secret) == TOKEN_LENGTH else None


async def keep_cart(tx: Tx, request: Request[Any, Any, Any], account_id: UUID) -> None:
    """Let what this browser holds be the account's, which has just signed in on it."""
    if guest := guest_of(request):
        await inventory.hand_over(tx, guest, to=orders.holder_of_account(account_id))


def digest(secret: str) -> str:
    """Return the name under which the holder of a cookie holds units."""
    return f"cart:{hashlib.sha256(secret.encode()).hexdigest()[:DIGEST_LENGTH]}"


def remember_cart(
    request: Request[Any, Any, Any], response: Response[Any], buyer: Buyer, count: int
) -> Response[Any]:
    """Set the cookies that a cart needs: its secret, if it is new, and how many things to show on the bag."""
    https = speaks_https(request)
    if buyer.new_secret:
        response.set_cookie(make_cookie(CART_COOKIE, buyer.new_secret, https=https, seconds=KEEP_SECONDS))
    response.set_cookie(make_cookie(COUNT_COOKIE, str(count), https=https))
    return response


def counted(request: Request[Any, Any, Any]) -> int:
    """Return how many things the bag showed last."""
    return read_number(read_cookie(request, COUNT_COOKIE) or "0") or 0


def rows_of(cart: ShopCart) -> list[CartRow]:
    """Put the lines of each variant together."""
    rows: dict[UUID, list[CartLine]] = {}
    for held in cart.lines:
        rows.setdefault(held.line.variant_id, []).append(held)
    return [CartRow(tuple(lines)) for lines in rows.values()]


async def set_quantity(
    db: Database, queue: HoldQueue, buyer: Buyer, variant_id: UUID, quantity: int, key: str, venue: Venue
) -> CartView:
    """Hold exactly so many units of a variant: more are held besides; of fewer, the newest are given back.

    Raises what `HoldQueue.hold` and `inventory.shrink` raise; then the buyer keeps what was held.
    """
    async with db.begin() as tx:
        cart = await orders.get_cart(tx, buyer.holders)
        lines = [held for held in cart.lines if held.line.variant_id == variant_id]
        short = max(0, quantity) - sum(held.line.quantity for held in lines)
        await inventory.shrink(tx, what_to_keep(lines, -short))
    if short > 0:
        source = next((line.source for line in reversed(lines) if line.source), None)
        seen = max((held.line.unit_price for held in lines), key=lambda price: price.minor, default=None)
        await queue.hold(buyer.hold_request(variant_id, short, key, venue, source, seen))
    async with db.begin() as tx:
        return await orders.get_cart(tx, buyer.holders)


async def sources_of(tx: Tx, buyer: Buyer, hold_ids: Sequence[UUID]) -> dict[UUID, Source | None]:
    """Return where this buyer came from with these holds, ended or not; other people's tell nothing."""
    holds = await inventory.get_holds(tx, hold_ids)
    return {hold.id: hold.source for hold in holds.values() if hold.holder in buyer.holders}


def what_to_keep(lines: Sequence[CartLine], surplus: int) -> dict[UUID, int]:
    """Return how many units each hold keeps that has to give some back, the newest first."""
    kept = {}
    for held in reversed(lines):
        if surplus <= 0:
            break
        given_back = min(surplus, held.line.quantity)
        kept[held.hold_id] = held.line.quantity - given_back
        surplus -= given_back
    return kept
