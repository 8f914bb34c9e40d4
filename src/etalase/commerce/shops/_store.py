"""Shops, their staff and open invitations in PostgreSQL. Lock order: shop, then its staff."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Row,
    SmallInteger,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    delete,
    false,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.shops._model import (
    BankAccount,
    HoldRules,
    HoursToPay,
    Invitation,
    Membership,
    Role,
    ShopAddress,
    ShopDetails,
    ShopId,
    ShopView,
    StaffMember,
)
from etalase.kernel.discounts import ShippingDiscount
from etalase.kernel.lookalikes import look_alike, skeleton
from etalase.kernel.money import Money
from etalase.kernel.pay_first import PayFirst
from etalase.platform.db import Tx
from etalase.platform.locks import lock_name

metadata = MetaData()
shops = Table(
    "shops",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_skeleton", Text),
    Column("logo_key", Text),
    Column("origin_recipient", Text, nullable=False),
    Column("origin_phone", Text, nullable=False),
    Column("origin_street", Text, nullable=False),
    Column("origin_district", Text, nullable=False),
    Column("origin_city", Text, nullable=False),
    Column("origin_province", Text, nullable=False),
    Column("origin_postcode", Text, nullable=False),
    Column("contact_email", Text, nullable=False),
    Column("contact_phone", Text),
    Column("bank", Text),
    Column("bank_account_number", Text),
    Column("bank_account_holder", Text),
    Column("qris_static", Text),
    Column("nib", Text),
    Column("hours_to_pay", SmallInteger),
    Column("new_buyer_hours_to_pay", SmallInteger),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("offers_vouchers", Boolean, nullable=False, server_default=false()),
    Column("offers_bundles", Boolean, nullable=False, server_default=false()),
    Column("shipping_discount_from_minor", BigInteger),
    Column("shipping_discount_minor", BigInteger),
    CheckConstraint(
        "shipping_discount_from_minor >= 0 AND shipping_discount_minor > 0", name="shops_shipping_discount"
    ),
    Column("hold_minutes", SmallInteger),
    Column("pay_first", Text, nullable=False, server_default=text("'nobody'")),
    Column("pay_first_minutes", SmallInteger, nullable=False, server_default=text("60")),
    CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="shops_slug_is_plain"),
    CheckConstraint(
        "num_nulls(bank, bank_account_number, bank_account_holder) IN (0, 3)", name="shops_bank_is_whole"
    ),
    CheckConstraint("hours_to_pay > 0 AND new_buyer_hours_to_pay > 0", name="shops_give_time_to_pay"),
    CheckConstraint("hold_minutes > 0 AND pay_first_minutes > 0", name="shops_hold_for_a_while"),
    CheckConstraint("pay_first IN ('nobody', 'record', 'new', 'everybody')", name="shops_pay_first_is_known"),
    Index("shops_by_name_skeleton", "name_skeleton"),
)
staff = Table(
    "shop_staff",
    metadata,
    Column("shop_id", Uuid, ForeignKey("shops.id"), primary_key=True),
    Column("account_id", Uuid, primary_key=True),
    Column("role", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    CheckConstraint("role IN ('owner', 'host', 'packer')", name="shop_staff_role_is_known"),
    Index("shop_staff_by_account", "account_id"),
)
invitations = Table(
    "shop_invitations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shop_id", Uuid, ForeignKey("shops.id"), nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("token_digest", LargeBinary, nullable=False, unique=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("role IN ('owner', 'host', 'packer')", name="shop_invitations_role_is_known"),
    Index("shop_invitations_by_shop", "shop_id"),
)

HOLD_MINUTES = "SELECT id AS shop_id, hold_minutes FROM shops"
"""For how long each shop holds units, NULL as the operator says: SQL for the statement that grants holds."""

_FIND = select(shops).where(shops.c.id == bindparam("id"))
_GET = select(shops).where(shops.c.id == any_(cast(bindparam("ids"), ARRAY(Uuid))))
_FIND_BY_SLUG = select(shops).where(shops.c.slug == bindparam("slug"))
_FIND_ROLE = select(staff.c.role).where(
    staff.c.shop_id == bindparam("shop_id"), staff.c.account_id == bindparam("account_id")
)
_OFFER = update(shops).where(shops.c.id == bindparam("its"))

_STAFF = upsert(staff)
_PUT_STAFF = _STAFF.on_conflict_do_update(
    index_elements=["shop_id", "account_id"], set_={"role": _STAFF.excluded.role}
)


async def add_shop(tx: Tx, shop_id: ShopId, slug: str, details: ShopDetails) -> bool:
    """Insert the shop unless its slug is taken; tell whether it was free."""
    row = {"id": shop_id, "slug": slug, "created_at": tx.clock.now(), **_columns(details)}
    new = upsert(shops).on_conflict_do_nothing(index_elements=["slug"]).returning(shops.c.id)
    return (await tx.execute(new, row)).first() is not None


async def is_name_of_others(tx: Tx, name: str, owners: Collection[UUID]) -> bool:
    """Tell whether a shop that none of these owns has a name that looks like this one.

    Whoever takes a name that looks the same waits until this transaction ends. Shops without a skeleton were
    named before there were any; they get one when their details are next saved.
    """
    wanted = skeleton(name)
    await lock_name(tx, f"shops.names/{wanted}")
    of_ours = select(staff.c.shop_id).where(staff.c.role == Role.OWNER, staff.c.account_id.in_(owners))
    rows = await tx.execute(
        select(shops.c.name)
        .where(or_(shops.c.name_skeleton == wanted, shops.c.name_skeleton.is_(None)))
        .where(shops.c.id.not_in(of_ours))
    )
    return any(look_alike(name, row.name) for row in rows)


async def save_details(tx: Tx, shop_id: ShopId, details: ShopDetails) -> None:
    """Write the shop's details; its slug stays, since links to it are out in the world."""
    await tx.execute(update(shops).where(shops.c.id == shop_id), _columns(details))


