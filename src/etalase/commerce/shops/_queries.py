"""What pages, the API and other contexts ask about shops."""

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
from etalase.platform.db import Tx


async def get_shop(tx: Tx, shop_id: ShopId) -> ShopView:
    """Return the shop, or raise `ShopUnknown`."""
    shop = await store.find_shop(tx, shop_id)
    if shop is None:
        raise ShopUnknown
    return shop


async def find_role(tx: Tx, account_id: UUID, shop_id: ShopId) -> Role | None:
    """Return the account's role in the shop, if it has one."""
    return await store.find_role(tx, shop_id, account_id)


async def require_role(tx: Tx, account_id: UUID, shop_id: ShopId, *allowed: Role) -> Role:
    """Return the account's role in the shop, or raise `NotYourShop`; without `allowed`, any role will do."""
    role = await store.find_role(tx, shop_id, account_id)
    if role is None or (allowed and role not in allowed):
        raise NotYourShop
    return role


async def require_membership(tx: Tx, account_id: UUID, slug: str, *allowed: Role) -> Membership:
    """Return the shop of this address and the account's role in it, or raise `NotYourShop`."""
    shop = await store.find_shop_by_slug(tx, slug)
    if shop is None:
        raise NotYourShop
    return Membership(shop, await require_role(tx, account_id, shop.id, *allowed))


async def list_invitations(tx: Tx, shop_id: ShopId) -> list[Invitation]:
    """Return the shop's open invitations."""
    return await store.list_invitations(tx, shop_id, tx.clock.now())


async def get_invitation(tx: Tx, token: str) -> tuple[Invitation, ShopView]:
    """Return an open invitation and its shop, for whoever holds its link."""
    invitation = await store.find_invitation(tx, digest_of(token), tx.clock.now())
    if invitation is None:
        raise InvitationUnusable
    return invitation, await get_shop(tx, invitation.shop_id)
