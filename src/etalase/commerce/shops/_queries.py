"""What pages, the API and other contexts ask about shops."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from etalase.commerce.shops import _store as store
from etalase.commerce.shops._errors import InvitationUnusable, NotYourShop, ShopUnknown
from etalase.commerce.shops._model import (
    Invitation,
    Membership,
    Role,
    ShopId,
    ShopView,
    digest_of,
)
from etalase.platform.db import Database, Tx


async def get_shop(tx: Tx, shop_id: ShopId) -> ShopView:
    """Return the shop, or raise `ShopUnknown`."""
    shop = await store.find_shop(tx, shop_id)
    if shop is None:
        raise ShopUnknown
    return shop


async def require_role(tx: Tx, account_id: UUID, shop_id: ShopId, *allowed: Role) -> Role:
    """Return the account's role in the shop, or raise `NotYourShop`; without `allowed`, any role will do."""
    role = await store.find_role(tx, account_id, shop_id)
    if role is None or (allowed and role not in allowed):
        raise NotYourShop
    return role


async def require_membership(tx: Tx, account_id: UUID, slug: str, *allowed: Role) -> Membership:
    """Return the shop of this address and the account's role in it, or raise `NotYourShop`."""
    found = await store.find_membership(tx, account_id, slug)
    if found is None or (allowed and found.role not in allowed):
        raise NotYourShop
    return found


@dataclass(frozen=True, slots=True)
class Workplace:
    """The shop whose name stands in an address, for the account that calls: the one door of its staff.

    Who may do a piece of work is asked in the transaction in which it is done. To everybody else there is no
    such shop.
    """

    db: Database
    account_id: UUID
    slug: str

    async def require(self, *allowed: Role) -> Membership:
        """Ask before work that a stranger should not cause; the write asks again. Raises NotYourShop."""
        async with self.enter(*allowed) as (_, found):
            return found

    @asynccontextmanager
    async def open(self, *allowed: Role) -> AsyncIterator[tuple[Tx, ShopView]]:
        """Begin a transaction for these roles, or for any of the staff. Raises NotYourShop."""
        async with self.enter(*allowed) as (tx, found):
            yield tx, found.shop

    @asynccontextmanager
    async def enter(self, *allowed: Role) -> AsyncIterator[tuple[Tx, Membership]]:
        """Do as `open` does, and tell the caller's role too. Raises NotYourShop."""
        async with self.db.begin() as tx:
            yield tx, await require_membership(tx, self.account_id, self.slug, *allowed)


async def list_invitations(tx: Tx, shop_id: ShopId) -> list[Invitation]:
    """Return the shop's open invitations."""
    return await store.list_invitations(tx, shop_id, tx.clock.now())


async def get_invitation(tx: Tx, token: str) -> tuple[Invitation, ShopView]:
    """Return an open invitation and its shop, for whoever holds its link."""
    invitation = await store.find_invitation(tx, digest_of(token), tx.clock.now())
    if invitation is None:
        raise InvitationUnusable
    return invitation, await get_shop(tx, invitation.shop_id)
