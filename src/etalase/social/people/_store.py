"""The tables of hosts and grants."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, Row, Table, Text, Uuid, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.db import Tx
from etalase.social.people._model import HostGrant, Person

metadata = MetaData()

persons = Table(
    "persons",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
host_grants = Table(
    "host_grants",
    metadata,
    Column("account_id", Uuid, ForeignKey("persons.account_id", ondelete="CASCADE"), primary_key=True),
    Column("shop_id", Uuid, primary_key=True),
    Column("shop_slug", Text, nullable=False),
    Column("shop_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("granted_at", DateTime(timezone=True), nullable=False),
)

_PERSON = upsert(persons)
_SAVE_PERSON = _PERSON.on_conflict_do_update(
    index_elements=["account_id"], set_={"display_name": _PERSON.excluded.display_name}
)
_GRANT = upsert(host_grants)
_SAVE_GRANT = _GRANT.on_conflict_do_update(
    index_elements=["account_id", "shop_id"],
    set_={
        "shop_slug": _GRANT.excluded.shop_slug,
        "shop_name": _GRANT.excluded.shop_name,
        "role": _GRANT.excluded.role,
        "granted_at": _GRANT.excluded.granted_at,
    },
)


async def save_person(tx: Tx, person: Person) -> None:
    """Insert the person, or take over the name by which they go now."""
    row = {
        "account_id": person.account_id,
        "reference": person.reference,
        "display_name": person.display_name,
        "created_at": person.created_at,
    }
    await tx.execute(_SAVE_PERSON, row)


async def save_grant(tx: Tx, account_id: UUID, grant: HostGrant) -> None:
    """Insert the grant, or renew it with what the shop says today."""
    row = {
        "account_id": account_id,
        "shop_id": grant.shop_id,
        "shop_slug": grant.shop_slug,
        "shop_name": grant.shop_name,
        "role": grant.role,
        "granted_at": grant.granted_at,
    }
    await tx.execute(_SAVE_GRANT, row)


async def find_person(tx: Tx, account_id: UUID) -> Person | None:
    """Return the host with this account."""
    row = (await tx.execute(select(persons).where(persons.c.account_id == account_id))).one_or_none()
    return None if row is None else _person(row)


async def find_by_reference(tx: Tx, reference: str) -> UUID | None:
    """Return the account of the host whom the other plane knows by this name."""
    row = await tx.execute(select(persons.c.account_id).where(persons.c.reference == reference))
    found: UUID | None = row.scalar_one_or_none()
    return found


async def remove_grant(tx: Tx, account_id: UUID, shop_id: UUID) -> None:
    """Delete the person's grant of this shop."""
    await tx.execute(
        delete(host_grants).where(host_grants.c.account_id == account_id, host_grants.c.shop_id == shop_id)
    )


async def withdraw_other_grants(tx: Tx, account_id: UUID, shop_ids: Collection[UUID]) -> None:
    """End what this person may do for all but these shops."""
    await tx.execute(
        delete(host_grants).where(
            host_grants.c.account_id == account_id, host_grants.c.shop_id.not_in(shop_ids)
        )
    )


async def list_grants(tx: Tx, account_id: UUID) -> tuple[HostGrant, ...]:
    """Return the shops for which this person may hold shows, the newest first."""
    query = (
        select(host_grants)
        .where(host_grants.c.account_id == account_id)
        .order_by(host_grants.c.granted_at.desc(), host_grants.c.shop_id)
    )
    return tuple(_grant(row) for row in await tx.execute(query))


async def list_hosts(tx: Tx, shop_id: UUID) -> tuple[Person, ...]:
    """Return everybody who may hold the shop's shows."""
    query = select(persons).join(host_grants, host_grants.c.account_id == persons.c.account_id)
    rows = await tx.execute(query.where(host_grants.c.shop_id == shop_id))
    return tuple(_person(row) for row in rows)


async def rename_shop(tx: Tx, shop_id: UUID, name: str) -> None:
    """Know the shop by its new name."""
    await tx.execute(update(host_grants).where(host_grants.c.shop_id == shop_id).values(shop_name=name))


async def find_grant(tx: Tx, account_id: UUID, shop_id: UUID) -> HostGrant | None:
    """Return the person's grant of this shop."""
    query = select(host_grants).where(
        host_grants.c.account_id == account_id, host_grants.c.shop_id == shop_id
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _grant(row)


def _person(row: Row[Any]) -> Person:
    return Person(
        account_id=row.account_id,
        reference=row.reference,
        display_name=row.display_name,
        created_at=row.created_at,
    )


def _grant(row: Row[Any]) -> HostGrant:
    return HostGrant(
        shop_id=row.shop_id,
        shop_slug=row.shop_slug,
        shop_name=row.shop_name,
        role=row.role,
        granted_at=row.granted_at,
    )
