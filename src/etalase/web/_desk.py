"""The seller's desk: which shop a page of it is about, and what the reader may do there.

A handler below `desk_router` asks for `desk_shop`, and opens it for the roles that may do its work. Whoever
does not work in the shop, or has not the role, gets the same 404 as for a shop that does not exist.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from litestar import Router
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from etalase.commerce import shops
from etalase.commerce.shops import Role, ShopView, Workplace
from etalase.platform.db import Database, Tx
from etalase.web._auth import PageRequest, me, signed_in
from etalase.web._pages import HtmlPage, page


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk whose page is drawn: its shop, the reader's role in it, all shops of theirs for the switch."""

    shop: ShopView
    role: Role
    shops: tuple[ShopView, ...]

    @property
    def base(self) -> str:
        """Return the address of this shop's desk."""
        return f"/desk/{self.shop.slug}"

    def page(self, template: str, tab: str, /, *, status: int = 200, **values: Any) -> HtmlPage:
        """Return a page of this desk, with what its shell needs."""
        desk: dict[str, Any] = {
            "shop": self.shop,
            "shops": self.shops,
            "role": self.role,
            "base": self.base,
            "tab": tab,
        }
        return page(template, status=status, **(desk | values))


@dataclass(frozen=True, slots=True)
class DeskShop(Workplace):
    """The shop that a page's address names, for its reader: `open` it to write, `show` it for a page."""

    @property
    def base(self) -> str:
        """Return the address of this shop's desk."""
        return f"/desk/{self.slug}"

    @asynccontextmanager
    async def show(self, *allowed: Role) -> AsyncIterator[tuple[Tx, Desk]]:
        """Begin a transaction for a page that these roles, or any of the staff, read. Raises NotYourShop."""
        async with self.enter(*allowed) as (tx, found):
            mine = await shops.list_shops_of(tx, self.account_id)
            yield tx, Desk(found.shop, found.role, tuple(one.shop for one in mine))


async def provide_desk_shop(
    request: PageRequest, db: NamedDependency[Database], slug: FromPath[str]
) -> DeskShop:
    """Return what handlers of a desk are given as `desk_shop`."""
    return DeskShop(db, me(request).account_id, slug)


def desk_router(handlers: Sequence[Any]) -> Router:
    """Return the routes of a part of the desk; their paths continue /desk/{slug}."""
    return Router(
        "/desk/{slug:str}",
        route_handlers=handlers,
        dependencies={"desk_shop": Provide(provide_desk_shop)},
        guards=[signed_in],
        include_in_schema=False,
    )