async def save_hold_rules(tx: Tx, shop_id: ShopId, rules: HoldRules) -> None:
    """Write the shop's rules; holds that there are keep their time."""
    changed = {
        "hold_minutes": rules.hold_minutes,
        "pay_first": rules.pay_first.value,
        "pay_first_minutes": rules.pay_first_minutes,
    }
    await tx.execute(update(shops).where(shops.c.id == shop_id), changed)


async def save_logo(tx: Tx, shop_id: ShopId, key: str | None) -> None:
    """Write where the shop's logo is kept."""
    await tx.execute(update(shops).where(shops.c.id == shop_id).values(logo_key=key))


async def offer_vouchers(tx: Tx, shop_id: ShopId) -> None:
    """Note that the shop has vouchers: from now on its buyers' orders look for them."""
    await tx.execute(_OFFER, {"its": shop_id, "offers_vouchers": True})


async def offer_bundles(tx: Tx, shop_id: ShopId) -> None:
    """Note that the shop has bundles: from now on its buyers' carts look for them."""
    await tx.execute(_OFFER, {"its": shop_id, "offers_bundles": True})


async def save_shipping_discount(tx: Tx, shop_id: ShopId, discount: ShippingDiscount | None) -> None:
    """Write what the shop takes off the way; orders that were placed keep what they were given."""
    amount = discount.amount if discount else None
    row = {
        "shipping_discount_from_minor": discount.min_spend.minor if discount else None,
        "shipping_discount_minor": amount.minor if amount else None,
    }
    await tx.execute(update(shops).where(shops.c.id == shop_id), row)


async def find_shop(tx: Tx, shop_id: ShopId) -> ShopView | None:
    """Return the shop of this id."""
    row = (await tx.execute(_FIND, {"id": shop_id})).one_or_none()
    return _shop_view(row) if row else None


