"""What is done to a shop and to its staff. Who may do it, the caller asks with `require_role`."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from etalase.commerce.shops import _store as store
from etalase.commerce.shops._errors import InvitationUnusable, ShopUnknown, StaffUnknown
from etalase.commerce.shops._events import ShopChanged, StaffJoined, StaffLeft
from etalase.commerce.shops._model import (
    INVITATION_TTL,
    HoldRulesDraft,
    Invitation,
    Role,
    ShippingDiscountDraft,
    ShopDraft,
    ShopId,
    ShopView,
    check_email,
    check_hold_rules,
    check_shipping_discount,
    check_shop,
    digest_of,
    require_an_owner_left,
    slug_of,
)
from etalase.commerce.shops._queries import Workplace
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_code, new_id, new_token
from etalase.kernel.lookalikes import look_alike
from etalase.platform import outbox
from etalase.platform.db import Tx
from etalase.platform.i18n import Lazy, lazy
from etalase.platform.i18n import gettext as _
from etalase.platform.mail import Mail, send_later
from etalase.platform.ratelimit import Limit, Try, spend

ROLE_NAMES: dict[Role, Lazy] = {
    Role.OWNER: lazy("Owner"),
    Role.HOST: lazy("Host"),
    Role.PACKER: lazy("Packer"),
}
INVITATIONS_BY_ACCOUNT = Limit("shops.invitations_by_account", burst=20, every=timedelta(hours=1))
INVITATIONS_BY_EMAIL = Limit("shops.invitations_by_email", burst=4, every=timedelta(hours=6))
_NUMBERED_SLUGS = 5


async def create_shop(tx: Tx, owner_id: UUID, draft: ShopDraft) -> ShopView:
    """Open a shop with this account as its owner; a name that it has used gets a number in its address.

    Raises Invalid, also for a name that people would take for another's shop.
    """
    details = check_shop(draft)
    await _require_free_name(tx, details.name, {owner_id})
    shop_id = ShopId(new_id())
    slug = slug_of(details.name)
    numbered = [slug, *(f"{slug}-{number}" for number in range(2, _NUMBERED_SLUGS + 1))]
    for candidate in [*numbered, f"{slug}-{new_code(6).lower()}"]:
        if await store.add_shop(tx, shop_id, candidate, details):
            break
    await store.put_staff(tx, shop_id, owner_id, Role.OWNER)
    shop = await _read(tx, shop_id)
    await outbox.publish(tx, StaffJoined(shop_id=shop_id, account_id=owner_id, role=Role.OWNER))
    return shop


async def update_shop(tx: Tx, shop_id: ShopId, draft: ShopDraft) -> ShopView:
    """Replace the shop's details; its address in links stays. Raises Invalid, also for the name of others."""
    details = check_shop(draft)
    if not look_alike(details.name, (await _read(tx, shop_id)).name):
        staff = await store.list_staff(tx, shop_id)
        owners = {member.account_id for member in staff if member.role is Role.OWNER}
        await _require_free_name(tx, details.name, owners)
    await store.save_details(tx, shop_id, details)
    return await _publish_changed(tx, shop_id)


async def set_hold_rules(tx: Tx, shop_id: ShopId, draft: HoldRulesDraft) -> ShopView:
    """Replace the shop's hold rules, for holds and orders from now on. Raises Invalid."""
    await store.save_hold_rules(tx, shop_id, check_hold_rules(draft))
    return await _read(tx, shop_id)


async def set_logo(tx: Tx, shop_id: ShopId, key: str | None) -> ShopView:
    """Show this picture as the shop's logo, or none. The caller keeps and removes the files."""
    await store.save_logo(tx, shop_id, key)
    return await _publish_changed(tx, shop_id)


async def set_shipping_discount(tx: Tx, shop_id: ShopId, draft: ShippingDiscountDraft) -> ShopView:
    """Take this off the way from now on, or nothing. Raises Invalid."""
    await store.save_shipping_discount(tx, shop_id, check_shipping_discount(draft))
    return await _publish_changed(tx, shop_id)


async def invite_staff(tx: Tx, shop_id: ShopId, email: str, role: Role) -> tuple[Invitation, str]:
    """Invite whoever reads this address; return the invitation and its link's secret, told only once."""
    address = _tidy_email(email)
    token = new_token()
    expires_at = tx.clock.now() + INVITATION_TTL
    invitation = Invitation(new_id(), shop_id, address, role, expires_at)
    await store.add_invitation(tx, invitation, digest_of(token))
    return invitation, token


