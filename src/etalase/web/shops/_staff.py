"""Who works in a shop: invited by e-mail, given a role, taken off again. For owners only."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from etalase import accounts
from etalase.accounts import AccountId
from etalase.commerce import shops
from etalase.commerce.shops import LastOwner, Role
from etalase.kernel.errors import Invalid
from etalase.platform.db import Database
from etalase.platform.i18n import gettext as _
from etalase.platform.ratelimit import TooManyTries
from etalase.web._auth import PageRequest, me
from etalase.web._desk import DeskShop
from etalase.web._flash import Flash, redirect
from etalase.web._forms import form_errors
from etalase.web._pages import HtmlPage, page
from etalase.web._refusals import say
from etalase.web.shops._roles import ROLE_WORDS, read_role, role_options


@dataclass(frozen=True, slots=True)
class InvitationForm:
    """Whom to invite, and as what."""

    email: str = ""
    role: str = Role.HOST


@dataclass(frozen=True, slots=True)
class RoleForm:
    """Another role."""

    role: str = ""


@get("/staff")
async def show_staff(desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show who works here and who is invited."""
    return await _page(desk_shop, InvitationForm())


@post("/staff/invitations")
async def invite(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    data: URLEncodedBody[InvitationForm],
) -> Response[Any]:
    """Send a link by which whoever reads the address may join."""
    try:
        invitation = await shops.send_invitation(
            desk_shop, data.email, read_role(data.role), request.auth.public_url
        )
    except Invalid as invalid:
        return await _page(desk_shop, data, form_errors(invalid))
    except TooManyTries:
        later = _("Enough invitations for now. Please try again later.")
        return await _page(desk_shop, data, {"email": later})
    sent = _("An invitation is on its way to %(email)s.", email=invitation.email)
    return redirect(request, f"{desk_shop.base}/staff", sent)


@post("/staff/invitations/{invitation_id:uuid}/withdraw")
async def withdraw(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    invitation_id: FromPath[UUID],
) -> Response[Any]:
    """Make an invitation's link useless."""
    async with desk_shop.open(Role.OWNER) as (tx, shop):
        await shops.withdraw_invitation(tx, shop.id, invitation_id)
    return redirect(request, f"{desk_shop.base}/staff", _("The invitation is withdrawn."))


@post("/staff/{account_id:uuid}/role")
async def change_role(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    account_id: FromPath[UUID],
    data: URLEncodedBody[RoleForm],
) -> Response[Any]:
    """Give somebody another role."""
    try:
        async with desk_shop.open(Role.OWNER) as (tx, shop):
            await shops.change_role(tx, shop.id, account_id, read_role(data.role))
    except LastOwner as refusal:
        return redirect(request, f"{desk_shop.base}/staff", Flash(say(refusal).detail, "danger"))
    return redirect(request, f"{desk_shop.base}/staff", _("Saved."))


@post("/staff/{account_id:uuid}/remove")
async def remove(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    account_id: FromPath[UUID],
) -> Response[Any]:
    """Take somebody off the staff; everybody may take themselves off."""
    allowed = () if account_id == desk_shop.account_id else (Role.OWNER,)
    try:
        async with desk_shop.open(*allowed) as (tx, shop):
            await shops.remove_staff(tx, shop.id, account_id)
    except LastOwner as refusal:
        return redirect(request, f"{desk_shop.base}/staff", Flash(say(refusal).detail, "danger"))
    gone = account_id == desk_shop.account_id
    return redirect(request, "/desk" if gone else f"{desk_shop.base}/staff", _("Done."))


@get("/invitation/{token:str}", include_in_schema=False)
async def show_invitation(
    request: PageRequest, db: NamedDependency[Database], token: FromPath[str]
) -> HtmlPage:
    """Show which shop invites, and as what, to whoever holds the link; joining takes an account."""
    async with db.begin() as tx:
        invitation, shop = await shops.get_invitation(tx, token)
    return page(
        "shops/invitation.html",
        inviting=shop,
        role_words=ROLE_WORDS[invitation.role],
        token=token,
        is_signed_in=request.user is not None,
    )


@post("/invitation/{token:str}")
async def accept(request: PageRequest, db: NamedDependency[Database], token: FromPath[str]) -> Response[Any]:
    """Join the shop's staff."""
    async with db.begin() as tx:
        shop = await shops.accept_invitation(tx, token, me(request).account_id)
    return redirect(request, f"/desk/{shop.slug}", _("Welcome to %(name)s.", name=shop.name))


async def _page(desk_shop: DeskShop, form: InvitationForm, errors: dict[str, str] | None = None) -> HtmlPage:
    async with desk_shop.show(Role.OWNER) as (tx, desk):
        staff = await shops.list_staff(tx, desk.shop.id)
        people = {
            member.account_id: await accounts.find_account(tx, AccountId(member.account_id))
            for member in staff
        }
        invitations = await shops.list_invitations(tx, desk.shop.id)
    return desk.page(
        "shops/staff.html",
        "staff",
        status=422 if errors else 200,
        staff=staff,
        people=people,
        invitations=invitations,
        form=form,
        errors=errors or {},
        role_words=ROLE_WORDS,
        role_options=role_options(),
        me=desk_shop.account_id,
    )