async def get_shops(tx: Tx, ids: Collection[UUID]) -> dict[UUID, ShopView]:
    """Return those of these shops that there are."""
    rows = await tx.execute(_GET, {"ids": list(ids)}) if ids else ()
    return {row.id: _shop_view(row) for row in rows}


async def find_shop_by_slug(tx: Tx, slug: str) -> ShopView | None:
    """Return the shop of this address in links, if there is one."""
    row = (await tx.execute(_FIND_BY_SLUG, {"slug": slug})).one_or_none()
    return _shop_view(row) if row else None


async def find_membership(tx: Tx, account_id: UUID, slug: str) -> Membership | None:
    """Return the shop of this address and the account's role in it, where it has one."""
    query = (
        select(shops, staff.c.role)
        .join(staff, staff.c.shop_id == shops.c.id)
        .where(shops.c.slug == slug, staff.c.account_id == account_id)
    )
    row = (await tx.execute(query)).one_or_none()
    return Membership(_shop_view(row), Role(row.role)) if row else None


async def list_shops(tx: Tx, *, after: ShopId | None = None, limit: int = 50) -> list[ShopView]:
    """Return shops by age, the oldest first, those after `after`."""
    query = select(shops).order_by(shops.c.id).limit(limit)
    if after is not None:
        query = query.where(shops.c.id > after)
    return [_shop_view(row) for row in await tx.execute(query)]