async def send_invitation(workplace: Workplace, email: str, role: Role, site_url: str) -> Invitation:
    """Invite whoever reads this address by a letter, in the language of whoever invites.

    Its link leads below `site_url`, the commerce plane's address. Raises NotYourShop, and TooManyTries:
    anybody may open a shop, and nobody mails the world through it. A try counts in a transaction of its own.
    """
    await workplace.require(Role.OWNER)
    by_account = Try(INVITATIONS_BY_ACCOUNT, str(workplace.account_id))
    await spend(workplace.db, by_account, Try(INVITATIONS_BY_EMAIL, _tidy_email(email)))
    async with workplace.open(Role.OWNER) as (tx, shop):
        invitation, token = await invite_staff(tx, shop.id, email, role)
        link = f"{site_url.rstrip('/')}/invitation/{token}"
        await send_later(tx, _invitation_email(invitation, shop.name, link))
    return invitation


def _tidy_email(email: str) -> str:
    fields = Fields()
    address = check_email(fields, "email", email).lower()
    fields.settle()
    return address


async def withdraw_invitation(tx: Tx, shop_id: ShopId, invitation_id: UUID) -> None:
    """Make an invitation's link useless."""
    if not await store.remove_invitation(tx, shop_id, invitation_id):
        raise InvitationUnusable


async def accept_invitation(tx: Tx, token: str, account_id: UUID) -> ShopView:
    """Join the staff by an invitation's link, once. An owner keeps that role whatever the link says."""
    invitation = await store.find_invitation(tx, digest_of(token), tx.clock.now())
    if invitation is None or not await store.remove_invitation(tx, invitation.shop_id, invitation.id):
        raise InvitationUnusable
    await store.lock_staff(tx, invitation.shop_id)
    if await store.find_role(tx, account_id, invitation.shop_id) is not Role.OWNER:
        await _put_staff(tx, invitation.shop_id, account_id, invitation.role)
    return await _read(tx, invitation.shop_id)


async def change_role(tx: Tx, shop_id: ShopId, account_id: UUID, role: Role) -> None:
    """Give a member of the staff another role."""
    staff = await store.lock_staff(tx, shop_id)
    if account_id not in {member.account_id for member in staff}:
        raise StaffUnknown
    require_an_owner_left(staff, account_id, role_after=role)
    await _put_staff(tx, shop_id, account_id, role)


async def remove_staff(tx: Tx, shop_id: ShopId, account_id: UUID) -> None:
    """Take a member off the staff; the last owner stays."""
    require_an_owner_left(await store.lock_staff(tx, shop_id), account_id)
    if not await store.remove_staff(tx, shop_id, account_id):
        raise StaffUnknown
    await outbox.publish(tx, StaffLeft(shop_id=shop_id, account_id=account_id))


def _invitation_email(invitation: Invitation, shop_name: str, link: str) -> Mail:
    subject = _("%(shop)s invites you to work in its shop", shop=shop_name)
    text = _(
        "%(shop)s invites you to join its staff on Etalase as: %(role)s.\n\n"
        "Open this link and sign in with your own account: %(link)s\n\n"
        "It is valid for seven days and once only. If you don't know the shop, ignore this e-mail.",
        shop=shop_name,
        role=str(ROLE_NAMES[invitation.role]),
        link=link,
    )
    return Mail(invitation.email, subject, text)


async def _require_free_name(tx: Tx, name: str, owners: Collection[UUID]) -> None:
    if await store.is_name_of_others(tx, name, owners):
        raise Invalid(FieldProblem("name", "looks_taken"))


async def _put_staff(tx: Tx, shop_id: ShopId, account_id: UUID, role: Role) -> None:
    await store.put_staff(tx, shop_id, account_id, role)
    await outbox.publish(tx, StaffJoined(shop_id=shop_id, account_id=account_id, role=role))


async def _publish_changed(tx: Tx, shop_id: ShopId) -> ShopView:
    shop = await _read(tx, shop_id)
    await outbox.publish(tx, ShopChanged(shop_id=shop_id, slug=shop.slug, title=shop.name))
    return shop


async def _read(tx: Tx, shop_id: ShopId) -> ShopView:
    shop = await store.find_shop(tx, shop_id)
    if shop is None:
        raise ShopUnknown
    return shop
