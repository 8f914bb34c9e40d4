"""Routes of the shop that an address names, for whoever works there.

A handler of `shop_router` asks for `workplace` and opens it for the roles that may do its work; to everybody
else there is no such shop.
"""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Router
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from etalase.api._auth import caller, signed_in
from etalase.commerce.shops import Workplace
from etalase.platform.db import Database


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