async def list_shops_of(
    tx: Tx, account_id: UUID, *, after: ShopId | None = None, limit: int = 100
) -> list[Membership]:
    """Return the shops that this account works in, the oldest first, those after `after`."""
    query = (
        select(shops, staff.c.role)
        .join(staff, staff.c.shop_id == shops.c.id)
        .where(staff.c.account_id == account_id)
        .order_by(shops.c.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(shops.c.id > after)
    return [Membership(_shop_view(row), Role(row.role)) for row in await tx.execute(query)]


async def lock_staff(tx: Tx, shop_id: ShopId) -> list[StaffMember]:
    """Return the staff; who joins, leaves or changes roles waits until this transaction ends."""
    await tx.execute(select(shops.c.id).where(shops.c.id == shop_id).with_for_update())
    return await list_staff(tx, shop_id)


async def list_staff(tx: Tx, shop_id: ShopId) -> list[StaffMember]:
    """Return the shop's staff, the longest serving first."""
    rows = await tx.execute(
        select(staff).where(staff.c.shop_id == shop_id).order_by(staff.c.since, staff.c.account_id)
    )
    return [StaffMember(row.account_id, Role(row.role), row.since) for row in rows]


async def find_role(tx: Tx, account_id: UUID, shop_id: ShopId) -> Role | None:
    """Return the account's role in the shop, if it has one."""
    asked = {"shop_id": shop_id, "account_id": account_id}
    role = (await tx.execute(_FIND_ROLE, asked)).scalar_one_or_none()
    return Role(role) if role else None


async def put_staff(tx: Tx, shop_id: ShopId, account_id: UUID, role: Role) -> None:
    """Add the account to the staff, or give it another role."""
    row = {"shop_id": shop_id, "account_id": account_id, "role": role, "since": tx.clock.now()}
    await tx.execute(_PUT_STAFF, row)


async def remove_staff(tx: Tx, shop_id: ShopId, account_id: UUID) -> bool:
    """Take the account off the staff; tell whether it was there."""
    statement = delete(staff).where(staff.c.shop_id == shop_id, staff.c.account_id == account_id)
    return (await tx.execute(statement.returning(staff.c.role))).first() is not None


async def add_invitation(tx: Tx, invitation: Invitation, token_digest: bytes) -> None:
    """Insert the invitation in place of an older one to the same address."""
    await tx.execute(
        delete(invitations).where(
            invitations.c.shop_id == invitation.shop_id, invitations.c.email == invitation.email
        )
    )
    await tx.execute(
        insert(invitations),
        {
            "id": invitation.id,
            "shop_id": invitation.shop_id,
            "email": invitation.email,
            "role": invitation.role,
            "token_digest": token_digest,
            "expires_at": invitation.expires_at,
        },
    )


async def list_invitations(tx: Tx, shop_id: ShopId, now: datetime) -> list[Invitation]:
    """Return the shop's invitations that can still be accepted."""
    query = select(invitations).where(invitations.c.shop_id == shop_id, invitations.c.expires_at > now)
    return [_invitation(row) for row in await tx.execute(query.order_by(invitations.c.email))]


async def find_invitation(tx: Tx, token_digest: bytes, now: datetime) -> Invitation | None:
    """Return the invitation of this secret, if it can still be accepted."""
    query = select(invitations).where(
        invitations.c.token_digest == token_digest, invitations.c.expires_at > now
    )
    row = (await tx.execute(query)).one_or_none()
    return _invitation(row) if row else None


async def remove_invitation(tx: Tx, shop_id: ShopId, invitation_id: UUID) -> bool:
    """Delete the invitation; tell whether it was there, so that only one of two uses wins."""
    statement = delete(invitations).where(invitations.c.id == invitation_id, invitations.c.shop_id == shop_id)
    return (await tx.execute(statement.returning(invitations.c.id))).first() is not None


def _shop_view(row: Row[Any]) -> ShopView:
    """Build the view from a row of `shops`."""
    account = row.bank and BankAccount(row.bank, row.bank_account_number, row.bank_account_holder)
    return ShopView(
        id=ShopId(row.id),
        slug=row.slug,
        name=row.name,
        logo_key=row.logo_key,
        origin=ShopAddress(
            recipient=row.origin_recipient,
            phone=row.origin_phone,
            street=row.origin_street,
            district=row.origin_district,
            city=row.origin_city,
            province=row.origin_province,
            postcode=row.origin_postcode,
        ),
        contact_email=row.contact_email,
        contact_phone=row.contact_phone,
        bank_account=account or None,
        qris_static=row.qris_static,
        nib=row.nib,
        hours_to_pay=HoursToPay(row.hours_to_pay, row.new_buyer_hours_to_pay),
        hold_rules=HoldRules(row.hold_minutes, PayFirst(row.pay_first), row.pay_first_minutes),
        offers_vouchers=row.offers_vouchers,
        offers_bundles=row.offers_bundles,
        shipping_discount=_shipping_discount(row),
    )


def _shipping_discount(row: Row[Any]) -> ShippingDiscount | None:
    if row.shipping_discount_from_minor is None:
        return None
    amount = row.shipping_discount_minor
    return ShippingDiscount(
        Money(row.shipping_discount_from_minor), None if amount is None else Money(amount)
    )


def _columns(details: ShopDetails) -> Mapping[str, str | int | None]:
    """Return the details as columns of `shops`."""
    origin, account = details.origin, details.bank_account
    return {
        "name": details.name,
        "name_skeleton": skeleton(details.name),
        "origin_recipient": origin.recipient,
        "origin_phone": origin.phone,
        "origin_street": origin.street,
        "origin_district": origin.district,
        "origin_city": origin.city,
        "origin_province": origin.province,
        "origin_postcode": origin.postcode,
        "contact_email": details.contact_email,
        "contact_phone": details.contact_phone,
        "bank": account.bank if account else None,
        "bank_account_number": account.number if account else None,
        "bank_account_holder": account.holder if account else None,
        "qris_static": details.qris_static,
        "nib": details.nib,
        "hours_to_pay": details.hours_to_pay.known_buyer,
        "new_buyer_hours_to_pay": details.hours_to_pay.new_buyer,
    }


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(row.id, ShopId(row.shop_id), row.email, Role(row.role), row.expires_at)
