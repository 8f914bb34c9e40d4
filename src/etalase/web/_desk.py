"""The seller's desk: which shop a page of it is about, and what the reader may do there.

A handler below `desk_router` asks for `desk_shop`. Whoever does not work in the shop, or has not the role,
gets the same 404 as for a shop that does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Router
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from etalase.commerce import shops
from etalase.commerce.shops import NotYourShop, Role, ShopView
from etalase.platform.db import Database
from etalase.web._auth import PageRequest, me, signed_in
from etalase.web._pages import HtmlPage, page


@dataclass(frozen=True, slots=True)
class DeskShop:
    """The shop of a page, the reader's role in it, and all shops of the reader for the switch."""

    shop: ShopView
    role: Role
    account_id: UUID
    shops: tuple[ShopView, ...]

    @property
    def base(self) -> str:
        """Return the address of this shop's desk."""
        return f"/desk/{self.shop.slug}"

    def require(self, *allowed: Role) -> None:
        """Go on only for these roles; others are told that there is no such page."""
        if self.role not in allowed:
            raise NotYourShop

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


async def provide_desk_shop(
    request: PageRequest, db: NamedDependency[Database], slug: FromPath[str]
) -> DeskShop:
    """Find the shop that the address names among those where the reader works."""
    account_id = me(request).account_id
    async with db.begin() as tx:
        memberships = await shops.list_shops_of(tx, account_id)
    for membership in memberships:
        if membership.shop.slug == slug:
            others = tuple(other.shop for other in memberships)
            return DeskShop(membership.shop, membership.role, account_id, others)
    raise NotYourShop


def desk_router(handlers: Sequence[Any]) -> Router:
    """Return the routes of a part of the desk; their paths continue /desk/{slug}."""
    return Router(
        "/desk/{slug:str}",
        route_handlers=handlers,
        dependencies={"desk_shop": Provide(provide_desk_shop)},
        guards=[signed_in],
        include_in_schema=False,
    )
