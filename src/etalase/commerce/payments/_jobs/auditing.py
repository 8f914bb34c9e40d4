"""Auditing money while the shop is open: payments and ledger must agree on each order that was posted."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from prometheus_client import Gauge

from etalase.commerce import ledger
from etalase.commerce.payments import _store as store
from etalase.commerce.payments._queries import recount_orders
from etalase.platform.db import Database

log = structlog.get_logger()

orders_wrong = Gauge("etalase_orders_wrong", "Orders whose payments and ledger entries were seen to disagree")

LOOKED_BACK = 1000
"""How many entries of before its start a process audits; `etalase audit` counts all."""
SETTLED = timedelta(minutes=2)
"""How long an entry's number may be taken before it can be read: no transaction lasts longer."""


class LedgerAuditor:
    """Remembers up to which entry all is audited, and which orders do not add up."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._after: int | None = None
        self.wrong: set[UUID] = set()

    async def audit_posted(self) -> list[str]:
        """Return what does not agree, of the orders that were posted since and of those that did not before.

        The cost grows with the entries since then. It is read at one moment, and nothing is locked.
        """
        async with self._db.begin() as tx:
            await store.read_at_one_moment(tx)
            if self._after is None:
                self._after = max(0, await ledger.find_last_number(tx) - LOOKED_BACK)
            posted = await ledger.list_posted_orders(tx, self._after)
            orders = {one.order_id for one in posted} | self.wrong
            found = {order: await recount_orders(tx, [order]) for order in sorted(orders)}
            settled = tx.clock.now() - SETTLED
        self._report(found)
        self._after = max((one.number for one in posted if one.posted_at < settled), default=self._after)
        return [difference for differences in found.values() for difference in differences]

    def _report(self, found: dict[UUID, list[str]]) -> None:
        for order, differences in found.items():
            if differences and order not in self.wrong:
                log.error("order_does_not_add_up", order=str(order), found=_joined(differences))
        self.wrong = {order for order, differences in found.items() if differences}
        orders_wrong.set(len(self.wrong))


def _joined(differences: Sequence[str]) -> str:
    return "; ".join(differences)
