"""The shop that an address names, for whoever works there.

A handler of `shop_router` asks for `workplace` and opens it for the roles that may do its work; to everybody
else there is no such shop.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Router
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from etalase.api._auth import caller, signed_in
from etalase.commerce import shops
from etalase.commerce.shops import Role, ShopView
from etalase.platform.db import Database, Tx

KEEPERS = (Role.OWNER, Role.HOST)
PACKERS = (Role.OWNER, Role.PACKER)


@dataclass(frozen=True, slots=True)
class Workplace:
    """Who calls, and the shop whose name stands in the address."""

    db: Database
    account_id: UUID
    slug: str

    @asynccontextmanager
    async def open(self, *allowed: Role) -> AsyncIterator[tuple[Tx, ShopView]]:
        """Begin a transaction for these roles, or for any of the staff. Raises NotYourShop."""
        async with self.db.begin() as tx:
            found = await shops.require_membership(tx, self.account_id, self.slug, *allowed)
            yield tx, found.shop


async def find_workplace(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Workplace:
    """Return what handlers of a shop are given as `workplace`."""
    return Workplace(db, caller(request).account_id, slug)


def shop_router(
    tag: str, handlers: Sequence[Any], below: str = "", given: dict[str, Provide] | None = None
) -> Router:
    """Return routes below a shop's address, for signed-in callers."""
    return Router(
        f"/api/v1/shops/{{slug:str}}{below}",
        route_handlers=handlers,
        guards=[signed_in],
        tags=[tag],
        dependencies={"workplace": Provide(find_workplace)} | (given or {}),
    )
