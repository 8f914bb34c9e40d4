"""Who works in a shop: invited by e-mail, given a role, taken off again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase import accounts
from etalase.accounts import AccountId
from etalase.api._auth import caller, signed_in
from etalase.api._paging import PageOf
from etalase.api.shops._shops import Shop, show_shop
from etalase.commerce import shops
from etalase.commerce.shops import Role, ShopView, Workplace
from etalase.platform.db import Database, Tx

Email = Annotated[str, msgspec.Meta(max_length=254, examples=["rini@example.com"])]
Id = Annotated[UUID, msgspec.Meta(examples=["01994b2e-5c1a-7cc0-9d7e-3f0c6a1b2c3d"])]
ShopName = Annotated[str, msgspec.Meta(examples=["Kancil Kids"])]


class Member(msgspec.Struct, frozen=True):
    """Somebody who works in the shop."""

    account_id: Id
    display_name: Annotated[str, msgspec.Meta(examples=["Rini"])]
    email: Email | None
    role: Role
    since: datetime


class RoleFields(msgspec.Struct, frozen=True):
    """What somebody may do: an owner all, a host sell, a packer pack and count."""

    role: Annotated[Role, msgspec.Meta(examples=["host"])]


class InvitationFields(msgspec.Struct, frozen=True):
    """Whom to invite, and as what."""

    email: Email
    role: Annotated[Role, msgspec.Meta(examples=["host"])]


class OpenInvitation(msgspec.Struct, frozen=True):
    """An invitation that nobody has followed yet. Its link stands in the letter only."""

    id: Id
    email: Email
    role: Role
    expires_at: datetime


class InvitationOffer(msgspec.Struct, frozen=True):
    """What an invitation's link offers."""

    shop_name: ShopName
    role: Role
    expires_at: datetime


@get("/staff", summary="List the staff")
async def list_staff(workplace: NamedDependency[Workplace]) -> PageOf[Member]:
    """List all who work in the shop, the longest serving first. For its owners."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        return PageOf(await _members(tx, shop))


@put("/staff/{account_id:uuid}", summary="Change a role")
async def change_role(
    workplace: NamedDependency[Workplace], account_id: FromPath[UUID], data: JSONBody[RoleFields]
) -> Member:
    """Give somebody of the staff another role; the last owner stays one. For owners."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        await shops.change_role(tx, shop.id, account_id, data.role)
        return next(member for member in await _members(tx, shop) if member.account_id == account_id)


@delete("/staff/{account_id:uuid}", status_code=HTTP_204_NO_CONTENT, summary="Take somebody off the staff")
async def remove_staff(workplace: NamedDependency[Workplace], account_id: FromPath[UUID]) -> None:
    """Take somebody off the staff; everybody may take themselves off, but for the last owner."""
    allowed = () if account_id == workplace.account_id else (Role.OWNER,)
    async with workplace.open(*allowed) as (tx, shop):
        await shops.remove_staff(tx, shop.id, account_id)


@get("/invitations", summary="List open invitations")
async def list_invitations(workplace: NamedDependency[Workplace]) -> PageOf[OpenInvitation]:
    """List the invitations that nobody has followed yet. For owners."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        return PageOf([_shown(one) for one in await shops.list_invitations(tx, shop.id)])


@post("/invitations", status_code=HTTP_201_CREATED, summary="Invite somebody")
async def invite(
    workplace: NamedDependency[Workplace],
    public_url: NamedDependency[str],
    data: JSONBody[InvitationFields],
) -> OpenInvitation:
    """Send a letter whose link lets its reader join the staff, once, within seven days. For owners."""
    return _shown(await shops.send_invitation(workplace, data.email, data.role, public_url))


@delete(
    "/invitations/{invitation_id:uuid}", status_code=HTTP_204_NO_CONTENT, summary="Withdraw an invitation"
)
async def withdraw(workplace: NamedDependency[Workplace], invitation_id: FromPath[UUID]) -> None:
    """Make an invitation's link useless. For owners."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        await shops.withdraw_invitation(tx, shop.id, invitation_id)


@get("/api/v1/invitations/{token:str}", tags=["Shops"], summary="Show an invitation")
async def show_invitation(db: NamedDependency[Database], token: FromPath[str]) -> InvitationOffer:
    """Tell which shop invites, and as what. `token` is the end of the letter's link; no other is needed."""
    async with db.begin() as tx:
        invitation, shop = await shops.get_invitation(tx, token)
    return InvitationOffer(shop.name, invitation.role, invitation.expires_at)


@post(
    "/api/v1/invitations/{token:str}/accept",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Shops"],
    summary="Accept an invitation",
)
async def accept(
    request: Request[Any, Any, Any], db: NamedDependency[Database], token: FromPath[str]
) -> Shop:
    """Join the shop's staff with the caller's account."""
    account_id = caller(request).account_id
    async with db.begin() as tx:
        shop = await shops.accept_invitation(tx, token, account_id)
        return show_shop(shop, await shops.require_role(tx, account_id, shop.id))


async def _members(tx: Tx, shop: ShopView) -> list[Member]:
    members = []
    for one in await shops.list_staff(tx, shop.id):
        account = await accounts.find_account(tx, AccountId(one.account_id))
        name, email = (account.display_name, account.email) if account else ("", None)
        members.append(Member(one.account_id, name, email, one.role, one.since))
    return members


def _shown(invitation: shops.Invitation) -> OpenInvitation:
    return OpenInvitation(invitation.id, invitation.email, invitation.role, invitation.expires_at)


INVITED: list[Any] = [show_invitation, accept]
STAFF: list[Any] = [list_staff, change_role, remove_staff, list_invitations, invite, withdraw]
