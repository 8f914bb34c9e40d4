"""The buyer who calls: one account, under whose name units are held, and the order that an address names."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Router
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from etalase.api._auth import caller, signed_in
from etalase.commerce import orders
from etalase.commerce.orders import Order, OrderUnknown
from etalase.platform.db import Database, Tx


@dataclass(frozen=True, slots=True)
class ApiBuyer:
    """Whose token came."""

    db: Database
    account_id: UUID

    @property
    def holder(self) -> str:
        """Return under which name units are held for the account."""
        return orders.holder_of_account(self.account_id)


@dataclass(frozen=True, slots=True)
class MyOrder:
    """The order that an address names, for its buyer."""

    buyer: ApiBuyer
    order_id: UUID

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[Tx, Order]]:
        """Begin a transaction with the order. Raises OrderUnknown, also for somebody else's."""
        async with self.buyer.db.begin() as tx:
            order = await orders.get_order(tx, self.order_id)
            if order.holder != self.buyer.holder:
                raise OrderUnknown
            yield tx, order


async def find_buyer(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> ApiBuyer:
    """Return what handlers are given as `buyer`."""
    return ApiBuyer(db, caller(request).account_id)


async def find_my_order(buyer: NamedDependency[ApiBuyer], order_id: FromPath[UUID]) -> MyOrder:
    """Return what handlers of one order are given as `my_order`."""
    return MyOrder(buyer, order_id)


def buyer_router(path: str, handlers: Sequence[Any], given: dict[str, Provide] | None = None) -> Router:
    """Return routes for signed-in buyers."""
    return Router(
        path,
        route_handlers=handlers,
        guards=[signed_in],
        tags=["Buying"],
        dependencies={"buyer": Provide(find_buyer)} | (given or {}),
    )
