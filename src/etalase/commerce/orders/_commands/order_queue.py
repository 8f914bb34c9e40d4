"""The queue in which checkouts wait and are placed together: group commit.

It commits by itself: who waits for others' commits can't be in a transaction. A checkout that comes again
after a lost connection is known by its key.
"""

from collections.abc import Sequence

from etalase.commerce.orders._commands.checkout import Checkout, require_key
from etalase.commerce.orders._commands.draft import Outcome
from etalase.commerce.orders._commands.place import place_batch
from etalase.commerce.orders._errors import OrderQueueFull
from etalase.commerce.orders._model import Order, OrderSettings
from etalase.platform.db import Database
from etalase.platform.group_commit import GroupCommit, QueueFull
from etalase.policy import Law

BATCH_SIZE = 100
QUEUE_SIZE = 5_000


class OrderQueue:
    """Places orders for buyers, many checkouts in one commit."""

    def __init__(self, db: Database, settings: OrderSettings, law: Law) -> None:
        self._db = db
        self._settings = settings
        self._law = law
        self._queue: GroupCommit[Checkout, list[Order]] = GroupCommit(
            self._commit,
            line_of=lambda checkout: checkout.holders[0],
            batch_size=BATCH_SIZE,
            queue_size=QUEUE_SIZE,
            name="orders.order_queue",
        )

    async def place(self, checkout: Checkout) -> list[Order]:
        """Order everything that is held for the buyer, durably, or raise why not.

        Raises as `place_orders`, and OrderQueueFull.
        """
        require_key(checkout)
        try:
            return await self._queue.ask(checkout)
        except QueueFull:
            raise OrderQueueFull from None

    async def close(self) -> None:
        """Take no more checkouts; return when all who wait are answered."""
        await self._queue.close()

    async def _commit(self, checkouts: Sequence[Checkout]) -> list[Outcome]:
        async with self._db.begin() as tx:
            return await place_batch(tx, checkouts, self._settings, self._law)
