"""What carts come to, asked by many buyers at once and read together.

A checkout's total is worked out anew at each change of its form, so a flash sale asks for it as often as for
holds. Requests that come during a read share the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from etalase.commerce.orders._errors import OrderQueueFull
from etalase.commerce.orders._model import CartView, Choice, ContactDraft, OrderSettings
from etalase.commerce.orders._queries.cart import get_carts
from etalase.commerce.orders._queries.pricing import Priced, cart_of, price_carts, to_price
from etalase.platform.db import Database
from etalase.platform.group_commit import GroupCommit, QueueFull

BATCH_SIZE = 100
QUEUE_SIZE = 5_000


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """A buyer's form as it stands; half an address counts for none."""

    holders: tuple[str, ...]
    contact: ContactDraft
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class PricedCart:
    """What is held for a buyer, and what each shop's part comes to."""

    priced: tuple[Priced, ...]

    @property
    def cart(self) -> CartView:
        """What is held, with what bundles take off."""
        return cart_of(self.priced)


class PriceQueue:
    """Prices carts, many in one read."""

    def __init__(self, db: Database, settings: OrderSettings) -> None:
        self._db = db
        self._settings = settings
        self._queue: GroupCommit[PriceRequest, PricedCart] = GroupCommit(
            self._read,
            line_of=lambda request: request.holders[0],
            batch_size=BATCH_SIZE,
            queue_size=QUEUE_SIZE,
            name="orders.price_queue",
        )

    async def price(self, request: PriceRequest) -> PricedCart:
        """Return the cart and what it comes to now. Raises OrderQueueFull."""
        try:
            return await self._queue.ask(request)
        except QueueFull:
            raise OrderQueueFull from None

    async def close(self) -> None:
        """Take no more requests; return when all who wait are answered."""
        await self._queue.close()

    async def _read(self, requests: Sequence[PriceRequest]) -> list[PricedCart]:
        async with self._db.begin() as tx:
            carts = await get_carts(tx, [request.holders for request in requests])
            wanted = [
                to_price(cart, request.holders, request.contact, request.choices)
                for request, cart in zip(requests, carts, strict=True)
            ]
            priced = await price_carts(tx, wanted, self._settings.parcel_window)
        return [PricedCart(tuple(parts)) for parts in priced]
